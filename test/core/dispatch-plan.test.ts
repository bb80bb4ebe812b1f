import { describe, expect, it } from 'vitest'
import { planDispatch } from '../../src/core/dispatch/dispatch-plan.ts'
import { runIdOf, uuid5 } from '../../src/core/ids.ts'
import type { IssueFacts, ThreadSummary } from '../../src/core/model.ts'
import type { PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import type { GlobalPolicy, RepoPolicy } from '../../src/core/policy.ts'
import { aCard, anOutcome, cardComment } from '../builders/card.ts'
import {
  afk,
  anEdit,
  anIssue,
  epochId,
  human,
  labelled,
  lock,
  maria,
  ready,
  stranger,
  unlabelled,
} from '../builders/issue.ts'
import { anObservation, anOverview, codesOf, now, settle, type World } from '../builders/observation.ts'
import { thePolicy } from '../builders/policy.ts'
import { aThreadSummary } from '../builders/thread.ts'
import { hours, seconds, sha, t0 } from '../builders/time.ts'

interface Given {
  readonly issues: readonly IssueFacts[]
  readonly threads?: readonly ThreadSummary[]
  readonly observation?: Partial<PollObservation>
  readonly world?: Partial<World>
  readonly repo?: Partial<RepoPolicy>
  readonly global?: Partial<GlobalPolicy>
  readonly everything?: boolean
}

function plan(given: Given) {
  const repos = [...new Set(given.issues.map(({ repo }) => repo))]
  const first = anObservation({
    repos: repos.map((repo) => anOverview(repo, given.issues)),
    threads: given.threads ?? [],
    ...given.observation,
  })
  const world = { issues: given.issues, ...given.world }
  const settled = settle(first, thePolicy(given.repo, given.global), world, { everything: given.everything ?? false })
  const { decisions } = settled.plan
  return {
    ...settled,
    decisions,
    of: (number: number, repo = 'acme/shop') =>
      decisions.find(({ issue }) => issue.number === number && issue.repo === repo),
    dispatched: decisions
      .filter(({ decision }) => decision === 'dispatch')
      .map(({ issue }) => `${issue.repo}#${issue.number}`),
    asked: settled.rounds.map((round) => [...new Set(round.map(({ kind }) => kind))].toSorted().join(' ')),
  }
}

const issue = (number: number, changes: Partial<IssueFacts> = {}) => anIssue({ number, ...changes })
const inRepo = (repo: string, number = 1, changes: Partial<IssueFacts> = {}) => anIssue({ repo, number, ...changes })
const threadOf = (number: number, changes: Partial<ThreadSummary> = {}, repo = 'acme/shop') =>
  aThreadSummary({ id: runIdOf(repo, number, epochId), updatedAt: now, ...changes }, repo, number)
const oldThread = (n: number, changes: Partial<ThreadSummary> = {}) =>
  aThreadSummary({ id: uuid5(`old ${n}`), state: 'settled', createdAt: now - seconds(n), ...changes }, 'other/repo', n)

describe('one winner a repo (SPEC 5.1, Priority)', () => {
  it('is the lowest priority, then the lowest number', () => {
    const done = plan({
      issues: [
        issue(1),
        issue(2, { labels: [ready, 'priority:5'] }),
        issue(3, { labels: [ready, 'P1'] }),
        issue(4, { labels: [ready, 'priority/1'] }),
      ],
    })
    expect(done.dispatched).toEqual(['acme/shop#3'])
    expect(done.decisions.map(({ issue: { number }, priority }) => [number, priority])).toEqual([
      [3, 1],
      [1, 100],
      [2, 5],
      [4, 1],
    ])
    expect(done.of(4)).toMatchObject({
      decision: 'skip',
      failing: [{ code: 'capacity', facts: { beatenBy: 'acme/shop#3' } }],
    })
  })

  it('is the next one when the first turns out not to be able to start', () => {
    const done = plan({ issues: [issue(1, { edits: [anEdit({ actor: null })] }), issue(2)] })
    expect(done.dispatched).toEqual(['acme/shop#2'])
    expect(codesOf(done.of(1))).toEqual(['edited-after-label'])
  })

  it('takes the default for an issue without a priority label', () => {
    const done = plan({
      issues: [issue(1), issue(2, { labels: [ready, 'priority:51'] })],
      repo: { defaultPriority: 50 },
    })
    expect(done.dispatched).toEqual(['acme/shop#1'])
  })
})

describe('over repos', () => {
  it('goes by priority, number and name', () => {
    const done = plan({
      issues: [inRepo('b/b', 2), inRepo('c/c', 1), inRepo('a/a', 2), inRepo('d/d', 9, { labels: [ready, 'p0'] })],
      global: { maxDispatchPerTick: 9 },
    })
    expect(done.dispatched).toEqual(['d/d#9', 'c/c#1', 'a/a#2', 'b/b#2'])
  })

  it('dispatches at most maxDispatchPerTick, and names what was ahead', () => {
    const done = plan({ issues: [inRepo('a/a'), inRepo('b/b'), inRepo('c/c')], global: { maxDispatchPerTick: 2 } })
    expect(done.dispatched).toEqual(['a/a#1', 'b/b#1'])
    expect(done.of(1, 'c/c')?.failing).toEqual([
      {
        code: 'capacity',
        facts: { limit: 'maxDispatchPerTick', maxDispatchPerTick: 2, ahead: ['a/a#1', 'b/b#1'] },
        unblock: expect.any(String),
      },
    ])
  })

  it('counts locks, threads at work and half-done dispatches as in flight', () => {
    const issues = [inRepo('a/a'), inRepo('b/b', 1, { labels: [lock] }), inRepo('c/c', 3)]
    const threads = [oldThread(1, { state: 'waiting', updatedAt: now }), threadOf(3, { state: 'idle' }, 'c/c')]
    const limited = (maxConcurrentRuns: number) => plan({ issues, threads, global: { maxConcurrentRuns } })
    expect(limited(4).dispatched).toEqual(['c/c#3', 'a/a#1'])
    expect(limited(3).dispatched).toEqual(['c/c#3'])
    expect(limited(3).of(1, 'a/a')).toMatchObject({
      failing: [{ code: 'capacity', facts: { limit: 'maxConcurrentRuns', inFlight: 3, ahead: ['c/c#3'] } }],
    })
  })

  it.each<[string, Partial<ThreadSummary>, number]>([
    ['working', { state: 'working', updatedAt: now }, 1],
    ['in an unknown state', { state: 'unknown', updatedAt: now }, 1],
    ['silent for too long', { state: 'working', updatedAt: now - seconds(1801) }, 0],
    ['settled', { state: 'settled', updatedAt: now }, 0],
    ['idle', { state: 'idle', updatedAt: now }, 0],
  ])('counts a thread that is %s', (_, changes, counted) => {
    const done = plan({ issues: [inRepo('a/a')], threads: [oldThread(1, changes)], global: { maxConcurrentRuns: 1 } })
    expect(done.dispatched).toHaveLength(1 - counted)
  })

  it('counts a run once that has a lock and a thread at work', () => {
    const done = plan({
      issues: [inRepo('a/a'), inRepo('b/b', 1, { labels: [lock] })],
      threads: [threadOf(1, {}, 'b/b')],
      global: { maxConcurrentRuns: 2 },
    })
    expect(done.dispatched).toEqual(['a/a#1'])
  })

  it('stops at maxRunsPerDay, by the threads of the last 24 hours and what starts now', () => {
    const given = {
      issues: [inRepo('a/a'), inRepo('b/b')],
      threads: [oldThread(1), oldThread(2), oldThread(3, { createdAt: now - hours(24) })],
    }
    expect(plan({ ...given, global: { maxRunsPerDay: 4 } }).dispatched).toEqual(['a/a#1', 'b/b#1'])
    expect(plan({ ...given, global: { maxRunsPerDay: 3 } }).dispatched).toEqual(['a/a#1'])
    const none = plan({ ...given, global: { maxRunsPerDay: 2 } })
    expect(none.of(1, 'a/a')).toMatchObject({ failing: [{ code: 'daily-cap', facts: { maxRunsPerDay: 2, today: 2 } }] })
  })

  it('names those of this very tick that fill the day', () => {
    const done = plan({ issues: [inRepo('a/a'), inRepo('b/b'), inRepo('c/c')], global: { maxRunsPerDay: 2 } })
    expect(done.of(1, 'c/c')).toMatchObject({
      failing: [{ code: 'daily-cap', facts: { maxRunsPerDay: 2, today: 0, ahead: ['a/a#1', 'b/b#1'] } }],
    })
  })

  it('says that no run has room of those, too, who fail by other rules', () => {
    const issues = [issue(1, { labels: [ready, lock] }), issue(2), inRepo('b/b')]
    const full = plan({ issues, global: { maxConcurrentRuns: 1 } })
    expect(codesOf(full.of(1))).toEqual(['in-progress', 'capacity'])
    expect(codesOf(full.of(2))).toEqual(['repo-busy', 'capacity'])
    expect(codesOf(full.of(1, 'b/b'))).toEqual(['capacity'])
    expect(full.of(2)).toMatchObject({
      failing: [
        { code: 'repo-busy' },
        { code: 'capacity', facts: { limit: 'maxConcurrentRuns', inFlight: 1, ahead: [] } },
      ],
    })
    // Room for one, whoever takes it: no cap was reached before.
    expect(codesOf(plan({ issues, global: { maxConcurrentRuns: 2 } }).of(2))).toEqual(['repo-busy'])
    const shut = plan({ issues, global: { maxDispatchPerTick: 0 } })
    expect(codesOf(shut.of(2))).toEqual(['repo-busy', 'capacity'])
  })

  it('names the half-done dispatches that are ahead of those, too', () => {
    const done = plan({
      issues: [inRepo('a/a', 1), inRepo('a/a', 2)],
      threads: [threadOf(1, { state: 'idle' }, 'a/a')],
      global: { maxConcurrentRuns: 1 },
    })
    expect(done.of(2, 'a/a')).toMatchObject({
      failing: [{ code: 'repo-busy' }, { code: 'capacity', facts: { inFlight: 1, ahead: ['a/a#1'] } }],
    })
  })

  it.each<[Partial<GlobalPolicy>, string]>([
    [{ maxDispatchPerTick: 0 }, 'raise maxDispatchPerTick'],
    [{ maxRunsPerDay: 0 }, 'raise maxRunsPerDay'],
  ])('promises nobody a turn that does not come: %j', (global, unblock) => {
    expect(plan({ issues: [inRepo('a/a')], global }).of(1, 'a/a')).toMatchObject({ failing: [{ unblock }] })
  })

  it('says drain and daily cap of those, too, who fail by other rules', () => {
    const done = plan({
      issues: [issue(1, { labels: [ready, lock] }), issue(2), inRepo('a/a')],
      threads: [oldThread(1)],
      observation: { drain: true },
      global: { maxRunsPerDay: 1 },
    })
    expect(codesOf(done.of(1))).toEqual(['in-progress', 'daily-cap', 'draining'])
    expect(codesOf(done.of(2))).toEqual(['repo-busy', 'daily-cap', 'draining'])
    expect(codesOf(done.of(1, 'a/a'))).toEqual(['daily-cap', 'draining'])
  })

  it('starts nothing while draining, and says every cap that fails', () => {
    const done = plan({
      issues: [inRepo('a/a')],
      observation: { drain: true },
      global: { maxConcurrentRuns: 0, maxRunsPerDay: 0 },
    })
    expect(codesOf(done.of(1, 'a/a'))).toEqual(['capacity', 'daily-cap', 'draining'])
  })

  it('starts nothing when nothing may start in a tick', () => {
    expect(plan({ issues: [inRepo('a/a')], global: { maxDispatchPerTick: 0 } }).dispatched).toEqual([])
  })
})

describe('what is asked', () => {
  it('is nothing at all without a ready issue', () => {
    expect(plan({ issues: [issue(1, { labels: [lock] })], threads: [threadOf(1)] }).asked).toEqual([])
  })

  it('is nothing in a repo with a lock, and its issues say what was not evaluated', () => {
    const done = plan({ issues: [issue(1, { labels: [lock] }), issue(2)] })
    expect(done.asked).toEqual([])
    expect(done.of(2)).toMatchObject({
      decision: 'skip',
      failing: [{ code: 'repo-busy', facts: { heldBy: 'acme/shop#1' } }],
      notEvaluated: [
        'human-label',
        'already-ran',
        'untrusted-labeller',
        'edited-after-label',
        'blocked',
        'pickup-delay',
      ],
    })
  })

  it('comes cheap first: texts, then blockers, then the issue, then people, then apps', () => {
    expect(plan({ issues: [issue(1, { body: 'Blocked by #7' })] }).asked).toEqual([
      'summaries',
      'states',
      'look',
      'permission',
      'via',
    ])
  })

  it('is nobody, as long as another rule may still fail', () => {
    const waived = plan({
      issues: [issue(1, { comments: [cardComment(aCard({ runId: 'earlier', epoch: 'LE_0' }))] })],
      observation: {
        repos: [anOverview('acme/shop', [issue(1)], { base: { branch: 'main', head: sha('b'), rollup: 'failure' } })],
      },
    })
    expect(waived.asked).toEqual(['summaries', 'look', 'head'])
    expect(codesOf(waived.of(1))).toEqual(['base-red'])
  })

  it('is of one candidate a repo at a time', () => {
    const strangers = [1, 2, 3].map((number) => issue(number, { labelEvents: [labelled(ready, { actor: stranger })] }))
    const done = plan({
      issues: [...strangers, issue(4)],
      world: { permission: (login) => (login === 'maria' ? { permission: 'write', role: 'write' } : null) },
    })
    expect(done.dispatched).toEqual(['acme/shop#4'])
    // The stranger's permission is asked once and remembered.
    expect(done.asked).toEqual(['summaries', 'look', 'permission', 'look', 'look', 'look', 'permission', 'via'])
  })

  it('is nothing of an issue that capacity leaves out', () => {
    const done = plan({ issues: [inRepo('a/a'), inRepo('b/b')], global: { maxDispatchPerTick: 1 } })
    expect(done.rounds.flat().filter((need) => need.kind === 'look')).toEqual([
      { kind: 'look', issue: { repo: 'a/a', number: 1 } },
    ])
    expect(done.of(1, 'b/b')?.notEvaluated).toContain('untrusted-labeller')
  })

  it.each<[string, Partial<GlobalPolicy>, Partial<PollObservation>]>([
    ['every run there may be is in flight', { maxConcurrentRuns: 0 }, {}],
    ['nothing may start in a tick', { maxDispatchPerTick: 0 }, {}],
    ['enough was started today', { maxRunsPerDay: 0 }, {}],
    ['it drains', {}, { drain: true }],
  ])('is not even a text while %s', (_, global, observation) => {
    const issues = [issue(1), issue(2, { labels: [ready, 'P0'] }), inRepo('a/a')]
    const observed = { repos: ['acme/shop', 'a/a'].map((repo) => anOverview(repo, issues)), ...observation }
    const done = plan({ issues, global, observation: observed })
    expect(done.asked).toEqual([])
    for (const { decision, notEvaluated, failing } of done.decisions) {
      expect(decision).toBe('skip')
      expect(notEvaluated).toContain('blocked')
      expect(failing.map(({ facts }) => facts)).not.toContainEqual(
        expect.objectContaining({ beatenBy: expect.anything() }),
      )
    }
    expect(plan({ issues, global, observation: observed, everything: true }).asked).toContain('summaries')
  })

  it('is the state of all blockers that texts name at once, but of ready issues, which are open', () => {
    const issues = [1, 2, 3].map((number) => issue(number, { body: `Blocked by #${number + 10} and #9` }))
    const waits = issue(9, { body: 'Blocked by #19' })
    const done = plan({ issues: [...issues, waits], world: { blocker: () => 'open' } })
    expect(done.asked).toEqual(['summaries', 'states'])
    expect(done.rounds[1]).toEqual([
      { kind: 'states', of: { repo: 'acme/shop', number: 9 }, issues: [{ repo: 'acme/shop', number: 19 }] },
    ])
    expect(done.decisions.map((one) => codesOf(one))).toEqual([['blocked'], ['blocked'], ['blocked'], ['blocked']])
  })

  it('is no look at what somebody labelled who was found not to be trusted', () => {
    const strangers = [1, 2, 3].map((number) => ({
      ...issue(number, { labelEvents: [labelled(ready, { actor: stranger })] }),
      readyBy: stranger,
    }))
    const done = plan({ issues: strangers, world: { permission: () => null } })
    expect(done.asked).toEqual(['summaries', 'look', 'permission'])
    expect(done.decisions.map((one) => codesOf(one))).toEqual(strangers.map(() => ['untrusted-labeller']))
  })

  it('is the texts of the repos alone whose turn it is, and the others say so', () => {
    const issues = ['a/a', 'b/b', 'c/c'].map((repo) => inRepo(repo))
    const details = { perTick: 2, prices: { 'a/a': 1, 'b/b': 1, 'c/c': 1 }, turn: 1 }
    const done = plan({ issues, observation: { details } })
    expect(done.rounds[0]).toEqual([{ kind: 'summaries', repo: 'c/c' }])
    expect(done.dispatched).toEqual(['c/c#1'])
    expect(done.of(1, 'a/a')).toMatchObject({
      decision: 'skip',
      failing: [{ code: 'not-evaluated', facts: { turns: 2, inMinutes: 1 } }],
      notEvaluated: expect.arrayContaining(['blocked', 'untrusted-labeller']),
    })
  })

  it('is all of it for `afk plan`', () => {
    const done = plan({ issues: [issue(1), issue(2), issue(3, { labels: [ready, lock] })], everything: true })
    expect(done.decisions.map(({ notEvaluated }) => notEvaluated)).toEqual([[], [], []])
    expect(codesOf(done.of(2))).toEqual(['repo-busy'])
    expect(codesOf(done.of(3))).toEqual(['in-progress'])
  })

  it('is a thread that may be starting, before anything starts beside it', () => {
    const young = threadOf(7, { state: 'settled', lastMessageAt: now })
    const started = plan({ issues: [issue(1)], threads: [young], world: { threadState: () => 'starting' } })
    expect(codesOf(started.of(1))).toEqual(['repo-busy'])
    expect(plan({ issues: [issue(1)], threads: [young] }).dispatched).toEqual(['acme/shop#1'])
  })

  it('is never asked again of an issue that cannot be read', () => {
    const done = plan({
      issues: [issue(1), issue(2)],
      observation: { unreadable: { 'acme/shop#1': 'unavailable: timeout' } },
    })
    expect(done.dispatched).toEqual(['acme/shop#2'])
    expect(done.of(1)).toMatchObject({ failing: [{ code: 'unreadable', facts: { why: 'unavailable: timeout' } }] })
  })

  it('is never asked again of an unreadable issue with a thread, which then holds nothing up', () => {
    const done = plan({
      issues: [issue(1)],
      threads: [threadOf(1, { state: 'idle' })],
      observation: { unreadable: { 'acme/shop#1': 'contract: no title' } },
      everything: true,
    })
    expect(codesOf(done.of(1))).toEqual(['unreadable'])
  })
})

describe('what changed while the tick read', () => {
  const before = { repos: [anOverview('acme/shop', [issue(1)])] }

  it.each<[string, Partial<IssueFacts>, readonly string[]]>([
    ['closed', { state: 'closed' }, ['unreadable']],
    ['unlabelled', { labels: [] }, ['unreadable']],
    ['locked by another poller', { labels: [ready, lock] }, ['in-progress']],
  ])('does not start: %s', (_, changes, codes) => {
    expect(codesOf(plan({ issues: [issue(1, changes)], observation: before }).of(1))).toEqual(codes)
  })
})

describe('resume first (SPEC 5.1)', () => {
  const idle = (number: number, changes: Partial<ThreadSummary> = {}) => threadOf(number, { state: 'idle', ...changes })

  it('finishes a half-done dispatch before all others, exempt from delay, base and every cap', () => {
    const done = plan({
      issues: [inRepo('a/a', 1, { labels: [ready, 'P0'] }), issue(2), issue(1, { labels: [ready, 'P0'] })],
      threads: [idle(2)],
      observation: {
        now: { tracker: t0 + seconds(1), executor: now },
        drain: true,
        repos: [
          anOverview('a/a', [inRepo('a/a')]),
          anOverview('acme/shop', [issue(1), issue(2)], {
            base: { branch: 'main', head: sha('b'), rollup: 'failure' },
          }),
        ],
      },
      global: { maxConcurrentRuns: 0, maxDispatchPerTick: 0, maxRunsPerDay: 0 },
    })
    expect(done.dispatched).toEqual(['acme/shop#2'])
    expect(done.of(2)).toMatchObject({ resume: true, failing: [], cancel: null })
    expect(codesOf(done.of(1))).toContain('repo-busy')
  })

  it('leaves the caps of a tick to others', () => {
    const done = plan({ issues: [issue(1), inRepo('a/a')], threads: [idle(1)], global: { maxDispatchPerTick: 1 } })
    expect(done.dispatched).toEqual(['acme/shop#1', 'a/a#1'])
  })

  it.each<[string, string, Partial<IssueFacts>, Partial<World>]>([
    ['blocked', 'blocked', { body: 'Blocked by #7' }, { blocker: () => 'open' }],
    ['edited', 'edited-after-label', { edits: [anEdit({ actor: null })] }, {}],
    ['labelled by a stranger', 'untrusted-labeller', {}, { permission: () => null }],
    [
      'given to a person',
      'human-label',
      { labels: [ready, human], labelEvents: [labelled(ready), labelled(human, { at: t0 + 1 })] },
      {},
    ],
  ])('calls it off when it is %s by now', (_, code, changes, world) => {
    const done = plan({ issues: [issue(1, changes), issue(2)], threads: [idle(1)], world })
    expect(done.of(1)).toMatchObject({ decision: 'skip', resume: true, cancel: code })
    expect(codesOf(done.of(2))).toEqual(['repo-busy'])
  })

  it.each<[string, Partial<IssueFacts>, Partial<PollObservation>]>([
    ['closed by now, which is for the watcher', { state: 'closed' }, {}],
    ['of a repo that moved', {}, { repos: [anOverview('acme/shop', [issue(1)], { nameWithOwner: 'acme/store' })] }],
  ])('waits when it is %s', (_, changes, observation) => {
    const repos = [anOverview('acme/shop', [issue(1)])]
    const done = plan({ issues: [issue(1, changes)], threads: [idle(1)], observation: { repos, ...observation } })
    expect(done.of(1)).toMatchObject({ decision: 'skip', resume: true, cancel: null })
  })

  it('is no resume when a person took the lock off, but a cancel of the watcher', () => {
    const off = issue(1, {
      labelEvents: [
        labelled(ready),
        labelled(lock, { actor: afk, at: t0 + 1 }),
        unlabelled(lock, { actor: maria, at: t0 + 2 }),
      ],
    })
    const done = plan({ issues: [off], threads: [idle(1)] })
    expect(done.of(1)).toMatchObject({ decision: 'skip', resume: false, cancel: null })
    expect(codesOf(done.of(1))).toEqual(['in-progress'])
  })

  it('is no resume either when the thread is an earlier epoch’s', () => {
    const again = issue(1, {
      labelEvents: [labelled(ready), unlabelled(ready, { at: t0 + 1 }), labelled(ready, { at: t0 + 2 })],
    })
    const done = plan({ issues: [again], threads: [idle(1)] })
    expect(done.of(1)).toMatchObject({ decision: 'dispatch', resume: false })
  })

  it('goes on when the thread it has works already', () => {
    const done = plan({ issues: [issue(1)], threads: [threadOf(1)] })
    expect(done.of(1)).toMatchObject({ decision: 'dispatch', resume: true })
  })
})

describe('an end that died before there was a lock', () => {
  const ended = (changes: Partial<IssueFacts> = {}) =>
    issue(42, {
      comments: [cardComment(aCard({ outcome: anOutcome({ kind: 'escalated', reason: 'thread-burnt' }) }))],
      ...changes,
    })

  it('is finished here: without a lock and a thread nobody else would find it', () => {
    const done = plan({ issues: [ended(), issue(43)] })
    expect(done.of(42)).toMatchObject({ decision: 'skip', resume: false, cancel: 'already-ran' })
    expect(done.dispatched).toEqual(['acme/shop#43'])
  })

  it.each<[string, Partial<IssueFacts>]>([
    ['locked: the watcher has it', { labels: [ready, lock] }],
    ['unlabelled by now', { labels: [] }],
  ])('is left alone when it is %s', (_, changes) => {
    const done = plan({ issues: [ended(changes)], observation: { repos: [anOverview('acme/shop', [issue(42)])] } })
    expect(done.of(42)?.cancel).toBeNull()
  })
})

describe('a plan', () => {
  it('gives one decision an issue, dispatches first, then the skipped by repo and number', () => {
    const done = plan({ issues: [inRepo('b/b', 9), inRepo('b/b', 10), inRepo('a/a', 3), inRepo('a/a', 2)] })
    expect(done.decisions.map(({ issue: { repo, number } }) => `${repo}#${number}`)).toEqual([
      'a/a#2',
      'b/b#9',
      'a/a#3',
      'b/b#10',
    ])
  })

  it('asks each thing once a round', () => {
    const { needs } = planDispatch(
      anObservation({ repos: [anOverview('acme/shop', [issue(1), issue(2)])] }),
      thePolicy(),
    )
    expect(needs).toEqual([{ kind: 'summaries', repo: 'acme/shop' }])
  })
})
