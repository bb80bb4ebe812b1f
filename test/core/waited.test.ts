import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bell, Card } from '../../src/core/card/card.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { nextCard } from '../../src/core/run/next-card.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import { overlap, questionWaits, waitsForPeople } from '../../src/core/run/waited.ts'
import { aCard, aTurn } from '../builders/card.ts'
import { afk } from '../builders/issue.ts'
import { anOpenPull } from '../builders/people.ts'
import { aHead, aPushedRun, aRun, green, now, red, type RunChanges } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { hours, minutes, sha, t0 } from '../builders/time.ts'

const approval = (head: string) => `approval:merge:${sha(head)}`
const ready = (head: string) => `ready-to-merge:${sha(head)}`

describe('overlap', () => {
  it('counts what lies between, each moment once', () => {
    expect(overlap([], 0, 10)).toBe(0)
    expect(overlap([[2, 4]], 0, 10)).toBe(2)
    expect(
      overlap(
        [
          [7, 99],
          [-5, 2],
          [1, 4],
        ],
        0,
        10,
      ),
    ).toBe(7)
    expect(
      overlap(
        [
          [2, 8],
          [3, 5],
          [20, 30],
        ],
        0,
        10,
      ),
    ).toBe(6)
    // Clocks that go back.
    expect(overlap([[8, 2]], 0, 10)).toBe(0)
    expect(overlap([[0, 10]], 10, 0)).toBe(0)
  })

  it('is what counting moment by moment gives', () => {
    const instant = fc.integer({ min: -3, max: 25 })
    fc.assert(
      fc.property(fc.array(fc.tuple(instant, instant)), instant, instant, (spans, from, to) => {
        const moments = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
        const inside = moments.filter((moment) => spans.some(([start, end]) => moment >= start && moment < end))
        expect(overlap(spans, from, to)).toBe(inside.length)
      }),
    )
  })
})

describe('waits for people', () => {
  it('are questions, and bells that ask for something', () => {
    const card = aCard({
      questions: [
        { number: 1, at: 10, answer: 7, answeredAt: 20 },
        { number: 2, at: 30, answer: null, answeredAt: null },
      ],
      bells: {
        'question:1': { at: 10 },
        [approval('a')]: { at: 40, over: 45 },
        [ready('b')]: { at: 50 },
        'waiting:r': { at: 60, over: 61 },
        'needs-human': { at: 70 },
        done: { at: 71 },
      },
    })
    expect(questionWaits(card, 99)).toEqual([
      [10, 20],
      [30, 99],
    ])
    expect(waitsForPeople(card, 99)).toEqual([
      [10, 20],
      [30, 99],
      [40, 45],
      [50, 99],
      [60, 61],
    ])
    expect(waitsForPeople(aCard(), 99)).toEqual([])
  })
})

describe('a wait for people is over', () => {
  const since = now - minutes(5)
  const overOf = (
    cause: string,
    changes: Omit<RunChanges, 'card'> & { card?: Partial<Card> },
    bell: Bell = { at: since },
  ) =>
    nextCard(
      aRun({ head: aHead(), verdict: green, ...changes, card: aCard({ bells: { [cause]: bell }, ...changes.card }) }),
    ).bells[cause]?.over
  const merged = { ...anOpenPull({ state: 'merged', mergeCommit: sha('e') }), kind: 'merged' } as Landing
  const yes = { what: 'merge', head: sha('a'), decision: 'approved', by: 'maria', via: 'comment', at: now - 7 } as const

  it('when somebody said yes, also where no message could say so', () => {
    expect(overOf(approval('a'), { landing: anOpenPull() })).toBeUndefined()
    expect(overOf(approval('a'), { landing: anOpenPull(), canRing: false })).toBeUndefined()
    expect(overOf(approval('a'), { landing: anOpenPull(), canRing: false, card: { approvals: [yes] } })).toBe(now - 7)
  })

  it('when there is a newer commit', () => {
    expect(overOf(approval('b'), { landing: anOpenPull() })).toBe(now)
    expect(overOf(ready('b'), { landing: anOpenPull() })).toBe(now)
    expect(overOf(ready('a'), { landing: anOpenPull() })).toBeUndefined()
  })

  it('when it is merged', () => {
    expect(overOf(ready('a'), { landing: merged })).toBe(now)
  })

  it('when what the agent asked in T3 is not asked any more', () => {
    const thread = (id: string) =>
      aThread({ state: 'waiting', pending: { id, kind: 'approval', detail: 'git push' } as const })
    expect(overOf('waiting:r', { thread: thread('r') })).toBeUndefined()
    expect(overOf('waiting:r', { thread: thread('s') })).toBe(now)
    expect(overOf('waiting:r', { thread: aThread({ state: 'working' }) })).toBe(now)
    expect(overOf('waiting:r', { now: { tracker: now, executor: null } })).toBeUndefined()
  })

  it('once, and only where something is asked', () => {
    expect(overOf(approval('b'), { landing: anOpenPull() }, { at: since, over: since + 1 })).toBe(since + 1)
    for (const cause of ['question:1', 'done', 'frozen', 'needs-human']) expect(overOf(cause, {})).toBeUndefined()
  })
})

