import { describe, expect, it } from 'vitest'
import { approvalCause } from '../../src/core/people/approval-rows.ts'
import type { Approval, Card, Question } from '../../src/core/card/card.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { nextCard } from '../../src/core/run/next-card.ts'
import type { ThreadView } from '../../src/core/model.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, aTurn, runId } from '../builders/card.ts'
import { aComment, afk, anIssue, maria } from '../builders/issue.ts'
import { aNo, anOpenPull, aYes, people } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aPushedRun, aRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

/** The rows of SPEC 16 in the decision table. */

type Row = readonly [why: string, facts: RunFacts, decision: Partial<RunDecision> & { readonly facts?: object }]

const asks = (changes: Partial<ThreadView> = {}): RunChanges => ({
  thread: aThread({
    state: 'finished',
    report: { report: { kind: 'needs-clarification', words: 'Which?' }, at: now - seconds(60) },
    ...changes,
  }),
})
const asked = (changes: Partial<Question> = {}): Question => ({
  number: 1,
  at: now - minutes(5),
  answer: null,
  answeredAt: null,
  ...changes,
})
const having = (questions: readonly Question[], more: Partial<Card> = {}): RunChanges => ({
  card: aCard({ questions, ...more }),
})
const answer = aComment({ id: 77, body: 'This one.', author: maria, own: false })
const answered = { people: people({ answer }) }

const questions: readonly Row[] = [
  ['the first', aRun(asks()), { kind: 'ask', code: 'question', question: 1, words: 'Which?' }],
  [
    'the second',
    aRun({ ...asks(), ...having([asked({ answer: 9, answeredAt: now - minutes(1) })]) }),
    { kind: 'ask', question: 2 },
  ],
  [
    'as many as may be asked',
    aRun({ ...asks(), ...having([asked({ answer: 9, answeredAt: now })]), policy: aPolicy({ maxQuestions: 1 }) }),
    { kind: 'stop', code: 'needs-clarification', detail: 'Which?', facts: { asked: 1 } },
  ],
  [
    'asked: waits',
    aRun({ ...asks(), ...having([asked()]) }),
    { kind: 'wait', code: 'question', facts: { seconds: 300 } },
  ],
  [
    'answered',
    aRun({ ...asks(), ...having([asked()]), ...answered }),
    { kind: 'answer', code: 'answered', comment: answer, attempt: 1 },
  ],
  ['answered before it was asked: no answer', aRun({ ...asks(), ...answered }), { kind: 'ask', question: 1 }],
  [
    'for questionMaxSeconds',
    aRun({ ...asks(), ...having([asked()]), policy: aPolicy({ questionMaxSeconds: 300 }) }),
    { kind: 'wait' },
  ],
  [
    'for longer',
    aRun({ ...asks(), ...having([asked()]), policy: aPolicy({ questionMaxSeconds: 299 }) }),
    { kind: 'stop', code: 'unanswered', detail: "nobody answered the agent's question: Which?" },
  ],
  [
    'for longer, and answered at last',
    aRun({ ...asks(), ...having([asked()]), ...answered, policy: aPolicy({ questionMaxSeconds: 299 }) }),
    { kind: 'answer' },
  ],
  [
    'answered, over the budget',
    aRun({ ...asks({ tokens: 17_000_000 }), ...having([asked()]), ...answered }),
    { kind: 'stop', code: 'cost' },
  ],
  [
    'answered after maxRunSeconds, most of which it waited',
    aRun({ ...asks(), ...having([asked()]), ...answered, policy: aPolicy({ maxRunSeconds: 600 }) }),
    { kind: 'answer' },
  ],
  [
    'answered after maxRunSeconds of its own',
    aRun({ ...asks(), ...having([asked()]), ...answered, policy: aPolicy({ maxRunSeconds: 500 }) }),
    { kind: 'stop', code: 'time' },
  ],
  ['red: people come first', aPushedRun(red(), asks()), { kind: 'ask' }],
  ['green, pushed: landed without an answer', aPushedRun(green, asks()), { kind: 'land' }],
  ['a green pull request: never merged', aPushedRun(green, { ...asks(), landing: anOpenPull() }), { kind: 'ask' }],
  [
    'off the allowlist: no answer is sent',
    aRun({ ...asks(), ...having([asked()]), ...answered, allowlisted: false }),
    { kind: 'stop', code: 'not-allowlisted' },
  ],
]

