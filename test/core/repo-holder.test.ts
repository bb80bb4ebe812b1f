import { describe, expect, it } from 'vitest'
import { runIdOf, uuid5 } from '../../src/core/ids.ts'
import type { IssueFacts, ThreadSummary } from '../../src/core/model.ts'
import { situations, type PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import { repoHolder, type RepoHolder } from '../../src/core/dispatch/repo-holder.ts'
import { aCard, anOutcome, cardComment } from '../builders/card.ts'
import { afk, anIssue, epochId, labelled, lock, ready, unlabelled } from '../builders/issue.ts'
import { anObservation, anOverview, now } from '../builders/observation.ts'
import { thePolicy } from '../builders/policy.ts'
import { aThreadSummary } from '../builders/thread.ts'
import { minutes, seconds, t0 } from '../builders/time.ts'

function hold(
  issues: readonly IssueFacts[],
  threads: readonly ThreadSummary[],
  more: Partial<PollObservation> = {},
): RepoHolder {
  const observation = anObservation({
    repos: [anOverview('acme/shop', issues)],
    threads,
    looked: Object.fromEntries(issues.map((issue) => [`acme/shop#${issue.number}`, issue])),
    ...more,
  })
  const [situation] = situations(observation, thePolicy())
  if (situation === undefined) throw new Error('no situation')
  return repoHolder(situation, observation)
}

const issue = (number: number, changes: Partial<IssueFacts> = {}) => anIssue({ number, ...changes })
const threadOf = (number: number, changes: Partial<ThreadSummary> = {}) =>
  aThreadSummary({ id: runIdOf('acme/shop', number, epochId), updatedAt: now, ...changes }, 'acme/shop', number)
const strange = (changes: Partial<ThreadSummary> = {}) =>
  aThreadSummary({ id: uuid5('an earlier run'), updatedAt: now, ...changes }, 'acme/shop', 7)
const lockedOnce = (by = afk) =>
  issue(42, {
    labelEvents: [
      labelled(ready),
      labelled(lock, { actor: afk, at: t0 + 1 }),
      unlabelled(lock, { actor: by, at: t0 + 2 }),
    ],
  })

describe('a lock', () => {
  it('holds the repo from all but its own issue, the lowest number named, in whatever order they come', () => {
    const overview = { repos: [anOverview('acme/shop', [], { locked: [9, 4], ready: [4] })] }
    expect(hold([], [], overview)).toMatchObject({ kind: 'locked', needs: [] })
    expect([1, 4, 9].map(hold([], [], overview).heldFrom)).toEqual(['acme/shop#4', 'acme/shop#9', 'acme/shop#4'])
  })

  it('of one issue does not hold the repo from itself', () => {
    const own = hold([issue(4, { labels: [ready, lock] })], [])
    expect([own.heldFrom(4), own.heldFrom(5)]).toEqual([null, 'acme/shop#4'])
  })
})

describe('a thread', () => {
  it.each<[string, Partial<ThreadSummary>]>([
    ['works', { state: 'working' }],
    ['waits for a person', { state: 'waiting' }],
    ['is in an unknown state', { state: 'unknown' }],
    ['gave its last sign exactly stallSeconds ago', { state: 'working', updatedAt: now - seconds(1800) }],
  ])('that %s holds the repo', (_, changes) => {
    const holder = hold([issue(42)], [strange(changes)])
    expect(holder.kind).toBe('thread')
    expect(holder.heldFrom(42)).toBe(`thread ${uuid5('an earlier run')} of acme/shop#7`)
  })

  it.each<[string, Partial<ThreadSummary>]>([
    ['never got a message', { state: 'idle' }],
    ['is settled', { state: 'settled' }],
    ['shows work and gave no sign for longer than stallSeconds', { state: 'working', updatedAt: now - seconds(1801) }],
  ])('that %s does not', (_, changes) => {
    expect(hold([issue(42)], [strange(changes)])).toMatchObject({ kind: 'free', needs: [] })
  })

  it('that got a message just now and looks settled must be asked, and holds while it is starting', () => {
    const young = strange({ state: 'settled', lastMessageAt: now - seconds(300) })
    expect(hold([issue(42)], [young]).needs).toEqual([{ kind: 'thread', thread: young.id }])
    expect(hold([issue(42)], [{ ...young, lastMessageAt: now - seconds(301) }]).needs).toEqual([])
    expect(hold([issue(42)], [young], { threadStates: { [young.id]: 'starting' } })).toMatchObject({
      kind: 'thread',
      needs: [],
    })
    expect(hold([issue(42)], [young], { threadStates: { [young.id]: 'finished' } })).toMatchObject({
      kind: 'free',
      needs: [],
    })
  })

  it('is named the same whatever the order of the list', () => {
    const [a, b] = [strange({ createdAt: 1 }), strange({ id: uuid5('another'), createdAt: 1 })]
    expect(hold([issue(42)], [a, b]).heldFrom(42)).toBe(hold([issue(42)], [b, a]).heldFrom(42))
  })
})

describe('a half-done dispatch (SPEC 5.1, Resume first)', () => {
  it.each<ThreadSummary['state']>(['idle', 'working', 'waiting', 'settled', 'unknown'])(
    'is one whose own thread is %s, and holds the repo from all others',
    (state) => {
      const holder = hold([issue(42), issue(43)], [threadOf(42, { state })])
      expect(holder).toMatchObject({ kind: 'resume', resumable: [42] })
      expect(holder.heldFrom(42)).toBeNull()
      expect(holder.heldFrom(43)).toContain('acme/shop#42')
    },
  )

  it('goes by the age of the threads', () => {
    const threads = [threadOf(42, { state: 'idle', createdAt: 2 }), threadOf(43, { state: 'idle', createdAt: 1 })]
    const holder = hold([issue(42), issue(43)], threads)
    expect(holder.resumable).toEqual([43, 42])
    expect([holder.heldFrom(42), holder.heldFrom(43)]).toEqual(['acme/shop#43 (half dispatched)', null])
  })

  it('goes by the id where the ages are the same', () => {
    const threads = [threadOf(42, { state: 'idle', createdAt: 1 }), threadOf(43, { state: 'idle', createdAt: 1 })]
    const expected = threads.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ title }) => Number(title.slice(10, 12)))
    expect(hold([issue(42), issue(43)], threads).resumable).toEqual(expected)
    expect(hold([issue(43), issue(42)], threads.toReversed()).resumable).toEqual(expected)
  })

  it('that works already goes first, and an older idle one waits for it: one run a repo', () => {
    const threads = [threadOf(42, { state: 'idle', createdAt: 1 }), threadOf(43, { createdAt: 2 })]
    const holder = hold([issue(42), issue(43)], threads)
    expect(holder.resumable).toEqual([43, 42])
    expect(holder.heldFrom(43)).toBeNull()
    expect(holder.heldFrom(42)).toBe(`thread ${threadOf(43).id} of acme/shop#43`)
  })

  it('waits for a thread at work of another run', () => {
    const holder = hold([issue(42)], [threadOf(42, { state: 'idle' }), strange()])
    expect(holder).toMatchObject({ kind: 'thread', resumable: [42] })
    expect(holder.heldFrom(42)).toContain('acme/shop#7')
  })

  it.each([
    ['its lock was put on and taken off by a person', lockedOnce()],
    ['its run has an outcome', issue(42, { comments: [cardComment(aCard({ outcome: anOutcome() }))] })],
  ])('is none when %s', (_, ended) => {
    expect(hold([ended], [threadOf(42, { state: 'idle' })])).toMatchObject({ kind: 'free', resumable: [] })
  })

  it('is none of an earlier epoch', () => {
    const again = issue(42, { labelEvents: [labelled(ready), labelled(ready, { at: t0 + minutes(1) })] })
    expect(hold([again], [threadOf(42, { state: 'idle' })]).resumable).toEqual([])
  })
})
