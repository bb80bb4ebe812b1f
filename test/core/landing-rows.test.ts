import { describe, expect, it } from 'vitest'
import type { Card, FindingsRecord, ReviewRecord } from '../../src/core/card/card.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { reviewThreadIdOf, messageIdOf } from '../../src/core/ids.ts'
import { asksPerTurn, openFindings } from '../../src/core/landing/findings.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import { withFindings } from '../../src/core/landing/plan-landing.ts'
import type { ThreadView } from '../../src/core/model.ts'
import type { RepoPolicy } from '../../src/core/policy.ts'
import type { Pull, ReviewThread } from '../../src/core/pull-model.ts'
import { startsWork, type RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { minutesUntilTurn } from '../../src/core/schedule.ts'
import { aCard, aTurn, runId } from '../builders/card.ts'
import { afk, maria } from '../builders/issue.ts'
import { anOpenPull, aPull } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aCommit, aHead, aRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

/** The rows of SPEC 15 in the decision table: a pull request that is open, and what may not be the run's. */

type Pulled = Extract<Landing, { readonly pull: Pull }>

type Row = readonly [why: string, facts: RunFacts, decision: Partial<RunDecision> & { readonly facts?: object }]

const record = (changes: Partial<ReviewRecord> = {}): ReviewRecord => ({
  round: 1,
  pull: 5,
  head: sha('a'),
  at: now - minutes(2),
  state: 'asked',
  attempt: 1,
  tokens: 0,
  ...changes,
})
const clean = record({ state: 'clean' })
const issues = record({ state: 'issues' })
const sent = (changes: Partial<FindingsRecord> = {}): FindingsRecord => ({
  head: sha('a'),
  signature: 'one',
  threads: [],
  round: 1,
  at: now - minutes(1),
  ...changes,
})
const landingOf = (pull: Partial<Pull> = {}, more: Partial<Pulled> = {}): Landing => ({
  ...(anOpenPull(pull) as Pulled),
  ...more,
})

/** An open pull request with green checks, reviewed; the agent's turn is over. */
function anOpenRun(
  changes: {
    readonly card?: Partial<Card>
    readonly pull?: Partial<Pull>
    readonly landing?: Partial<Pulled>
    readonly policy?: Partial<RepoPolicy>
  } & Omit<RunChanges, 'card' | 'landing' | 'policy'> = {},
): RunFacts {
  const { card, pull, landing, policy, ...rest } = changes
  return aRun({
    thread: aThread({ state: 'finished', report: { report: { kind: 'pr', number: 5 }, at: now - minutes(3) } }),
    head: aHead(),
    verdict: green,
    landing: landingOf(pull, landing),
    policy: aPolicy({ landing: 'pull-request', ...policy }),
    card: aCard({ reviews: [clean], ...card }),
    ...rest,
  })
}

const reviewer = (changes: Partial<ThreadView> = {}): ThreadView => ({
  ...aThread(),
  id: reviewThreadIdOf(runId, 1),
  lastSignAt: now - seconds(30),
  messages: [delivered(1)],
  ...changes,
})
function delivered(attempt: number): ThreadView['messages'][number] {
  return { id: messageIdOf(reviewThreadIdOf(runId, 1), 'start', attempt), at: now - minutes(2) }
}
const asked = (view: ThreadView | null, more: Partial<ReviewRecord> = {}) =>
  anOpenRun({ card: { reviews: [record(more)] }, reviewer: view })

const reviews: readonly Row[] = [
  ['due', anOpenRun({ card: { reviews: [] } }), { kind: 'review', code: 'review', round: 1, attempt: 1 }],
  ['none is configured', anOpenRun({ card: { reviews: [] }, policy: { review: { rounds: 0 } } }), { kind: 'merge' }],
  ['clean', anOpenRun(), { kind: 'merge' }],
  [
    'clean, of an earlier pull request',
    anOpenRun({ card: { reviews: [record({ pull: 4, state: 'clean' })] } }),
    { kind: 'review', round: 2 },
  ],
  ['clean, and more rounds are configured', anOpenRun({ policy: { review: { rounds: 3 } } }), { kind: 'merge' }],
  ['its thread cannot be read', asked(null), { kind: 'wait', code: 'executor-unreachable' }],
  ['never delivered', asked(reviewer({ messages: [] })), { kind: 'review', round: 1, attempt: 1 }],
  [
    'never delivered, and sent again for as long as a turn may take to begin',
    asked(reviewer({ messages: [] }), { resent: now - seconds(300) }),
    { kind: 'review', round: 1, attempt: 1 },
  ],
  [
    'never delivered, and sent again for longer',
    asked(reviewer({ messages: [] }), { resent: now - seconds(301) }),
    { kind: 'review', code: 'review', round: 1, attempt: 2, facts: { round: 1, attempt: 2 } },
  ],
  [
    'never delivered as often as it may be asked',
    asked(reviewer({ messages: [] }), { attempt: 3, resent: now - seconds(301) }),
    { kind: 'stop', code: 'review-failed', detail: 'the turn of its reviewer did not arrive in T3' },
  ],
  ['under way', asked(reviewer()), { kind: 'wait', code: 'reviewing' }],
  [
    'over, and clean',
    asked(reviewer({ state: 'finished', review: { kind: 'clean', findings: '' } })),
    { kind: 'reviewed', code: 'review-clean', said: 'clean' },
  ],
  [
    'over, with issues',
    asked(reviewer({ state: 'finished', review: { kind: 'issues', findings: 'A fault.' } })),
    { kind: 'reviewed', code: 'review-issues', said: 'issues' },
  ],
  [
    'said, but still at work: it may say something else yet',
    asked(reviewer({ review: { kind: 'clean', findings: '' } })),
    { kind: 'wait', code: 'reviewing' },
  ],
  ['over without a result', asked(reviewer({ state: 'finished' })), { kind: 'review', round: 1, attempt: 2 }],
  ['failed', asked(reviewer({ state: 'failed' })), { kind: 'review', attempt: 2 }],
  [
    'silent for too long',
    asked(reviewer({ lastSignAt: now - seconds(1801), messages: [{ ...delivered(1), at: now - seconds(1801) }] })),
    { kind: 'review', attempt: 2 },
  ],
  [
    'without a result as often as it may be asked',
    asked(reviewer({ state: 'finished', messages: [delivered(3)] }), { attempt: 3 }),
    { kind: 'stop', code: 'review-failed', detail: 'its reviewer ended without a line AFK-REVIEW' },
  ],
  ['over the budget', anOpenRun({ card: { reviews: [], tokens: 17_000_000 } }), { kind: 'stop', code: 'cost' }],
  [
    'the cost of reviews counts',
    anOpenRun({ card: { reviews: [record({ state: 'issues', tokens: 17_000_000 })] } }),
    { kind: 'stop', code: 'cost' },
  ],
]

const thread = (changes: Partial<ReviewThread> = {}): ReviewThread => ({
  id: 'PRRT_1',
  resolved: false,
  path: 'src/a.ts',
  line: 1,
  url: '',
  comments: [{ author: maria, body: 'Why?', at: now - minutes(5), own: false }],
  ...changes,
})
const reviewTurn = (round: number) => aTurn({ purpose: `review:${round}`, attempt: 1 })
const gotReview = (round: number, changes: Partial<ThreadView> = {}) => ({
  thread: aThread({
    state: 'finished',
    messages: [aMessage('start', 1, t0 + seconds(90)), aMessage(`review:${round}`, 1, now - minutes(1))],
    ...changes,
  }),
})
const again = sent({ threads: ['PRRT_1'], round: 0 })
const twice = decideRun(anOpenRun({ landing: { asks: [thread()] } }), afk)
const signature = twice.kind === 'findings' ? twice.signature : ''
/** What a turn with this one conversation, as it stands, is called. */
const first = twice.kind === 'findings' ? twice.purpose : ''

const asks: readonly Row[] = [
  ['issues of a review', anOpenRun({ card: { reviews: [issues] } }), { kind: 'findings', round: 1, attempt: 1 }],
  [
    'issues that were sent, and answered by a push',
    anOpenRun({
      ...gotReview(1),
      card: { reviews: [issues], findings: [sent({ head: sha('c') })], turns: [aTurn(), reviewTurn(1)] },
    }),
    { kind: 'merge' },
  ],
  [
    'issues that the agent sees no reason to change anything for',
    anOpenRun({
      ...gotReview(1, { report: { report: { kind: 'no-change', words: 'All is well.' }, at: now } }),
      card: { reviews: [issues], findings: [sent()], turns: [aTurn(), reviewTurn(1)] },
    }),
    { kind: 'merge' },
  ],
  [
    'issues with a second round configured',
    anOpenRun({
      ...gotReview(1),
      policy: { review: { rounds: 2 } },
      card: { reviews: [issues], findings: [sent()], turns: [aTurn(), reviewTurn(1)] },
    }),
    { kind: 'review', round: 2 },
  ],
  ['a conversation', anOpenRun({ landing: { asks: [thread()] } }), { kind: 'findings', code: 'findings', round: 0 }],
  [
    'a conversation, before the review is held',
    anOpenRun({ card: { reviews: [] }, landing: { asks: [thread()] } }),
    { kind: 'findings', round: 0 },
  ],
  [
    'sent, and not delivered',
    anOpenRun({ landing: { asks: [thread()] }, card: { findings: [again], turns: [aTurn(), reviewTurn(0)] } }),
    { kind: 'resend', code: 'undelivered' },
  ],
  [
    'sent, and answered by a push',
    anOpenRun({
      ...gotReview(0),
      landing: { asks: [thread()] },
      card: { findings: [{ ...again, head: sha('c') }], turns: [aTurn(), reviewTurn(0)], reviews: [clean] },
    }),
    { kind: 'resolve-findings', code: 'answered', threads: ['PRRT_1'] },
  ],
  [
    'sent, answered by a push, and spoken in since',
    anOpenRun({
      ...gotReview(0),
      landing: {
        asks: [thread({ comments: [...thread().comments, { author: maria, body: 'And?', at: now, own: false }] })],
      },
      card: { findings: [{ ...again, head: sha('c') }], turns: [aTurn(), reviewTurn(0)] },
    }),
    { kind: 'findings', attempt: 1, purpose: expect.not.stringContaining(first) },
  ],
  [
    'answered by afk, and opened again',
    anOpenRun({
      ...gotReview(0),
      landing: {
        asks: [thread({ comments: [...thread().comments, { author: afk, body: 'Done.', at: now, own: true }] })],
      },
      card: { findings: [{ ...again, head: sha('c') }], turns: [aTurn(), reviewTurn(0)] },
    }),
    { kind: 'findings', attempt: 1, purpose: expect.not.stringContaining(first) },
  ],
  [
    'sent, and nothing was pushed',
    anOpenRun({
      ...gotReview(0),
      landing: { asks: [thread()] },
      card: { findings: [{ ...again, signature }], turns: [aTurn(), reviewTurn(0)] },
    }),
    { kind: 'findings', facts: { times: 2 } },
  ],
  [
    'sent as often as the same may come back',
    anOpenRun({
      ...gotReview(0),
      landing: { asks: [thread()] },
      card: {
        findings: [
          { ...again, signature },
          { ...again, signature },
        ],
        turns: [aTurn(), reviewTurn(0)],
      },
    }),
    { kind: 'stop', code: 'stagnant' },
  ],
  [
    'nothing is sent while CI looks at the last push',
    anOpenRun({ verdict: pending(), landing: { asks: [thread()] } }),
    { kind: 'wait', code: 'ci-pending' },
  ],
  [
    'a conversation that the agent answers with no-change is for a person',
    anOpenRun({
      ...gotReview(0, { report: { report: { kind: 'no-change', words: 'It is right.' }, at: now } }),
      landing: { asks: [thread()] },
      card: { findings: [again], turns: [aTurn(), reviewTurn(0)] },
    }),
    { kind: 'stop', code: 'no-change', detail: 'It is right.' },
  ],
]

describe('what a turn with conversations is called', () => {
  const called = (conversations: readonly ReviewThread[], head = sha('a')) => {
    const decision = decideRun(
      anOpenRun({ landing: { asks: conversations }, pull: { head }, head: aHead({ commit: aCommit({ sha: head }) }) }),
      afk,
    )
    return decision.kind === 'findings' ? decision.purpose : decision
  }
  const more = { author: maria, body: 'And?', at: now - minutes(4), own: false }

  it('is the same for the same, in whatever order, and another as soon as somebody speaks or the agent has pushed', () => {
    const two = [thread(), thread({ id: 'PRRT_2' })]
    expect(first).toMatch(/^review:0\.[0-9a-f]{12}$/u)
    expect(called([thread()])).toBe(first)
    expect(called(two.toReversed())).toBe(called(two))
    const names = [
      first,
      called(two),
      called([thread()], sha('c')),
      called([thread({ comments: [...thread().comments, more] })]),
    ]
    expect(new Set(names).size).toBe(4)
  })

  it('never holds more of them than the turn shows, so that the others are not taken for answered', () => {
    const many = Array.from({ length: asksPerTurn + 1 }, (_, nth) => thread({ id: `PRRT_${nth + 100}` }))
    expect(openFindings(anOpenRun({ landing: { asks: many } }))?.threads).toEqual(many.slice(0, -1).map(({ id }) => id))
  })

  it('was sent, at the earliest, when the newest word in it was said, though the tick may have begun before', () => {
    const facts = anOpenRun({ landing: { asks: [thread({ comments: [{ ...more, at: now + seconds(2) }] })] } })
    const decision = decideRun(facts, afk)
    if (decision.kind !== 'findings') throw new Error(decision.kind)
    expect(withFindings(facts, facts.card, decision).findings?.at(-1)?.at).toBe(now + seconds(2))
  })
})

const readyCause = `ready-to-merge:${sha('a')}`
const told = (secondsAgo: number): Partial<Card> => ({
  reviews: [clean],
  bells: { [readyCause]: { at: now - seconds(secondsAgo) } },
})
const tried = (state: 'sent' | 'refused', secondsAgo = 60, head = sha('a')): Partial<Card> => ({
  reviews: [clean],
  merge: { head, at: now - seconds(secondsAgo), state },
})
/** One in ten minutes is the run's. */
const itsMinute = now + minutes(minutesUntilTurn(runId, now, 10))
const otherMinute = itsMinute + minutes(1)
/** Refused so many minutes before, and people were told. */
const refused = (minutesAgo: number, tracker: number, pull: Partial<Pull> = {}): RunFacts => {
  const at = tracker - minutes(minutesAgo)
  const merge = { head: sha('a'), at, state: 'refused', seen: 'clean, none, approvals: 0' } as const
  const bells = { [readyCause]: { at: at + seconds(60) } }
  return anOpenRun({ now: { tracker, executor: tracker }, pull, card: { reviews: [clean], merge, bells } })
}
const conflicted = (minutesAgo: number): RunFacts => {
  const merge = { head: sha('a'), at: otherMinute - minutes(minutesAgo), state: 'conflict' } as const
  return anOpenRun({ card: { reviews: [clean], merge }, now: { tracker: otherMinute, executor: otherMinute } })
}

const merge: readonly Row[] = [
  ['all is met', anOpenRun(), { kind: 'merge', code: 'merge', method: 'squash' }],
  ['another method', anOpenRun({ policy: { mergeMethod: 'merge' } }), { kind: 'merge', method: 'merge' }],
  [
    'a method that is not allowed',
    anOpenRun({ policy: { mergeMethod: 'rebase' } }),
    { kind: 'merge', method: 'squash' },
  ],
  ['unstable: what is not required is not green', anOpenRun({ pull: { mergeState: 'unstable' } }), { kind: 'merge' }],
  ['merge: human', anOpenRun({ policy: { merge: 'human' } }), { kind: 'ring-ready', why: 'merge-human' }],
  [
    'merge: human, told',
    anOpenRun({ policy: { merge: 'human' }, card: told(60) }),
    { kind: 'wait', code: 'merge-human', facts: { seconds: 60 } },
  ],
  [
    'merge: human, told for mergeMaxSeconds',
    anOpenRun({ policy: { merge: 'human', mergeMaxSeconds: 60 }, card: told(60) }),
    { kind: 'wait' },
  ],
  [
    'merge: human, told for longer',
    anOpenRun({ policy: { merge: 'human', mergeMaxSeconds: 60 }, card: told(61) }),
    { kind: 'stop', code: 'merge-timeout', facts: { why: 'merge-human' } },
  ],
  ['a draft', anOpenRun({ pull: { draft: true } }), { kind: 'ring-ready', why: 'draft' }],
  [
    'a review is required',
    anOpenRun({ pull: { mergeState: 'blocked', reviewDecision: 'review-required' } }),
    { kind: 'ring-ready', why: 'review-required' },
  ],
  [
    'changes are requested',
    anOpenRun({ pull: { mergeState: 'blocked', reviewDecision: 'changes-requested' } }),
    { kind: 'ring-ready', why: 'changes-requested' },
  ],
  ['refused', anOpenRun({ card: tried('refused') }), { kind: 'ring-ready', why: 'merge-refused' }],
  ['refused at an earlier head', anOpenRun({ card: tried('refused', 60, sha('c')) }), { kind: 'merge' }],
  [
    'refused after people were told of something else',
    anOpenRun({ card: { ...told(600), ...tried('refused') } }),
    { kind: 'ring-ready', why: 'merge-refused' },
  ],
  ['refused, and told', refused(2, now), { kind: 'wait', code: 'merge-refused' }],
  ['refused ten minutes before, in its minute', refused(10, itsMinute), { kind: 'wait', code: 'merge-refused' }],
  ['refused for longer, in its minute: tried again', refused(11, itsMinute), { kind: 'merge', code: 'merge' }],
  ['refused for longer, in another minute', refused(11, otherMinute), { kind: 'wait', code: 'merge-refused' }],
  ['refused, and approved since', refused(2, now, { reviewDecision: 'approved' }), { kind: 'merge' }],
  [
    'refused, and somebody approved since, which the decision says nothing of',
    refused(2, now, { reviews: [{ author: maria, state: 'approved', commit: sha('a'), at: now }] }),
    { kind: 'merge' },
  ],
  ['refused, and its checks have changed since', refused(2, now, { mergeState: 'unstable' }), { kind: 'merge' }],
  [
    'refused, and GitHub computes anew',
    refused(2, now, { mergeState: 'unknown' }),
    { kind: 'wait', code: 'merge-refused' },
  ],
  [
    'refused, and blocked since',
    refused(11, itsMinute, { mergeState: 'blocked' }),
    { kind: 'wait', code: 'merge-blocked' },
  ],
  [
    'refused, and a review is required since',
    refused(11, itsMinute, { mergeState: 'blocked', reviewDecision: 'review-required' }),
    { kind: 'wait', code: 'review-required' },
  ],
  [
    'refused by a version that did not note what GitHub said',
    anOpenRun({ card: { ...tried('refused', 1), ...told(0) }, pull: { mergeState: 'unstable' } }),
    { kind: 'wait', code: 'merge-refused' },
  ],
  ['it lost a race', conflicted(10), { kind: 'merge' }],
  ['it has lost every race for ten minutes', conflicted(11), { kind: 'ring-ready', why: 'merge-refused' }],
  [
    'somebody trusted requests changes, and no review is required',
    anOpenRun({ landing: { objectors: ['maria'] } }),
    { kind: 'ring-ready', why: 'changes-requested' },
  ],
  [
    'somebody trusted requests changes, told',
    anOpenRun({ landing: { objectors: ['maria'] }, card: told(60) }),
    { kind: 'wait', code: 'changes-requested', facts: { seconds: 60 } },
  ],
  ['sent a moment ago', anOpenRun({ card: tried('sent', 120) }), { kind: 'wait', code: 'merging' }],
  ['sent, and still open: its answer was lost', anOpenRun({ card: tried('sent', 121) }), { kind: 'merge' }],
  [
    'in the queue',
    anOpenRun({ pull: { queued: true, queueRequired: true } }),
    { kind: 'wait', code: 'in-merge-queue' },
  ],
  [
    'handed to the queue, which does not show it: never twice',
    anOpenRun({ card: tried('sent', 100_000), pull: { queueRequired: true } }),
    { kind: 'wait', code: 'merging' },
  ],
  ['not known yet', anOpenRun({ pull: { mergeable: 'unknown' } }), { kind: 'wait', code: 'mergeability-unknown' }],
  [
    'not known for too long',
    anOpenRun({ pull: { mergeState: 'unknown' }, policy: { mergeMaxSeconds: 99 } }),
    { kind: 'stop', code: 'merge-timeout' },
  ],
  ['blocked', anOpenRun({ pull: { mergeState: 'blocked' } }), { kind: 'wait', code: 'merge-blocked' }],
  [
    'blocked for longer than a check may take to show',
    anOpenRun({ pull: { mergeState: 'blocked' }, policy: { ciStartGraceSeconds: 60 } }),
    { kind: 'ring-ready', why: 'merge-blocked' },
  ],
]

const before: readonly Row[] = [
  ['CI is pending', anOpenRun({ verdict: pending() }), { kind: 'wait', code: 'ci-pending' }],
  ['CI is red', anOpenRun({ verdict: red() }), { kind: 'fix-forward' }],
  [
    'in conflict with its base',
    anOpenRun({ verdict: red({ stage: 'merge', failing: ['conflict with main'] }) }),
    { kind: 'fix-forward', facts: { stage: 'merge', attempts: 0 } },
  ],
  ['the agent is at work', anOpenRun({ thread: aThread() }), { kind: 'wait', code: 'busy' }],
  [
    'the agent says that it is blocked',
    anOpenRun({ ...gotReview(1, { report: { report: { kind: 'blocked', words: 'no' }, at: now } }) }),
    { kind: 'stop', code: 'blocked' },
  ],
  [
    'T3 is away: nothing is merged under the hands of an agent',
    anOpenRun({ now: { tracker: now, executor: null }, thread: aThread({ state: 'unknown' }) }),
    { kind: 'wait', code: 'executor-unreachable' },
  ],
  ['the thread is gone', anOpenRun({ thread: aThread({ state: 'absent', messages: [] }) }), { kind: 'merge' }],
  [
    'off the allowlist',
    anOpenRun({ allowlisted: false }),
    { kind: 'stop', code: 'not-allowlisted', facts: { instead: 'merge' } },
  ],
  ['without its lock', anOpenRun({ run: { lock: { kind: 'never' } } }), { kind: 'adopt', code: 'adopt' }],
  [
    'its head is another than the one that was judged',
    anOpenRun({ pull: { head: sha('c') } }),
    { kind: 'wait', code: 'mergeability-unknown' },
  ],
]

function reportedPull(): ThreadView {
  return aThread({ state: 'finished', report: { report: { kind: 'pr', number: 5 }, at: now - seconds(10) } })
}

const none = (pushed: string | null): RunChanges => ({
  landing: { kind: 'none', pushed },
  policy: aPolicy({ landing: 'pull-request' }),
  thread: reportedPull(),
})
const merged = (more: Partial<Pulled> = {}): Pulled => ({
  kind: 'merged',
  pull: aPull({ state: 'merged', mergeCommit: sha('d') }),
  foreign: null,
  closedBy: null,
  mergedByAgent: false,
  asks: [],
  ...more,
})

const whose: readonly Row[] = [
  ['none to be seen yet', aRun(none(null)), { kind: 'wait', code: 'report-not-visible', facts: { reported: '#5' } }],
  ['past every review', aRun(none(sha('a'))), { kind: 'stop', code: 'bypassed-review' }],
  [
    'merged by the agent',
    aRun({ ...none(null), landing: merged({ mergedByAgent: true }), head: aHead(), verdict: green }),
    { kind: 'stop', code: 'bypassed-review' },
  ],
  [
    'merged by the agent’s account at a head that afk had handed in',
    aRun({
      ...none(null),
      landing: merged({ mergedByAgent: true }),
      head: aHead(),
      verdict: green,
      card: aCard(tried('sent')),
    }),
    { kind: 'land' },
  ],
  ['merged, and green', aRun({ ...none(null), landing: merged(), head: aHead(), verdict: green }), { kind: 'land' }],
  [
    'merged, and red',
    aRun({ ...none(null), landing: merged(), head: aHead(), verdict: red() }),
    { kind: 'fix-forward' },
  ],
  [
    'two at once',
    aRun({ ...none(null), landing: { kind: 'ambiguous', numbers: [5, 6] } }),
    { kind: 'stop', code: 'ambiguous', detail: 'it has #5 and #6 open at once' },
  ],
  [
    'a commit by somebody else',
    anOpenRun({ landing: { foreign: sha('d') } }),
    { kind: 'stop', code: 'foreign-commit' },
  ],
  [
    'closed by a person',
    aRun({
      ...none(null),
      landing: { ...merged(), kind: 'closed', pull: aPull({ state: 'closed', closedBy: maria }), closedBy: 'person' },
    }),
    { kind: 'cancel', code: 'pull-closed', facts: { pull: 5, by: 'maria' } },
  ],
  [
    'closed by the agent',
    aRun({
      ...none(null),
      thread: aThread({ state: 'finished' }),
      landing: { ...merged(), kind: 'closed', closedBy: 'agent' },
    }),
    { kind: 'nudge' },
  ],
]

const table: readonly (readonly [string, readonly Row[]])[] = [
  ['what comes before the merge', before],
  ['reviews by a second agent', reviews],
  ['findings', asks],
  ['the merge', merge],
  ['whose pull request it is', whose],
]

describe.each(table)('%s', (_, rows) => {
  it.each(rows)('%s', (_why, facts, decision) => {
    expect(decideRun(facts, afk)).toMatchObject(decision)
  })
})

describe('landing by pull request', () => {
  it('has a row here for every kind and every code of SPEC 15', () => {
    const decisions = table.flatMap(([, rows]) => rows.map(([, facts]) => decideRun(facts, afk)))
    const kinds = new Set(decisions.map(({ kind }) => kind))
    for (const kind of ['review', 'reviewed', 'findings', 'resolve-findings', 'ring-ready', 'merge'] as const)
      expect(kinds).toContain(kind)
    const codes = new Set(decisions.map(({ code }) => code))
    for (const code of [
      'ambiguous',
      'bypassed-review',
      'foreign-commit',
      'review-failed',
      'merge-timeout',
      'pull-closed',
    ])
      expect(codes).toContain(code)
    const work = decisions.filter(startsWork).map(({ kind }) => kind)
    expect(new Set(work)).toEqual(new Set(['fix-forward', 'resend', 'review', 'findings', 'merge', 'nudge']))
  })
})