describe('the time for corrective turns (SPEC 3.8)', () => {
  const first = now - hours(50)
  const fix = aTurn({ purpose: `fix:${sha('c')}`, at: first })
  const helped = {
    thread: aThread({ state: 'finished', messages: [aMessage('start', 1, t0), aMessage(`fix:${sha('c')}`, 1, first)] }),
  }
  const decide = (card: Partial<Card>, verdict = red()) =>
    decideRun(
      aPushedRun(verdict, {
        ...helped,
        card: aCard({ startedAt: t0 - hours(99), firstRedAt: first, turns: [aTurn(), fix], ...card }),
      }),
      afk,
    )
  const wait = (at: number, over?: number) => ({ at, ...(over === undefined ? {} : { over }) })

  it('is over 3600 seconds after the first red', () => {
    expect(decide({})).toMatchObject({ kind: 'stop', code: 'budget', facts: { seconds: 50 * 3600, waited: 0 } })
  })

  it.each<[string, Partial<Card>]>([
    ['for a yes', { bells: { [approval('b')]: wait(first + minutes(20), now - minutes(20)) } }],
    ['for a merge by a person', { bells: { [ready('b')]: wait(first + minutes(20), now - minutes(20)) } }],
    ['for a merge that is seen only now', { bells: { [ready('b')]: wait(first + minutes(20)) } }],
    ['in T3', { bells: { 'waiting:r': wait(first + minutes(20), now - minutes(20)) } }],
    [
      'for an answer',
      { questions: [{ number: 1, at: first + minutes(20), answer: 7, answeredAt: now - minutes(20) }] },
    ],
    [
      'for one after the other',
      {
        questions: [{ number: 1, at: first + minutes(20), answer: 7, answeredAt: first + hours(20) }],
        bells: { [approval('b')]: wait(first + hours(20) + minutes(5), now - minutes(20)) },
      },
    ],
    ['since before the first red', { bells: { [ready('b')]: wait(first - hours(9), now - minutes(59)) } }],
  ])('does not run while it waits for people: %s', (_, card) => {
    expect(decide(card)).toMatchObject({ kind: 'fix-forward' })
  })

  it('runs otherwise, and the end says what was not counted', () => {
    const short = { bells: { [approval('b')]: wait(first + minutes(20), first + minutes(30)) } }
    expect(decide(short)).toMatchObject({
      kind: 'stop',
      code: 'budget',
      facts: { seconds: 50 * 3600 - 600, waited: 600 },
      detail: 'still red for 179400 seconds since the first failure, without the time that people took: test',
    })
    // Two that waited at the same time count once.
    const twice = {
      bells: { [approval('b')]: wait(first, first + hours(48.5)), [ready('b')]: wait(first, first + hours(48)) },
    }
    expect(decide(twice)).toMatchObject({ kind: 'stop', facts: { seconds: 5400 } })
  })
})
