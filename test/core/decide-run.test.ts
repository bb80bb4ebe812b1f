import { describe, expect, it } from 'vitest'
import { decideRun } from '../../src/core/run/decide-run.ts'
import type { Turn } from '../../src/core/card/card.ts'
import type { Purpose } from '../../src/core/ids.ts'
import type { Report, ThreadState, ThreadView } from '../../src/core/model.ts'
import { startsWork, type RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, anOutcome, aRed, aTurn } from '../builders/card.ts'
import { afk, anIssue, labelled, lock, ready, unlabelled } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { aCheck, aHead, aPushedRun, aRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

type Row = readonly [why: string, facts: RunFacts, decision: Partial<RunDecision> & { readonly facts?: object }]

/** The clocks of both services, this many seconds after the label. */
const at = (n: number): RunChanges => ({ now: { tracker: t0 + seconds(n), executor: t0 + seconds(n) } })
const unreachable: RunChanges = {
  now: { tracker: now, executor: null },
  thread: aThread({ state: 'unknown', messages: [], lastSignAt: null, createdAt: null }),
}
const thread = (state: ThreadState, changes: Partial<ThreadView> = {}): RunChanges => ({
  thread: aThread({ state, ...changes }),
})
/** Nothing was heard of it since its last message. */
const begun = (state: ThreadState, changes: Partial<ThreadView> = {}) =>
  thread(state, { lastSignAt: t0 + seconds(89), ...changes })
const said = (report: Report, when = t0 + seconds(850)) => thread('finished', { report: { report, at: when } })
const millionTokens = (n: number) => n * 1_000_000
const request = { id: 'req-1', kind: 'approval', detail: 'rm' } as const
const rung = (when: number) => aCard({ bells: { 'waiting:req-1': { at: when } } })
const fix = (n: number, changes: Partial<ReturnType<typeof aTurn>> = {}) =>
  aTurn({ purpose: `fix:${sha('a')}`, attempt: n, ...changes })
const delivered = (...turns: readonly [Purpose, number][]) => ({
  messages: [
    aMessage('start', 1, t0 + seconds(90)),
    ...turns.map(([purpose, attempt]) => aMessage(purpose, attempt, t0 + seconds(200))),
  ],
})
const fixed = (...attempts: readonly number[]) =>
  thread('finished', delivered(...attempts.map((n): [Purpose, number] => [`fix:${sha('a')}`, n])))
const infra = (changes: Parameters<typeof red>[0] = {}) =>
  red({ infrastructureOnly: true, failingChecks: [aCheck({ conclusion: 'timed-out' })], ...changes })
const rerunDone = aCard({ rerun: { head: sha('a'), at: t0 + seconds(850), refused: false } })

const overLimits: readonly Row[] = [
  ['at its budget', aRun(thread('working', { tokens: 16_666_667 })), { kind: 'wait', code: 'busy' }],
  [
    'over its budget',
    aRun(thread('working', { tokens: millionTokens(17) })),
    { kind: 'stop', code: 'cost', facts: { usd: 102, budgetUsd: 100 } },
  ],
  [
    'over it by what the card remembers',
    aRun({ card: aCard({ tokens: millionTokens(17) }) }),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'over its budget, starting',
    aRun({ ...begun('starting', { tokens: millionTokens(17) }), ...at(390) }),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'over its budget, waiting for a person',
    aRun(thread('waiting', { tokens: millionTokens(17), pending: request })),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'over its budget, pushed and green',
    aPushedRun(green, thread('working', { tokens: millionTokens(17) })),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'over its budget, and over: pushed and green',
    aPushedRun(green, thread('finished', { tokens: millionTokens(17) })),
    { kind: 'land' },
  ],
  [
    'at maxRunSeconds',
    aRun({ ...at(90 + 14_400), ...thread('working', { lastSignAt: t0 + seconds(14_400) }) }),
    { kind: 'wait', code: 'busy' },
  ],
  [
    'over maxRunSeconds',
    aRun({ ...at(90 + 14_401), ...thread('working', { lastSignAt: t0 + seconds(14_400) }) }),
    { kind: 'stop', code: 'time', facts: { seconds: 14_401, maxRunSeconds: 14_400 } },
  ],
  [
    'over maxRunSeconds, but pushed',
    aPushedRun(pending(), { ...at(90 + 14_401), ...thread('working', { lastSignAt: t0 + seconds(14_400) }) }),
    { kind: 'wait', code: 'busy' },
  ],
  ['over maxRunSeconds, without a sign', aRun(at(90 + 14_401)), { kind: 'stop', code: 'time' }],
  [
    'in a state that is not known: never acted upon',
    aRun({ ...at(90 + 14_401), ...thread('unknown', { lastSignAt: t0 + seconds(14_400), tokens: millionTokens(17) }) }),
    { kind: 'wait', code: 'busy' },
  ],
  [
    'the executor unreachable: no limit on threads runs',
    aRun({ ...unreachable, now: { tracker: t0 + minutes(600), executor: null } }),
    { kind: 'wait', code: 'executor-unreachable' },
  ],
]

const waiting: readonly Row[] = [
  [
    'for an approval, not rung',
    aRun(thread('waiting', { pending: request })),
    { kind: 'ring-waiting', code: 'waiting', request, facts: { request: 'req-1', asks: 'approval' } },
  ],
  [
    'rung for another request',
    aRun({ ...thread('waiting', { pending: { ...request, id: 'req-2' } }), card: rung(now) }),
    { kind: 'ring-waiting', facts: { request: 'req-2' } },
  ],
  [
    'rung',
    aRun({ ...thread('waiting', { pending: request }), card: rung(now - seconds(10)) }),
    { kind: 'wait', code: 'waiting', facts: { seconds: 10 } },
  ],
  [
    'for nothing that can be named',
    aRun(thread('waiting')),
    { kind: 'wait', code: 'waiting', facts: { request: null } },
  ],
  [
    'for questionMaxSeconds',
    aPushedRun(red(), { ...thread('waiting', { pending: request }), card: rung(now - seconds(86_400)) }),
    { kind: 'wait', code: 'waiting' },
  ],
  [
    'for longer than questionMaxSeconds since the ring',
    aPushedRun(red(), { ...thread('waiting', { pending: request }), card: rung(now - seconds(86_401)) }),
    { kind: 'stop', code: 'unanswered', detail: 'nobody answered its request for approval in T3' },
  ],
  [
    'for an answer for longer',
    aPushedRun(red(), {
      ...thread('waiting', { pending: { ...request, kind: 'input' } }),
      card: rung(now - seconds(86_401)),
    }),
    { kind: 'stop', code: 'unanswered', detail: 'nobody answered its question in T3' },
  ],
  [
    'for a person without a sign for long: that is what waiting is',
    aPushedRun(pending(), { ...at(9000), ...thread('waiting', { pending: request }) }),
    { kind: 'ring-waiting' },
  ],
]

const busy: readonly Row[] = [
  ['working', aRun(), { kind: 'wait', code: 'busy', facts: { thread: 'working' } }],
  [
    'working, red: nothing is sent while the agent still works',
    aPushedRun(red(), thread('working')),
    { kind: 'wait', code: 'busy' },
  ],
  ['working, green: it may push yet', aPushedRun(green, thread('working')), { kind: 'wait', code: 'busy' }],
  ['starting, at startGraceSeconds', aRun({ ...begun('starting'), ...at(390) }), { kind: 'wait', code: 'busy' }],
  [
    'starting, without a message or a time',
    aRun(begun('starting', { messages: [], createdAt: null, lastSignAt: null })),
    { kind: 'wait', code: 'busy' },
  ],
  ['unknown', aPushedRun(green, thread('unknown')), { kind: 'wait', code: 'busy', facts: { thread: 'unknown' } }],
  [
    'unknown, and nothing was ever seen of it',
    aPushedRun(green, { ...at(99_999), ...thread('unknown', { messages: [], createdAt: null, lastSignAt: null }) }),
    { kind: 'wait', code: 'busy' },
  ],
  ['without a sign for stallSeconds', aPushedRun(green, at(840 + 1800)), { kind: 'land', code: 'green' }],
]

const rollingOut = pending({ stage: 'rollout', why: 'rollout' })

const pushed: readonly Row[] = [
  ['green, the turn over', aPushedRun(green), { kind: 'land', code: 'green', facts: { head: sha('a') } }],
  ['green, the last turn failed', aPushedRun(green, thread('failed')), { kind: 'land' }],
  ['green, the thread gone', aPushedRun(green, thread('absent')), { kind: 'land' }],
  ['green, reported as blocked', aPushedRun(green, said({ kind: 'blocked', words: 'x' })), { kind: 'land' }],
  ['green, the executor unreachable', aPushedRun(green, unreachable), { kind: 'land' }],
  [
    'pending',
    aPushedRun(pending()),
    { kind: 'wait', code: 'ci-pending', facts: { why: 'running', seconds: 100, waitingFor: ['test'] } },
  ],
  ['pending, the executor unreachable', aPushedRun(pending(), unreachable), { kind: 'wait', code: 'ci-pending' }],
  [
    'no check for ciStartGraceSeconds',
    aPushedRun(pending({ why: 'no-check' }), at(1700)),
    { kind: 'wait', code: 'ci-pending' },
  ],
  [
    'no check for longer',
    aPushedRun(pending({ why: 'no-check' }), at(1701)),
    { kind: 'stop', code: 'no-signal', facts: { seconds: 901, limit: 900 } },
  ],
  ...(['running', 'settling', 'required-missing', 'held', 'rerun'] as const).flatMap((why): Row[] => [
    [`${why} for ciMaxSeconds`, aPushedRun(pending({ why }), at(6200)), { kind: 'wait', code: 'ci-pending' }],
    [
      `${why} for longer`,
      aPushedRun(pending({ why }), at(6201)),
      { kind: 'stop', code: 'ci-timeout', facts: { limit: 5400 } },
    ],
  ]),
  [
    'rolling out for rolloutMaxSeconds',
    aPushedRun(rollingOut, { ...at(2600), card: aCard({ phases: { deployed: t0 + seconds(800) } }) }),
    { kind: 'wait', code: 'ci-pending' },
  ],
  [
    'rolling out for longer',
    aPushedRun(rollingOut, { ...at(2601), card: aCard({ phases: { deployed: t0 + seconds(800) } }) }),
    { kind: 'stop', code: 'rollout-timeout' },
  ],
  [
    'rolling out for rolloutMaxSeconds after long checks',
    aPushedRun(rollingOut, { ...at(4000), card: aCard({ phases: { deployed: t0 + seconds(2200) } }) }),
    { kind: 'wait', code: 'ci-pending' },
  ],
  [
    'rolling out for longer after long checks',
    aPushedRun(rollingOut, { ...at(4001), card: aCard({ phases: { deployed: t0 + seconds(2200) } }) }),
    { kind: 'stop', code: 'rollout-timeout', facts: { seconds: 1801, limit: 1800 } },
  ],
  ['rolling out for the first time', aPushedRun(rollingOut, at(6000)), { kind: 'wait', code: 'ci-pending' }],
  [
    'pending for too long, the executor unreachable',
    aPushedRun(pending(), { ...unreachable, now: { tracker: t0 + seconds(6201), executor: null } }),
    { kind: 'stop', code: 'ci-timeout' },
  ],
]

const absent: readonly Row[] = [
  ['gone just now', aRun(thread('absent')), { kind: 'wait', code: 'thread-absent', facts: { seconds: 0 } }],
  [
    'gone for stallSeconds',
    aRun({ ...thread('absent'), card: aCard({ absentSince: now - seconds(1800) }) }),
    { kind: 'wait', code: 'thread-absent' },
  ],
  [
    'gone for longer',
    aRun({ ...thread('absent'), card: aCard({ absentSince: now - seconds(1801) }) }),
    { kind: 'stop', code: 'thread-lost', facts: { seconds: 1801 } },
  ],
  ['gone, red', aPushedRun(infra(), thread('absent')), { kind: 'wait', code: 'thread-absent' }],
]

/** The newest turn, after those before it, is not in the thread. */
function neverArrives(newest: Partial<Turn>, ...before: readonly Turn[]): RunFacts {
  return aRun({ ...thread('idle', { messages: [] }), card: aCard({ turns: [...before, aTurn(newest)] }) })
}

function spent(newest: Partial<Turn>): [Partial<Turn>, ...Turn[]] {
  return [{ attempt: 3, retry: true, ...newest }, aTurn(), aTurn({ attempt: 2, retry: true })]
}

const undelivered: readonly Row[] = [
  [
    'its first turn',
    aRun({ ...thread('idle', { messages: [] }) }),
    { kind: 'resend', code: 'undelivered', turn: aTurn(), facts: { purpose: 'start', attempt: 1 } },
  ],
  [
    'its first turn, by a fallback id: that is delivered',
    aRun(thread('finished', { messages: [aMessage('start', 3, t0)] })),
    { kind: 'nudge' },
  ],
  [
    'nothing recorded, nothing sent',
    aRun({ ...thread('idle', { messages: [] }), card: aCard({ turns: [] }) }),
    { kind: 'retry', code: 'not-started', purpose: 'start', attempt: 1 },
  ],
  [
    'nothing recorded, and it has worked',
    aRun({ ...thread('finished', { messages: [] }), card: aCard({ turns: [] }) }),
    { kind: 'nudge' },
  ],
  [
    'its first turn, sent again for as long as a turn may take to begin',
    neverArrives({ resent: now - seconds(300) }),
    { kind: 'resend', code: 'undelivered', facts: { purpose: 'start', attempt: 1 } },
  ],
  [
    'its first turn, sent again for longer than that: the next number, as a retry',
    neverArrives({ resent: now - seconds(301) }),
    { kind: 'retry', code: 'undelivered', purpose: 'start', attempt: 2, facts: { retries: 0 } },
  ],
  [
    'a retry, not looked at before, however long ago',
    neverArrives({ attempt: 2, retry: true, at: now - seconds(9000) }, aTurn()),
    { kind: 'resend', facts: { attempt: 2 } },
  ],
  [
    'the last retry, sent again for longer',
    neverArrives(...spent({ resent: now - seconds(301) })),
    {
      kind: 'stop',
      code: 'start-failed',
      facts: { purpose: 'start', retries: 2, seconds: 301 },
      detail: 'the turn did not arrive in T3 within 300 seconds',
    },
  ],
  [
    'a corrective turn, sent again for longer',
    aPushedRun(red(), { card: aCard({ turns: [aTurn(), { ...fix(1), resent: now - seconds(301) }] }) }),
    { kind: 'retry', code: 'undelivered', purpose: `fix:${sha('a')}`, attempt: 2 },
  ],
  [
    'a turn that was refused under every id: after the backoff the numbers behind them',
    neverArrives({ refused: true, at: now - seconds(300) }),
    { kind: 'retry', code: 'refused', purpose: 'start', attempt: 4, facts: { retries: 0 } },
  ],
  [
    'refused a moment ago',
    neverArrives({ refused: true, at: now - seconds(299) }),
    { kind: 'wait', code: 'backoff', facts: { activity: 'refused', waited: 299, backoff: 300 } },
  ],
  [
    'refused again: the backoff doubles',
    neverArrives({ refused: true, attempt: 4, retry: true, at: now - seconds(599) }, aTurn({ refused: true })),
    { kind: 'wait', code: 'backoff', facts: { backoff: 600, retries: 1 } },
  ],
  [
    'refused, and no retry left',
    neverArrives(...spent({ refused: true })),
    { kind: 'stop', code: 'start-failed', facts: { purpose: 'start', retries: 2 }, detail: 'T3 refused the turn' },
  ],
  [
    'a corrective turn',
    aPushedRun(red(), { card: aCard({ turns: [aTurn(), fix(1)] }) }),
    { kind: 'resend', turn: fix(1) },
  ],
  [
    'a corrective turn for a commit that is no longer the head',
    aPushedRun(red(), { card: aCard({ turns: [aTurn(), aTurn({ purpose: `fix:${sha('c')}` })] }) }),
    { kind: 'fix-forward', attempt: 1 },
  ],
  [
    'over its budget',
    aRun(thread('idle', { messages: [], tokens: millionTokens(17) })),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'for longer than maxRunSeconds',
    aRun({ ...thread('idle', { messages: [] }), ...at(90 + 14_401) }),
    { kind: 'stop', code: 'time' },
  ],
  [
    'nothing recorded, over its budget',
    aRun({ ...thread('idle', { messages: [], tokens: millionTokens(17) }), card: aCard({ turns: [] }) }),
    { kind: 'stop', code: 'cost' },
  ],
  ['while the executor cannot be reached', aRun(unreachable), { kind: 'wait', code: 'executor-unreachable' }],
]

const infrastructure: readonly Row[] = [
  ['not yet rerun', aPushedRun(infra()), { kind: 'rerun-ci', code: 'infrastructure', workflowRuns: [7] }],
  [
    'two jobs of one workflow and one without',
    aPushedRun(infra({ failingChecks: [aCheck(), aCheck({ job: 9 }), aCheck({ workflowRun: null })] })),
    { kind: 'rerun-ci', workflowRuns: [7] },
  ],
  ['not yet rerun, the executor unreachable', aPushedRun(infra(), unreachable), { kind: 'rerun-ci' }],
  ['not yet rerun, the last turn failed', aPushedRun(infra(), thread('failed')), { kind: 'rerun-ci' }],
  ['rerun by afk', aPushedRun(infra(), { card: rerunDone }), { kind: 'fix-forward' }],
  ['rerun by somebody', aPushedRun(infra({ rerunDone: true })), { kind: 'fix-forward' }],
  [
    'of nothing that can be rerun',
    aPushedRun(infra({ failingChecks: [aCheck({ workflowRun: null })] })),
    { kind: 'fix-forward' },
  ],
  [
    'rerun for another head',
    aPushedRun(infra(), { card: aCard({ rerun: { head: sha('c'), at: t0, refused: false } }) }),
    { kind: 'rerun-ci' },
  ],
  ['superseded', aPushedRun(infra({ superseded: true, judged: sha('d') })), { kind: 'rerun-ci' }],
  [
    'superseded, and rerun without effect or refused',
    aPushedRun(infra({ superseded: true, judged: sha('d') }), { card: rerunDone }),
    { kind: 'stop', code: 'ambiguous-red', facts: { head: sha('a'), judged: sha('d') } },
  ],
  [
    'superseded, and nothing can be rerun',
    aPushedRun(infra({ superseded: true, failingChecks: [] })),
    { kind: 'stop', code: 'ambiguous-red' },
  ],
]

const failed = (retries: number, changes: Partial<ThreadView> = {}): RunChanges => {
  const again = Array.from({ length: retries }, (_, i) => aTurn({ purpose: 'continue', attempt: i + 1, retry: true }))
  return {
    card: aCard({ turns: [aTurn(), ...again] }),
    ...thread('failed', {
      lastSignAt: t0 + seconds(200),
      error: 'API Error: 529',
      ...delivered(...again.map(({ attempt }): [Purpose, number] => ['continue', attempt])),
      ...changes,
    }),
  }
}

const takenOver = (state: ThreadState) =>
  begun(state, { messages: [aMessage('start', 1, t0 + seconds(90)), { id: 'by a person', at: t0 + seconds(200) }] })

const failedTurns: readonly Row[] = [
  [
    "a person's turn never began: theirs to repeat",
    aRun({ ...takenOver('starting'), ...at(2000) }),
    { kind: 'wait', code: 'driven-by-person' },
  ],
  [
    "a person's turn never began, and holds it up",
    aRun({ ...takenOver('starting'), ...at(2001) }),
    { kind: 'retry', code: 'failed', purpose: 'continue' },
  ],
  ["a person's turn works", aPushedRun(red(), takenOver('working')), { kind: 'wait', code: 'driven-by-person' }],
  ["a person's turn is over", aPushedRun(red(), takenOver('finished')), { kind: 'fix-forward' }],

  [
    'failed, a second before the backoff is over',
    aRun({ ...failed(0), ...at(499) }),
    { kind: 'wait', code: 'backoff', facts: { waited: 299, backoff: 300, retries: 0 } },
  ],
  [
    'failed, the backoff over',
    aRun({ ...failed(0), ...at(500) }),
    { kind: 'retry', code: 'failed', purpose: 'continue', attempt: 1 },
  ],
  [
    'failed again, the backoff doubled',
    aRun({ ...failed(1), ...at(799) }),
    { kind: 'wait', code: 'backoff', facts: { backoff: 600 } },
  ],
  [
    'failed again, the doubled backoff over',
    aRun({ ...failed(1), ...at(800) }),
    { kind: 'retry', purpose: 'continue', attempt: 2 },
  ],
  [
    'failed, no retry left',
    aRun({ ...failed(2), ...at(201) }),
    { kind: 'stop', code: 'errored', detail: 'API Error: 529', facts: { retries: 2 } },
  ],
  [
    'failed, over its budget',
    aRun({ ...failed(0, { tokens: millionTokens(17) }), ...at(500) }),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'failed, red: it continues before it mends',
    aPushedRun(red(), { ...failed(0), ...at(900) }),
    { kind: 'retry', purpose: 'continue' },
  ],
  [
    'could not be begun',
    aRun({ ...failed(0, { startFailed: true, lastSignAt: t0 + seconds(880) }), ...at(500) }),
    { kind: 'retry', code: 'never-began', purpose: 'start', attempt: 2 },
  ],
  [
    'could not be begun, in vain',
    aRun({ ...failed(2, { startFailed: true, error: null }), ...at(900) }),
    { kind: 'stop', code: 'start-failed', detail: 'the turn never began' },
  ],
  [
    'starting for longer than startGraceSeconds',
    aRun({ ...begun('starting'), ...at(391) }),
    { kind: 'retry', code: 'never-began', purpose: 'start', attempt: 2 },
  ],
  [
    'a corrective turn never began',
    aPushedRun(red(), {
      ...at(600),
      card: aCard({ turns: [aTurn(), fix(1)] }),
      ...begun('starting', delivered([`fix:${sha('a')}`, 1])),
    }),
    { kind: 'retry', code: 'never-began', purpose: `fix:${sha('a')}`, attempt: 2 },
  ],
  [
    'a nudge never began',
    aRun({
      ...at(600),
      card: aCard({ turns: [aTurn(), aTurn({ purpose: 'nudge' })] }),
      ...begun('starting', delivered(['nudge', 1])),
    }),
    { kind: 'retry', code: 'never-began', purpose: 'nudge', attempt: 2 },
  ],
  ['no sign for stallSeconds', aRun(at(840 + 1800)), { kind: 'wait', code: 'busy' }],
  ['no sign for longer', aRun(at(840 + 1801)), { kind: 'retry', code: 'stalled', purpose: 'continue' }],
  [
    'no sign for longer, in a state that is not known',
    aRun({ ...at(840 + 1801), ...thread('unknown') }),
    { kind: 'retry', code: 'stalled' },
  ],
  [
    'no sign for longer, in vain',
    aRun({ ...failed(2, { state: 'working', error: null }), ...at(840 + 1801) }),
    { kind: 'stop', code: 'errored', detail: 'no sign for 1800 seconds' },
  ],
  [
    'no sign, pending: CI decides alone',
    aPushedRun(pending(), { ...at(840 + 1801), ...thread('working') }),
    { kind: 'wait', code: 'ci-pending' },
  ],
  [
    'failed, no turn known',
    aRun({ ...at(900), card: aCard({ turns: [] }), ...thread('failed', { startFailed: true, messages: [] }) }),
    { kind: 'retry', purpose: 'start' },
  ],
  [
    'no retry allowed at all',
    aRun({ ...failed(0), policy: aPolicy({ maxTurnRetries: 0 }) }),
    { kind: 'stop', code: 'errored' },
  ],
]

const silent = aPolicy({ maxQuestions: 0 })
const reports: readonly Row[] = (['blocked', 'needs-clarification', 'no-change'] as const).flatMap((kind): Row[] => {
  // A question of which none may be asked: those that may have a table of their own.
  const policy = kind === 'needs-clarification' ? { policy: silent } : {}
  const report = said({ kind, words: 'so it is' })
  return [
    [kind, aRun({ ...report, ...policy }), { kind: 'stop', code: kind, detail: 'so it is' }],
    [`${kind}, red`, aPushedRun(red(), { ...report, ...policy }), { kind: 'stop', code: kind }],
    [`${kind}, pending`, aPushedRun(pending(), { ...report, ...policy }), { kind: 'wait', code: 'ci-pending' }],
  ]
})

const reds = (...signatures: readonly string[]) => signatures.map((signature, after) => aRed({ signature, after }))

const red10: readonly Row[] = [
  [
    'for the first time',
    aPushedRun(red()),
    { kind: 'fix-forward', code: 'red', attempt: 1, facts: { attempts: 0, failing: ['test'], stage: 'ci' } },
  ],
  ['in the rollout', aPushedRun(red({ stage: 'rollout' })), { kind: 'fix-forward', facts: { stage: 'rollout' } }],
  [
    'answered without a push',
    aPushedRun(red(), { ...fixed(1), card: aCard({ turns: [aTurn(), fix(1)], reds: reds('one') }) }),
    { kind: 'fix-forward', attempt: 2 },
  ],
  [
    'twice alike',
    aPushedRun(red(), { ...fixed(1), card: aCard({ turns: [aTurn(), fix(1)], reds: reds('one') }) }),
    { kind: 'fix-forward' },
  ],
  [
    'three times alike in a row',
    aPushedRun(red(), { ...fixed(1, 4), card: aCard({ turns: [aTurn(), fix(1), fix(4)], reds: reds('one', 'one') }) }),
    { kind: 'stop', code: 'stagnant', facts: { attempts: 2 } },
  ],
  [
    'three times, not in a row',
    aPushedRun(red(), {
      ...fixed(1, 4, 7),
      card: aCard({ turns: [aTurn(), fix(1), fix(4), fix(7)], reds: reds('one', 'two', 'one') }),
    }),
    { kind: 'fix-forward' },
  ],
  [
    'one attempt below maxAttempts',
    aPushedRun(red({ signature: 'five' }), {
      ...fixed(1),
      card: aCard({ turns: [aTurn(), fix(4), fix(5), fix(6), fix(1)] }),
    }),
    { kind: 'fix-forward' },
  ],
  [
    'at maxAttempts',
    aPushedRun(red({ signature: 'six' }), {
      ...fixed(1),
      card: aCard({ turns: [aTurn(), fix(4), fix(5), fix(6), fix(7), fix(1)] }),
    }),
    { kind: 'stop', code: 'budget', facts: { attempts: 5 } },
  ],
  [
    'a second below maxSeconds since the first red',
    aPushedRun(red({ signature: 'two' }), {
      ...at(4500),
      ...fixed(1),
      card: aCard({ turns: [aTurn(), fix(1)], firstRedAt: t0 + seconds(901), reds: reds('one') }),
    }),
    { kind: 'fix-forward' },
  ],
  [
    'at maxSeconds since the first red',
    aPushedRun(red({ signature: 'two' }), {
      ...at(4500),
      ...fixed(1),
      card: aCard({ turns: [aTurn(), fix(1)], firstRedAt: t0 + seconds(900), reds: reds('one') }),
    }),
    { kind: 'stop', code: 'budget', facts: { seconds: 3600 } },
  ],
  [
    'long after the first red, and never helped (SPEC 3.8)',
    aPushedRun(red(), { ...at(99_999), card: aCard({ firstRedAt: t0 }) }),
    { kind: 'fix-forward' },
  ],
  [
    'long after the first red, its only corrective turn never delivered (SPEC 3.8)',
    aPushedRun(red(), {
      ...at(99_999),
      card: aCard({ firstRedAt: t0, turns: [aTurn(), aTurn({ purpose: `fix:${sha('c')}` })] }),
    }),
    { kind: 'fix-forward' },
  ],
  [
    'over its budget',
    aPushedRun(red(), thread('finished', { tokens: millionTokens(17) })),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'while the executor cannot be reached',
    aPushedRun(red(), unreachable),
    { kind: 'wait', code: 'executor-unreachable' },
  ],
  [
    'the fix reported, and not yet visible',
    aPushedRun(red(), said({ kind: 'pushed', sha: sha('c') })),
    { kind: 'wait', code: 'report-not-visible', facts: { reported: sha('c') } },
  ],
  [
    'the very head reported',
    aPushedRun(red(), said({ kind: 'pushed', sha: sha('a').slice(0, 9) })),
    { kind: 'fix-forward' },
  ],
  [
    'one reported that the head holds (SPEC 6.4, row 11)',
    aPushedRun(red(), { ...said({ kind: 'pushed', sha: sha('c') }), reportSeen: true }),
    { kind: 'fix-forward' },
  ],
  [
    'one reported that is on top of the head',
    aPushedRun(red(), { ...said({ kind: 'pushed', sha: sha('c') }), reportSeen: false }),
    { kind: 'wait', code: 'report-not-visible' },
  ],
  [
    'one reported on top of the head, which is the one that was judged',
    aPushedRun(red({ judged: sha('c') }), said({ kind: 'pushed', sha: sha('c').slice(0, 8) })),
    { kind: 'fix-forward' },
  ],
  [
    'the fix reported, and not visible for too long',
    aPushedRun(red(), { ...said({ kind: 'pushed', sha: sha('c') }, t0), ...at(901) }),
    { kind: 'fix-forward' },
  ],
]

const noNudge = (changes: RunChanges) => aRun({ policy: aPolicy({ maxNudges: 0 }), ...at(901), ...changes })

const ending: readonly Row[] = [
  [
    '11: reported, not visible for ciStartGraceSeconds',
    aRun({ ...said({ kind: 'pushed', sha: sha('c') }, t0), ...at(900) }),
    { kind: 'wait', code: 'report-not-visible' },
  ],
  [
    '11: reported, not visible for longer: as if nothing was pushed',
    aRun({ ...said({ kind: 'pushed', sha: sha('c') }, t0), ...at(901) }),
    { kind: 'nudge', code: 'no-push', attempt: 1 },
  ],
  [
    '11: reported, on the branch, and not by its trailer: no head yet',
    aRun({ ...said({ kind: 'pushed', sha: sha('c') }, t0), ...at(900), reportSeen: true }),
    { kind: 'wait', code: 'report-not-visible' },
  ],
  [
    '12: over, nothing pushed',
    aRun(thread('finished')),
    { kind: 'nudge', code: 'no-push', attempt: 1, facts: { nudges: 0 } },
  ],
  ['12: over its budget', aRun(thread('finished', { tokens: millionTokens(17) })), { kind: 'stop', code: 'cost' }],
  ['12: over maxRunSeconds', aRun({ ...thread('finished'), ...at(90 + 14_401) }), { kind: 'stop', code: 'time' }],
  [
    '13: nudged in vain',
    aRun({
      card: aCard({ turns: [aTurn(), aTurn({ purpose: 'nudge' })] }),
      ...thread('finished', delivered(['nudge', 1])),
    }),
    { kind: 'stop', code: 'no-push', facts: { thread: 'finished' } },
  ],
  [
    '13: nudged in vain, reported without a trailer',
    noNudge({ ...said({ kind: 'pushed', sha: sha('c') }, t0), reportSeen: true }),
    {
      kind: 'stop',
      code: 'no-push',
      facts: { reported: sha('c') },
      detail: `it reported a commit without the trailer of its run: ${sha('c')}`,
    },
  ],
  [
    '13: nudged in vain, reported what is not there',
    noNudge({ ...said({ kind: 'pushed', sha: sha('c') }, t0), reportSeen: false }),
    { kind: 'stop', detail: `it reported a commit that is not on the default branch: ${sha('c')}` },
  ],
  [
    '13: nudged in vain, a pull request where none is wanted',
    noNudge(said({ kind: 'pr', number: 5 }, t0)),
    { kind: 'stop', detail: 'it reported a pull request where work lands by a push: #5' },
  ],
  [
    '13: nudged in vain, a pull request that is not there',
    noNudge({ ...said({ kind: 'pr', number: 5 }, t0), landing: { kind: 'none', pushed: null } }),
    { kind: 'stop', detail: 'it reported its work, and no pull request of its run is open: #5' },
  ],
  [
    '12: two nudges allowed',
    aRun({
      policy: aPolicy({ maxNudges: 2 }),
      card: aCard({ turns: [aTurn(), aTurn({ purpose: 'nudge' })] }),
      ...thread('finished', delivered(['nudge', 1])),
    }),
    { kind: 'nudge', attempt: 2 },
  ],
  [
    '13: no nudge allowed',
    aRun({ policy: aPolicy({ maxNudges: 0 }), ...thread('finished') }),
    { kind: 'stop', code: 'no-push' },
  ],
  ['13: a head without a verdict', aRun({ head: aHead(), ...thread('finished') }), { kind: 'stop', code: 'no-push' }],
]

const delisted: readonly Row[] = [
  [
    'fix-forward',
    aPushedRun(red(), { allowlisted: false }),
    { kind: 'stop', code: 'not-allowlisted', facts: { instead: 'fix-forward' } },
  ],
  [
    'rerun-ci',
    aPushedRun(infra(), { allowlisted: false }),
    { kind: 'stop', code: 'not-allowlisted', facts: { instead: 'rerun-ci' } },
  ],
  ['nudge', aRun({ ...thread('finished'), allowlisted: false }), { kind: 'stop', code: 'not-allowlisted' }],
  ['retry', aRun({ ...failed(0), ...at(500), allowlisted: false }), { kind: 'stop', code: 'not-allowlisted' }],
  [
    'resend',
    aRun({ ...thread('idle', { messages: [] }), allowlisted: false }),
    { kind: 'stop', code: 'not-allowlisted' },
  ],
  ['land, all the same', aPushedRun(green, { allowlisted: false }), { kind: 'land' }],
  ['wait, all the same', aRun({ allowlisted: false }), { kind: 'wait', code: 'busy' }],
]

// oxlint-disable-next-line unicorn/no-thenable -- a column of the table; nothing here is ever awaited
const before = (then: string) => ({ then })

const unlocked: readonly Row[] = [
  ['wait', aRun({ run: { lock: { kind: 'never' } } }), { kind: 'adopt', code: 'adopt', facts: before('wait') }],
  ['land', aPushedRun(green, { run: { lock: { kind: 'never' } } }), { kind: 'adopt', facts: before('land') }],
  [
    'stop',
    aRun({ ...said({ kind: 'blocked', words: 'x' }), run: { lock: { kind: 'off', by: null, byRole: 'agent' } } }),
    { kind: 'adopt', facts: before('stop') },
  ],
  [
    'cancel: nothing to make whole',
    aRun({ closedBy: 'person', issue: { ...aRun().issue, state: 'closed' }, run: { lock: { kind: 'never' } } }),
    { kind: 'cancel' },
  ],
  [
    'finish: nothing to make whole',
    aRun({ card: aCard({ outcome: anOutcome() }), run: { lock: { kind: 'never' } } }),
    { kind: 'finish' },
  ],
  [
    'card-tampered: a card written anew would hide it',
    aRun({ run: { cardState: 'tampered', lock: { kind: 'never' } } }),
    { kind: 'stop', code: 'card-tampered' },
  ],
]

/** afk took the ready label off, as it does at an end alone, and the card knows of no end. */
const over = (changes: RunChanges = {}): RunFacts =>
  aRun({
    issue: anIssue({
      labels: [],
      labelEvents: [labelled(ready), unlabelled(ready, { actor: afk, at: t0 + seconds(95) })],
    }),
    run: { lock: { kind: 'off', by: afk, byRole: 'afk' } },
    ...changes,
  })

const endLost: readonly Row[] = [
  ['nothing is waited for', over(), { kind: 'stop', code: 'end-lost', facts: { instead: 'wait' } }],
  ['nothing is sent', over(thread('failed')), { kind: 'stop', code: 'end-lost', facts: { instead: 'wait' } }],
  ['nor while it is locked', over({ run: { lock: { kind: 'on' } } }), { kind: 'stop', code: 'end-lost' }],
  ['it ends again as it did', over(said({ kind: 'blocked', words: 'x' })), { kind: 'stop', code: 'blocked' }],
  ['landed is landed', over({ ...thread('finished'), head: aHead(), verdict: green }), { kind: 'land' }],
  [
    'not by a person’s hand',
    over({
      issue: anIssue({ labels: [lock], labelEvents: [labelled(ready), unlabelled(ready, { at: t0 + seconds(95) })] }),
      run: { lock: { kind: 'on' } },
    }),
    { kind: 'cancel', code: 'label-removed' },
  ],
]

const table: readonly (readonly [string, readonly Row[]])[] = [
  ['row 1, limits of a busy thread', overLimits],
  ['row 2, waiting for people', waiting],
  ['row 3, busy or unknown', busy],
  ['rows 4 and 5, pushed and green or pending', pushed],
  ['row 6, thread absent', absent],
  ['5.2, recorded and not delivered', undelivered],
  ['row 7, red by infrastructure', infrastructure],
  ['row 8, failed or never began', failedTurns],
  ['row 9, reports', reports],
  ['row 10, red', red10],
  ['rows 11 to 13', ending],
  ['off the allowlist (SPEC 3.7)', delisted],
  ['without its lock', unlocked],
  ['without the end that it had', endLost],
]

describe.each(table)('%s', (_, rows) => {
  it.each(rows)('%s', (_why, facts, decision) => {
    expect(decideRun(facts, afk)).toMatchObject(decision)
  })
})

describe('decideRun', () => {
  it('asks 6.3 before the table', () => {
    expect(decideRun(aPushedRun(green, { editedBy: 'stranger' }), afk)).toMatchObject({
      kind: 'stop',
      code: 'edited-during-run',
    })
  })

  it('has a row here for every kind and every code of stop of 6.4', () => {
    const decisions = table.flatMap(([, rows]) => rows.map(([, facts]) => decideRun(facts, afk)))
    expect(new Set(decisions.map(({ kind }) => kind))).toEqual(
      new Set([
        'wait',
        'finish',
        'adopt',
        'land',
        'stop',
        'cancel',
        'fix-forward',
        'rerun-ci',
        'retry',
        'resend',
        'nudge',
        'ring-waiting',
      ]),
    )
    const stops = decisions.flatMap((decision) => (decision.kind === 'stop' ? [decision.code] : []))
    expect([...new Set(stops)].toSorted()).toEqual([
      'ambiguous-red',
      'blocked',
      'budget',
      'card-tampered',
      'ci-timeout',
      'cost',
      'end-lost',
      'errored',
      'needs-clarification',
      'no-change',
      'no-push',
      'no-signal',
      'not-allowlisted',
      'rollout-timeout',
      'stagnant',
      'start-failed',
      'thread-lost',
      'time',
      'unanswered',
    ])
    expect(new Set(decisions.filter(startsWork).map(({ kind }) => kind))).toEqual(
      new Set(['fix-forward', 'rerun-ci', 'retry', 'resend', 'nudge']),
    )
  })
})
