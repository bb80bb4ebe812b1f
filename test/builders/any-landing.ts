import fc from 'fast-check'
import type { Card } from '../../src/core/card/card.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import type { ReviewReport, Pull, ReviewThread } from '../../src/core/pull-model.ts'
import type { People } from '../../src/core/people/people.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { messageIdOf, reviewThreadIdOf } from '../../src/core/ids.ts'
import { anyFacts } from './any-facts.ts'
import { runId } from './card.ts'
import { aComment, afk, maria } from './issue.ts'
import { aCommit, aHead, aRun, green, now } from './run.ts'
import { aThread } from './thread.ts'
import { seconds, sha, t0 } from './time.ts'

/** Facts of runs that land by pull request, and of people who say something to a run, in any combination (SPEC 15, 16). */

const commit = fc.constantFrom(sha('a'), sha('c'))
const past = fc.integer({ min: t0, max: now })
const orNone = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 2 })

const thread: fc.Arbitrary<ReviewThread> = fc
  .record({ id: fc.constantFrom('PRRT_1', 'PRRT_2'), own: fc.boolean(), at: past })
  .map(({ id, own, at }) => ({
    id,
    resolved: false,
    path: 'src/a.ts',
    line: 1,
    url: '',
    comments: [{ author: own ? afk : maria, body: 'Why?', at, own }],
  }))

const pull: fc.Arbitrary<Pull> = fc
  .record({
    draft: fc.boolean(),
    head: commit,
    mergeable: fc.constantFrom('mergeable' as const, 'mergeable' as const, 'conflicting' as const, 'unknown' as const),
    mergeState: fc.constantFrom('clean' as const, 'clean' as const, 'blocked' as const, 'behind' as const),
    reviewDecision: fc.constantFrom('approved' as const, 'changes-requested' as const, 'none' as const),
    threads: some(thread),
    queueRequired: fc.boolean(),
    queued: fc.boolean(),
    methods: fc.subarray(['squash' as const, 'merge' as const, 'rebase' as const]),
  })
  .map((changes) => ({
    number: 5,
    state: 'open',
    branch: 'afk/42-prices',
    sameRepo: true,
    createdAt: t0,
    url: '',
    title: 'Right the prices',
    base: 'main',
    commits: [aCommit()],
    mergeCommit: null,
    mergedBy: null,
    closedBy: null,
    reviews: [],
    comments: [],
    ...changes,
  }))

const landing: fc.Arbitrary<Landing> = fc.oneof(
  fc.record({ kind: fc.constant('none' as const), pushed: orNone(commit) }),
  fc.constant<Landing>({ kind: 'ambiguous', numbers: [5, 6] }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('open' as const, 'open' as const, 'merged' as const, 'closed' as const),
      pull,
      foreign: fc.constantFrom(null, null, null, sha('d')),
      closedBy: fc.constantFrom('person' as const, 'afk' as const, null),
      mergedByAgent: fc.constantFrom(false, false, true),
      asks: fc.oneof(fc.constant([]), some(thread)),
    }),
  },
)

const people: fc.Arbitrary<People> = fc.record({
  answer: orNone(fc.constant(aComment({ id: 77, body: 'Blue.', author: maria, own: false }))),
  commands: some(
    fc.record({
      kind: fc.constantFrom('status' as const, 'stop' as const),
      by: fc.constant('maria'),
      comment: fc.nat(9),
      on: fc.constant(42),
    }),
  ),
  said: some(
    fc.record({
      decision: fc.constantFrom('approved' as const, 'rejected' as const),
      head: orNone(commit),
      what: fc.constantFrom('merge' as const, 'deploy' as const, null),
      by: fc.constant('maria'),
      via: fc.constantFrom('slack' as const, 'review' as const, 'comment' as const),
      at: orNone(past),
      comment: orNone(fc.nat(9)),
    }),
  ),
  unclear: some(fc.nat(9)),
  waiting: some(fc.constant({ workflowRun: 9, url: null, environments: [{ id: 1, name: 'live', mayApprove: true }] })),
})

const asked = [sha('a'), sha('c')].flatMap((head) => [
  `approval:merge:${head}`,
  `approval:deploy:${head}`,
  `ready-to-merge:${head}`,
])

