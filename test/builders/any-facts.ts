import fc from 'fast-check'
import type { Bell, Card, Turn } from '../../src/core/card/card.ts'
import { messageIdOf, type Purpose } from '../../src/core/ids.ts'
import type { Check, LabelEvent, Report, ThreadState, ThreadView } from '../../src/core/model.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import type { Verdict } from '../../src/core/verdict/verdict.ts'
import { aCard, runId } from './card.ts'
import { afk, anIssue, human, labelled, lock, maria, ready, stranger, unlabelled } from './issue.ts'
import { aPolicy } from './policy.ts'
import { aCheck, aHead, aRun, now } from './run.ts'
import { aThread } from './thread.ts'
import { hours, seconds, sha, t0 } from './time.ts'

/** Facts of one run in any combination, likely or not: what {@link decideRun} must have an answer to. */
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const past = fc.oneof(fc.integer({ min: t0, max: now }), fc.constant(now), fc.constant(t0 - hours(200)))
const commit = fc.constantFrom(sha('a'), sha('c'))
const purpose = fc.oneof(
  fc.constantFrom<Purpose>('start', 'nudge', 'continue'),
  commit.map((name): Purpose => `fix:${name}`),
)
const limit = fc.constantFrom(0, 1, 2, 3, 300, 1800, 86_400)

const anyPolicy = fc
  .record({
    maxRunSeconds: limit,
    stallSeconds: fc.constantFrom(300, 1800),
    startGraceSeconds: fc.constantFrom(60, 300),
    maxTurnRetries: fc.nat(3),
    retryBackoffSeconds: fc.constantFrom(0, 300),
    maxNudges: fc.nat(2),
    budgetUsd: fc.constantFrom(0, 100),
    ciStartGraceSeconds: fc.constantFrom(0, 900),
    ciMaxSeconds: limit,
    rolloutMaxSeconds: limit,
    questionMaxSeconds: limit,
    notifyDone: fc.boolean(),
    agentLogins: fc.constantFrom([], ['agent']),
    fixForward: fc.record({
      maxAttempts: fc.nat(5),
      maxSeconds: limit,
      stagnationThreshold: fc.integer({ min: 1, max: 3 }),
    }),
  })
  .map(aPolicy)

const turn: fc.Arbitrary<Turn> = fc.record({
  purpose,
  attempt: fc.integer({ min: 1, max: 4 }),
  at: past,
  retry: fc.boolean(),
  refused: fc.boolean(),
})

/** Recorded with or without its place, and open, settled, or given up. */
const bell: fc.Arbitrary<Bell> = fc.record(
  { at: past, channel: fc.constant('C1'), ts: fc.constantFrom('1.1', '2.1'), resolved: past, tries: fc.nat(3) },
  { requiredKeys: ['at'] },
)

const anyCard: fc.Arbitrary<Card> = fc
  .record({
    startedAt: past,
    head: orNull(fc.record({ sha: commit, seenAt: past, pathsClear: fc.boolean() })),
    firstRedAt: orNull(past),
    turns: fc.array(turn, { maxLength: 5 }),
    reds: fc.array(
      fc.record({
        head: commit,
        signature: fc.constantFrom('one', 'two'),
        failing: fc.constant(['test']),
        after: fc.nat(3),
      }),
      {
        maxLength: 3,
      },
    ),
    rerun: orNull(fc.record({ head: commit, at: past, refused: fc.boolean() })),
    bells: fc.dictionary(fc.constantFrom('done', 'frozen', 'needs-human', 'waiting:r', 'waiting:s'), bell, {
      noNullPrototype: true,
    }),
    absentSince: orNull(past),
    tokens: fc.constantFrom(0, 100_000_000),
    outcome: orNull(
      fc.record({
        kind: fc.constantFrom('landed' as const, 'frozen' as const, 'escalated' as const, 'cancelled' as const),
        reason: fc.constantFrom('green', 'budget', 'of-the-future'),
        detail: fc.string(),
        at: past,
        untold: fc.boolean(),
      }),
    ),
  })
  .map(aCard)

const report: fc.Arbitrary<Report> = fc.oneof(
  commit.map((name): Report => ({ kind: 'pushed', sha: name })),
  fc.constantFrom<Report>(
    { kind: 'blocked', words: 'x' },
    { kind: 'needs-clarification', words: '?' },
    { kind: 'no-change', words: '' },
  ),
)

const states: readonly ThreadState[] = [
  'absent',
  'idle',
  'starting',
  'working',
  'waiting',
  'finished',
  'failed',
  'unknown',
]

const anyThread: fc.Arbitrary<ThreadView> = fc
  .record({
    state: fc.constantFrom(...states),
    createdAt: orNull(past),
    lastSignAt: orNull(past),
    messages: fc.array(
      fc
        .tuple(purpose, fc.integer({ min: 1, max: 5 }), past, fc.boolean())
        .map(([of, attempt, at, own]) => ({ id: own ? messageIdOf(runId, of, attempt) : 'a person', at })),
      { maxLength: 4 },
    ),
    phase: orNull(fc.constantFrom('worktree' as const, 'tests-red' as const, 'green' as const, 'pushed' as const)),
    report: orNull(fc.record({ report, at: past })),
    error: orNull(fc.string()),
    startFailed: fc.boolean(),
    tokens: fc.constantFrom(0, 100_000_000),
    pending: orNull(fc.constant({ id: 'r', kind: 'approval' as const, detail: 'x' })),
  })
  .map(aThread)