const naming = { before: ['merge', 'deploy'], by: ['maria'] } as const
const rung = (what: 'merge' | 'deploy' = 'merge', at = now - minutes(5), head = sha('a')) => ({
  bells: { [approvalCause(what, head)]: { at } },
})
const given = (changes: Partial<Approval> = {}): Approval => ({
  what: 'merge',
  head: sha('a'),
  decision: 'approved',
  by: 'maria',
  via: 'review',
  at: now - minutes(1),
  ...changes,
})
const toMerge = (card: Partial<Card> = {}, changes: RunChanges = {}): RunFacts =>
  aPushedRun(green, {
    landing: anOpenPull(),
    policy: aPolicy({ approval: naming, review: { rounds: 0 } }),
    card: aCard(card),
    ...changes,
  })
const say = (...said: readonly ReturnType<typeof aYes>[]) => ({ people: people({ said }) })

const merges: readonly Row[] = [
  ['nobody has to be asked', toMerge({}, { policy: aPolicy({ review: { rounds: 0 } }) }), { kind: 'merge' }],
  ['not asked', toMerge(), { kind: 'ask-approval', code: 'approval-merge', what: 'merge', facts: { head: sha('a') } }],
  ['asked for another commit', toMerge(rung('merge', now, sha('c'))), { kind: 'ask-approval' }],
  ['asked', toMerge(rung()), { kind: 'wait', code: 'approval-merge', facts: { seconds: 300 } }],
  [
    'a yes',
    toMerge(rung(), say(aYes())),
    { kind: 'record-approval', receipt: 77, approval: given({ via: 'comment', at: now }) },
  ],
  ['a short yes', toMerge(rung(), say(aYes({ head: sha('a').slice(0, 7) }))), { kind: 'record-approval' }],
  ['a yes to another commit', toMerge(rung(), say(aYes({ head: sha('c') }))), { kind: 'wait' }],
  ['a yes to something else', toMerge(rung(), say(aYes({ what: 'deploy' }))), { kind: 'wait' }],
  ['a no from before it was asked', toMerge(rung(), say(aNo({ at: now - minutes(6) }))), { kind: 'wait' }],
  [
    'a no',
    toMerge(rung(), say(aYes({ at: now - 5 }), aNo({ at: now - 2 }))),
    { kind: 'record-approval', approval: given({ decision: 'rejected', via: 'comment', at: now }) },
  ],
  [
    'a reaction, whenever it was made',
    toMerge(rung(), say(aYes({ via: 'slack', at: null, comment: null, what: 'merge' }))),
    { kind: 'record-approval', receipt: null },
  ],
  ['recorded', toMerge({ ...rung(), approvals: [given()] }), { kind: 'merge' }],
  ['recorded, and said again', toMerge({ ...rung(), approvals: [given()] }, say(aYes())), { kind: 'merge' }],
  ['recorded for another commit', toMerge({ ...rung(), approvals: [given({ head: sha('c') })] }), { kind: 'wait' }],
  ['recorded for the deployment', toMerge({ ...rung(), approvals: [given({ what: 'deploy' })] }), { kind: 'wait' }],
  [
    'recorded, and then a no',
    toMerge({ ...rung(), approvals: [given()] }, say(aNo({ at: now }))),
    { kind: 'record-approval' },
  ],
  [
    'rejected',
    toMerge({ ...rung(), approvals: [given(), given({ decision: 'rejected' })] }, say(aYes())),
    { kind: 'stop', code: 'rejected', detail: 'maria said no' },
  ],
  [
    'asked for mergeMaxSeconds',
    toMerge(rung(), { policy: aPolicy({ approval: naming, review: { rounds: 0 }, mergeMaxSeconds: 300 }) }),
    { kind: 'wait' },
  ],
  [
    'for longer',
    toMerge(rung(), { policy: aPolicy({ approval: naming, review: { rounds: 0 }, mergeMaxSeconds: 299 }) }),
    { kind: 'stop', code: 'unapproved' },
  ],
  ['pending: not asked', { ...toMerge(), verdict: pending() }, { kind: 'wait', code: 'ci-pending' }],
]

const place = 'https://github.example/acme/shop/actions/runs/9'
const held = (mayApprove = true) => [
  { workflowRun: 9, url: place, environments: [{ id: 3, name: 'live', mayApprove }] },
]
const toDeploy = (card: Partial<Card> = {}, waiting = held(), changes: RunChanges = {}): RunFacts =>
  aPushedRun(pending({ why: 'held' }), {
    policy: aPolicy({ approval: naming, ciMaxSeconds: 60 }),
    card: aCard(card),
    people: people({ waiting }),
    ...changes,
  })
const deployed = { ...rung('deploy'), approvals: [given({ what: 'deploy', at: now - seconds(30) })] }