const memory: fc.Arbitrary<Partial<Card>> = fc.record(
  {
    pull: fc.constant({ number: 5, url: '', branch: 'afk/42-prices', merged: null }),
    reviews: some(
      fc.record({
        round: fc.constantFrom(1, 2),
        pull: fc.constant(5),
        head: commit,
        at: past,
        state: fc.constantFrom('asked' as const, 'asked' as const, 'clean' as const, 'issues' as const),
        attempt: fc.constantFrom(1, 2),
        tokens: fc.constant(0),
      }),
    ).map((all) => all.map((one, index) => ({ ...one, round: index + 1 }))),
    findings: some(
      fc.record({
        head: commit,
        signature: fc.constantFrom('one', 'two'),
        threads: fc.subarray(['PRRT_1', 'PRRT_2']),
        round: fc.nat(2),
        at: past,
      }),
    ),
    merge: fc.record(
      {
        head: commit,
        at: past,
        state: fc.constantFrom('sent' as const, 'refused' as const, 'conflict' as const),
        seen: fc.constantFrom('clean, none, approvals: 0', 'clean, none, approvals: 1'),
      },
      { requiredKeys: ['head', 'at', 'state'] },
    ),
    questions: some(
      fc.record({ number: fc.constantFrom(1, 2), at: past, answer: orNone(fc.nat(9)), answeredAt: orNone(past) }),
    ),
    approvals: some(
      fc.record({
        what: fc.constantFrom('merge' as const, 'deploy' as const),
        head: commit,
        decision: fc.constantFrom('approved' as const, 'rejected' as const),
        by: fc.constant('maria'),
        via: fc.constantFrom('slack' as const, 'review' as const, 'comment' as const),
        at: past,
      }),
    ),
    bells: fc.subarray(asked).map((causes) => Object.fromEntries(causes.map((cause) => [cause, { at: t0 }]))),
    driven: fc.constant(true as const),
  },
  { requiredKeys: [] },
)

const review: fc.Arbitrary<ReviewReport> = fc.constantFrom<ReviewReport>(
  { kind: 'clean', findings: '' },
  { kind: 'issues', findings: 'A fault.' },
)

const reviewMessages = [1, 2].flatMap((round) =>
  [1, 2].map((attempt) => ({
    id: messageIdOf(reviewThreadIdOf(runId, round), 'start', attempt),
    at: now - seconds(60),
  })),
)

export const anyLanding: fc.Arbitrary<RunFacts> = fc
  .record({
    facts: anyFacts,
    landing,
    people,
    memory,
    reviewer: orNone(
      fc.tuple(orNone(review), fc.subarray(reviewMessages, { minLength: 2 })).map(([said, messages]) => ({
        ...aThread({ state: 'finished', messages }),
        review: said,
      })),
    ),
    aligned: fc.constantFrom(true, true, true, false),
    policy: fc.record({
      merge: fc.constantFrom('auto' as const, 'human' as const),
      review: fc.record({ rounds: fc.nat(2) }),
      approval: fc.record({ before: fc.subarray(['merge' as const, 'deploy' as const]), by: fc.constant(['maria']) }),
    }),
    report: fc.constantFrom(
      { kind: 'pr', number: 5 } as const,
      { kind: 'needs-clarification', words: 'Blue?' } as const,
      null,
    ),
  })
  .map(({ facts, policy, memory: more, report, aligned, ...rest }) => {
    const card = { ...facts.card, ...more }
    // As a rule it is the pull request's own head that was judged.
    const open = rest.landing.kind === 'open' ? rest.landing.pull.head : null
    const head = facts.head && aligned && open ? { ...facts.head, commit: aCommit({ sha: open }) } : facts.head
    return {
      ...facts,
      ...rest,
      head,
      policy: { ...facts.policy, ...policy, landing: 'pull-request' },
      card,
      run: { ...facts.run, card: facts.run.card && card },
      thread: report === null ? facts.thread : { ...facts.thread, report: { report, at: now - seconds(5) } },
    }
  })

/** The same with nothing in the way but what belongs to SPEC 15 and 16, and in half of it hardly that: so that merges come up. */
export const nearMerge: fc.Arbitrary<RunFacts> = fc.tuple(anyLanding, fc.boolean()).map(([facts, smooth]) => {
  const { policy, card, people: said, reviewer, thread: view } = facts
  const open = facts.landing.kind === 'open' ? facts.landing : null
  return aRun({
    landing: open && smooth ? { ...open, foreign: null, pull: { ...open.pull, ...unhindered } } : facts.landing,
    policy: smooth ? { ...policy, merge: 'auto' } : policy,
    reviewer,
    people: { ...said, commands: [] },
    head: open ? aHead({ commit: aCommit({ sha: open.pull.head }) }) : facts.head,
    verdict: facts.head === null && open === null ? null : green,
    card: { ...card, outcome: null, turns: [], tokens: 0 },
    thread: aThread({ state: 'finished', report: view.report }),
  })
})

const unhindered = {
  draft: false,
  queued: false,
  mergeable: 'mergeable',
  mergeState: 'clean',
  reviewDecision: 'none',
} as const