const check: fc.Arbitrary<Check> = orNull(fc.nat(3)).map((workflowRun) => aCheck({ workflowRun }))

const anyVerdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constant<Verdict>({ kind: 'green', judged: sha('a'), notes: [] }),
  fc.record({
    kind: fc.constant('pending' as const),
    stage: fc.constantFrom('ci' as const, 'rollout' as const),
    why: fc.constantFrom(
      'no-check' as const,
      'running' as const,
      'settling' as const,
      'required-missing' as const,
      'held' as const,
      'rerun' as const,
      'rollout' as const,
    ),
    waitingFor: fc.constant(['test']),
  }),
  fc.record({
    kind: fc.constant('red' as const),
    stage: fc.constantFrom('ci' as const, 'rollout' as const),
    failing: fc.constant(['test']),
    failingChecks: fc.array(check, { maxLength: 2 }),
    infrastructureOnly: fc.boolean(),
    superseded: fc.boolean(),
    rerunDone: fc.boolean(),
    signature: fc.constantFrom('one', 'two'),
    judged: commit,
  }),
)

const actor = fc.constantFrom(afk, maria, stranger, { login: 'agent', kind: 'user' as const }, null)
const event: fc.Arbitrary<LabelEvent> = fc
  .tuple(fc.boolean(), fc.constantFrom(ready, lock, human), actor, fc.nat())
  .map(([on, label, by, n]) => ({
    ...(on ? labelled : unlabelled)(label, { actor: by, at: t0 + seconds(60) }),
    id: `E${n}`,
  }))

const anyIssue = fc
  .record({
    state: fc.constantFrom('open' as const, 'closed' as const),
    labels: fc.subarray([ready, lock, human, 'bug']),
    events: fc.array(event, { maxLength: 3 }),
    closed: orNull(fc.record({ at: past, actor, commit: orNull(commit) })),
  })
  .map(({ events, ...issue }) => anIssue({ ...issue, labelEvents: [labelled(ready), ...events] }))

const wildFacts: fc.Arbitrary<RunFacts> = fc
  .record({
    policy: anyPolicy,
    issue: anyIssue,
    card: anyCard,
    thread: anyThread,
    head: orNull(
      fc
        .record({ seenAt: past, revertedBy: orNull(commit), protectedPaths: fc.constantFrom([], [], ['.github/x']) })
        .map(aHead),
    ),
    verdict: orNull(anyVerdict),
    executor: fc.boolean(),
    allowlisted: fc.boolean(),
    reportSeen: fc.boolean(),
    headRemoved: fc.constantFrom(false, false, true),
    editedBy: fc.constantFrom(null, null, 'stranger'),
    closedBy: fc.constantFrom('person' as const, 'afk' as const, 'agent' as const, 'run' as const, null),
    canRing: fc.boolean(),
    cardState: fc.constantFrom('present' as const, 'present' as const, 'lost' as const, 'tampered' as const),
    lock: fc.constantFrom(
      { kind: 'on' } as const,
      { kind: 'on' } as const,
      { kind: 'never' } as const,
      { kind: 'off', by: maria, byRole: 'person' } as const,
      { kind: 'off', by: null, byRole: 'agent' } as const,
    ),
  })
  .map(({ executor, cardState, lock: fate, ...facts }) =>
    aRun({
      ...facts,
      now: { tracker: now, executor: executor ? now : null },
      run: { cardState, lock: fate, card: cardState === 'present' ? facts.card : null },
    }),
  )

/** The same with nothing of SPEC 6.3 in it and nothing used up, so that the table itself comes to decide. */
const calmFacts: fc.Arbitrary<RunFacts> = fc.tuple(wildFacts, fc.boolean()).map(([facts, arrived]) =>
  aRun({
    policy: { ...facts.policy, maxRunSeconds: 86_400, budgetUsd: 1000 },
    card: { ...facts.card, outcome: null },
    thread: arrived ? { ...facts.thread, messages: facts.card.turns.map(asMessage) } : facts.thread,
    head: facts.head && { ...facts.head, revertedBy: null, protectedPaths: [] },
    verdict: facts.head && facts.verdict,
    allowlisted: facts.allowlisted,
    canRing: facts.canRing,
    closedBy: facts.issue.state === 'closed' ? 'run' : null,
    issue: anIssue({
      state: facts.issue.state,
      labels: [ready, lock],
      labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: t0 + seconds(91) })],
    }),
  }),
)

function asMessage({ purpose: of, attempt, at }: Turn): ThreadView['messages'][number] {
  return { id: messageIdOf(runId, of, attempt), at }
}

export const anyFacts: fc.Arbitrary<RunFacts> = fc.oneof(wildFacts, { arbitrary: calmFacts, weight: 2 })