const deploys: readonly Row[] = [
  ['not asked, past ciMaxSeconds', toDeploy(), { kind: 'ask-approval', what: 'deploy', code: 'approval-deploy' }],
  ['asked, past ciMaxSeconds', toDeploy(rung('deploy')), { kind: 'wait', code: 'approval-deploy' }],
  [
    'a yes',
    toDeploy(rung('deploy'), held(), { people: people({ waiting: held(), said: [aYes()] }) }),
    { kind: 'record-approval', approval: given({ what: 'deploy', via: 'comment', at: now }) },
  ],
  ['approved', toDeploy(deployed), { kind: 'allow-deployment', waiting: held() }],
  ['approved, and this account may not', toDeploy(deployed, held(false)), { kind: 'ask-on-github' }],
  [
    'rejected',
    toDeploy({ ...deployed, approvals: [given({ what: 'deploy', decision: 'rejected' })] }),
    { kind: 'stop', code: 'rejected' },
  ],
  ['off the allowlist', toDeploy(deployed, held(), { allowlisted: false }), { kind: 'stop', code: 'not-allowlisted' }],
  ['nothing waits', toDeploy({}, []), { kind: 'stop', code: 'ci-timeout' }],
]

const command = (kind: 'status' | 'stop') => ({
  people: people({ commands: [{ kind, by: 'maria', comment: 78, on: 42 }] }),
})

const commands: readonly Row[] = [
  ['stop', aRun(command('stop')), { kind: 'cancel', code: 'stopped', receipt: 78, facts: { by: 'maria' } }],
  ['stop, green', aPushedRun(green, command('stop')), { kind: 'cancel', code: 'stopped' }],
  ['stop, with an open question', aRun({ ...asks(), ...having([asked()]), ...command('stop') }), { kind: 'cancel' }],
  ['stop, without the lock', aRun({ ...command('stop'), run: { lock: { kind: 'never' } } }), { kind: 'cancel' }],
  [
    'stop, after the end',
    aRun({
      ...command('stop'),
      card: aCard({ outcome: { kind: 'landed', reason: 'green', detail: '', at: now, untold: false } }),
    }),
    { kind: 'finish', code: 'landed' },
  ],
  ['status', aRun(command('status')), { kind: 'wait', code: 'busy' }],
]

describe.each<[string, readonly Row[]]>([
  ['a question (16.1)', questions],
  ['a yes to merge (16.2)', merges],
  ['a yes to deploy (16.2)', deploys],
  ['a command (16.3)', commands],
])('%s', (_, rows) => {
  it.each(rows)('%s', (_why, facts, decision) => {
    expect(decideRun(facts, afk)).toMatchObject(decision)
  })
})

describe('what is written', () => {
  const plan = (facts: RunFacts) => planRun(facts, decideRun(facts, afk), 'text')
  const kinds = (facts: RunFacts) => plan(facts).map(({ kind }) => kind)

  it('asks by a comment and the doorbell, and then records it', () => {
    expect(kinds(aRun(asks()))).toEqual(['comment.say', 'doorbell.ring', 'card.write'])
    expect(kinds(toMerge())).toEqual(['comment.say', 'doorbell.ring', 'card.write'])
    expect(plan(toMerge())[0]).toMatchObject({ on: 5 })
    expect(plan(toDeploy())[0]).toMatchObject({ on: 42 })
  })

  it('asks by the comment alone where nobody can be rung', () => {
    expect(kinds(aRun({ ...asks(), canRing: false }))).toEqual(['comment.say', 'card.write'])
  })

  it('records that it asked, and that nobody could be told, where the bell does not ring', () => {
    const body = `?\n\n<!-- afk:note ${runId} question:1 -->`
    const { labels, labelEvents } = aRun().issue
    const issue = anIssue({ labels, labelEvents, comments: [aComment({ id: 70, body, createdAt: now - seconds(30) })] })
    const effects = plan(aRun({ ...asks(), issue }))
    expect(effects.map(({ kind }) => kind)).toEqual(['comment.say', 'doorbell.ring', 'card.write'])
    const at = now - seconds(30)
    const card = { questions: [{ number: 1, at }], bells: { 'question:1': { at, undelivered: true } } }
    expect(effects[1]).toMatchObject({ ifFailed: [{ kind: 'card.write', card }] })
  })

  it('records an answer before it is sent, and a yes before its receipt', () => {
    const effects = plan(aRun({ ...asks(), ...having([asked()]), ...answered }))
    expect(effects).toMatchObject([
      { kind: 'card.write', card: { questions: [{ answer: 77, answeredAt: now }] } },
      { kind: 'turn.start', purpose: 'answer:77', attempt: 1 },
    ])
    expect(plan(toMerge(rung(), say(aNo({ at: now }))))).toMatchObject([
      { kind: 'card.write' },
      { kind: 'comment.react', comment: 77, reaction: '-1' },
    ])
  })

  it('cancels first, then gives the receipt, and takes the lock off last', () => {
    const found = kinds(aRun(command('stop')))
    expect(found.slice(0, 3)).toEqual(['card.write', 'comment.react', 'turn.interrupt'])
    expect(found.at(-1)).toBe('label.remove')
    const outcome = { kind: 'cancelled', reason: 'stopped', detail: '', at: now, untold: false } as const
    expect(kinds(aRun({ ...command('stop'), card: aCard({ outcome }) }))[1]).toBe('comment.react')
    expect(
      kinds(aRun({ ...command('stop'), card: aCard({ outcome: { ...outcome, reason: 'issue-closed' } }) })),
    ).not.toContain('comment.react')
  })

  it('tells the status beside whatever else is done', () => {
    expect(kinds(aRun(command('status')))).toEqual(['comment.say', 'comment.react'])
    expect(kinds(aRun({ ...asks(), ...command('status') }))).toEqual([
      'comment.say',
      'comment.say',
      'comment.react',
      'doorbell.ring',
      'card.write',
    ])
  })
})

describe('a question that is answered in T3', () => {
  const open = having([asked({ after: aMessage('start', 1, t0).id })])
  const message = { id: '5f0c63cf-4a06-4d3c-8f5b-0a3f6a1c2b3d', at: now - seconds(90) }
  const messages = [aMessage('start', 1, t0), message]

  it('is no longer open, and the next one is asked', () => {
    const facts = aRun({ ...asks({ messages }), ...open })
    expect(nextCard(facts).questions).toMatchObject([{ answer: null, answeredAt: now }])
    expect(decideRun(facts, afk)).toMatchObject({ kind: 'ask', question: 2 })
  })

  it('is open while the newest message is the one that it was asked after, or afk’s own', () => {
    const first = [message, aMessage('start', 1, now)]
    for (const [after, list] of [
      [message.id, messages],
      [message.id, first],
    ] as const) {
      const facts = aRun({ ...asks({ messages: list }), ...having([asked({ after })]) })
      expect(decideRun(facts, afk)).toMatchObject({ kind: 'wait', code: 'question' })
    }
  })
})

describe('a person drives', () => {
  const persons = { id: '5f0c63cf-4a06-4d3c-8f5b-0a3f6a1c2b3d', at: now - seconds(60) }
  const messages = [aMessage('start', 1, t0 + seconds(90)), persons]
  const over = { tokens: 17_000_000, lastSignAt: now }
  it.each<[state: ThreadView['state'], decision: Partial<RunDecision>, driven?: true]>([
    ['working', { kind: 'wait', code: 'driven-by-person' }, true],
    ['starting', { kind: 'wait', code: 'driven-by-person' }, true],
    ['finished', { kind: 'stop', code: 'cost' }],
  ])('over the budget and the time, %s', (state, decision, driven) => {
    const facts = aRun({
      thread: aThread({ state, messages, ...over }),
      policy: aPolicy({ maxRunSeconds: 60 }),
      card: aCard({ turns: [aTurn()] }),
    })
    expect(decideRun(facts, afk)).toMatchObject(decision)
    expect(nextCard(facts).driven).toBe(driven)
  })

  const driven = (thread: Partial<ThreadView>, changes: RunChanges = {}) =>
    nextCard(aRun({ thread: aThread({ messages, lastSignAt: now, ...thread }), ...changes })).driven
  it.each<[state: ThreadView['state'], driven?: true]>([
    ['starting', true],
    ['working', true],
    ['waiting', true],
    ['unknown', true],
    ['idle'],
    ['finished'],
    ['failed'],
  ])('only while that turn lasts: %s', (state, is) => {
    expect(driven({ state })).toBe(is)
    const own = { messages: [...messages, aMessage('continue', 1, now)] }
    expect(driven({ state, ...own }, { card: aCard({ driven: true }) })).toBeUndefined()
  })

  it('no longer once the turn is silent for too long, but for one that waits for a person', () => {
    const policy = aPolicy({ stallSeconds: 59 })
    const silent = { lastSignAt: now - seconds(60) }
    expect(driven({ state: 'working', ...silent }, { policy })).toBeUndefined()
    expect(driven({ state: 'waiting', ...silent }, { policy })).toBe(true)
  })

  it('as far as anybody knows while its thread cannot be seen', () => {
    const card = aCard({ driven: true })
    expect(driven({ state: 'unknown' }, { card, now: { tracker: now, executor: null } })).toBe(true)
    expect(driven({ state: 'unknown' }, { now: { tracker: now, executor: null } })).toBeUndefined()
    expect(driven({ state: 'absent' }, { card })).toBe(true)
  })
})
