import { describe, expect, it } from 'vitest'
import type { Card, ReviewRecord } from '../../src/core/card/card.ts'
import type { Effect } from '../../src/core/effects.ts'
import { messageIdOf, reviewThreadIdOf } from '../../src/core/ids.ts'
import type { ThreadView } from '../../src/core/model.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { withOutcome } from '../../src/core/run/end-run.ts'
import { nextCard } from '../../src/core/run/next-card.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, aTurn, runId } from '../builders/card.ts'
import { afk } from '../builders/issue.ts'
import { anOpenPull } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aHead, aPushedRun, aRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { seconds, sha, t0 } from '../builders/time.ts'

/** An operator's halt is no failure of the agent's: the run goes on, one retry the richer (`core/run/halted.ts`). */

const halted = t0 + seconds(400)
const spentRetries = [1, 2].map((attempt) => aTurn({ purpose: 'continue', attempt, retry: true }))

/** Its thread as an interrupt leaves it: like one that failed, its last sign 400 seconds after the label. */
const interrupted = (
  changes: Partial<ThreadView> = {},
  turns: Card['turns'] = [aTurn(), ...spentRetries],
): ThreadView =>
  aThread({
    state: 'failed',
    error: '[ede_diagnostic]',
    lastSignAt: halted,
    messages: turns.map(({ purpose, attempt }, index) => aMessage(purpose, attempt, t0 + seconds(90 + index))),
    ...changes,
  })
const byPerson = { id: 'by a person', at: t0 + seconds(500) }
const aHaltedRun = (changes: Omit<RunChanges, 'card'> & { readonly card?: Partial<Card> } = {}): RunFacts =>
  aRun({
    thread: interrupted(),
    ...changes,
    card: aCard({ halted, turns: [aTurn(), ...spentRetries], ...changes.card }),
  })
const at = (second: number): RunChanges => ({ now: { tracker: t0 + seconds(second), executor: t0 + seconds(second) } })
const written = (effects: readonly Effect[]): Card | undefined =>
  effects.flatMap((effect) => (effect.kind === 'card.write' ? [effect.card] : []))[0]
const plan = (facts: RunFacts) => planRun(facts, decideRun(facts, afk), 'text')

type Row = readonly [string, RunFacts, Partial<RunDecision> & { readonly facts?: object }]

describe('a run whose agent an operator interrupted', () => {
  it.each<Row>([
    [
      'goes on, though no retry is left',
      aHaltedRun(),
      { kind: 'retry', code: 'halted', purpose: 'continue', attempt: 3 },
    ],
    [
      'though none is allowed at all',
      aHaltedRun({ policy: aPolicy({ maxTurnRetries: 0 }) }),
      { kind: 'retry', code: 'halted' },
    ],
    [
      'not at once: a tick that was under way must not undo the halt',
      aHaltedRun(at(699)),
      { kind: 'wait', code: 'backoff', facts: { activity: 'failed', waited: 299, backoff: 300, retries: 2 } },
    ],
    ['after the first backoff, however many retries went before', aHaltedRun(at(700)), { kind: 'retry' }],
    [
      'interrupted before it had begun: the same turn again',
      aHaltedRun({ thread: interrupted({ startFailed: true }) }),
      { kind: 'retry', code: 'halted', purpose: 'continue' },
    ],
    [
      'without the mark it is stopped',
      aRun({ thread: interrupted(), card: aCard({ turns: [aTurn(), ...spentRetries] }) }),
      { kind: 'stop', code: 'errored' },
    ],
    [
      'what a person wrote in T3 since failed by itself',
      aHaltedRun({ thread: interrupted({ messages: [...interrupted().messages, byPerson] }) }),
      { kind: 'stop', code: 'errored' },
    ],
    ['its budget holds', aHaltedRun({ thread: interrupted({ tokens: 17_000_000 }) }), { kind: 'stop', code: 'cost' }],
    ['its time holds', aHaltedRun({ policy: aPolicy({ maxRunSeconds: 600 }) }), { kind: 'stop', code: 'time' }],
    [
      'off the allowlist it is sent nothing',
      aHaltedRun({ allowlisted: false }),
      { kind: 'stop', code: 'not-allowlisted' },
    ],
    [
      'what it had pushed is judged first',
      aHaltedRun({ head: aHead(), verdict: pending() }),
      { kind: 'wait', code: 'ci-pending' },
    ],
    ['and lands when it is green', aHaltedRun({ head: aHead(), verdict: green }), { kind: 'land' }],
    [
      'red: it continues before it mends',
      aHaltedRun({ head: aHead(), verdict: red() }),
      { kind: 'retry', code: 'halted', purpose: 'continue' },
    ],
  ])('%s', (_, facts, decision) => {
    expect(decideRun(facts, afk)).toMatchObject(decision)
  })

  it('is sent on by a turn that costs no retry, and with which the mark is gone', () => {
    const card = written(plan(aHaltedRun()))
    expect(card).not.toHaveProperty('halted')
    expect(card?.turns.at(-1)).toEqual(aTurn({ purpose: 'continue', attempt: 3, at: now, retry: true, halted: true }))
    // What fails then is the agent's own again, and the retries are as spent as before the halt.
    const after = (next: Card | undefined) =>
      decideRun(aRun({ thread: interrupted({}, next?.turns), card: next ?? aCard(), ...at(5000) }), afk)
    expect(after(card)).toMatchObject({ kind: 'stop', code: 'errored', facts: { retries: 2 } })
    const first = [aTurn()]
    const fresh = written(plan(aHaltedRun({ card: { turns: first }, thread: interrupted({}, first) })))
    expect(after(fresh)).toMatchObject({ kind: 'retry', code: 'failed', facts: { retries: 0 } })
  })

  it('can be halted any number of times', () => {
    let card = aCard({ turns: [aTurn(), ...spentRetries] })
    for (let time = 0; time < 20; time += 1) {
      const effects = plan(aRun({ thread: interrupted({}, card.turns), card: { ...card, halted } }))
      expect(effects.map(({ kind }) => kind)).toEqual(['card.write', 'turn.start'])
      card = written(effects) ?? card
    }
    expect(card.turns).toHaveLength(23)
    expect(new Set(card.turns.map(({ purpose, attempt }) => `${purpose} ${attempt}`)).size).toBe(23)
  })

  it('loses the mark with any turn, and with its end', () => {
    const undelivered = aHaltedRun({ thread: interrupted({ messages: [aMessage('start', 1, t0 + seconds(90))] }) })
    expect(decideRun(undelivered, afk)).toMatchObject({ kind: 'resend' })
    expect(written(plan(undelivered))).not.toHaveProperty('halted')
    expect(withOutcome(aCard({ halted }), 'cancelled', 'stopped', '', now)).not.toHaveProperty('halted')
    expect(written(plan(aHaltedRun({ thread: interrupted({ tokens: 17_000_000 }) })))).toMatchObject({
      outcome: { reason: 'cost' },
    })
  })
})

describe('the mark, while nothing is decided', () => {
  const reviewed: ReviewRecord = { round: 1, pull: 5, head: sha('a'), at: t0, state: 'asked', attempt: 1, tokens: 0 }

  it.each<readonly [string, RunFacts, number | undefined]>([
    ['stays while the turn stands as it was interrupted', aHaltedRun(), halted],
    ['stays while the agent has not ended yet', aHaltedRun({ thread: interrupted({ state: 'working' }) }), halted],
    ['stays while T3 cannot be reached', aHaltedRun({ now: { tracker: now, executor: null } }), halted],
    ['stays while its thread is gone', aHaltedRun({ thread: interrupted({ state: 'absent', messages: [] }) }), halted],
    [
      'goes when the agent had come to its end by itself',
      aHaltedRun({ thread: interrupted({ state: 'finished' }) }),
      undefined,
    ],
    [
      'stays then while it was the reviewer that was interrupted',
      aHaltedRun({ thread: interrupted({ state: 'finished' }), card: { reviews: [reviewed] } }),
      halted,
    ],
    [
      'goes when a person has spoken to the agent',
      aHaltedRun({ thread: interrupted({ messages: [...interrupted().messages, byPerson] }) }),
      undefined,
    ],
    ['is nowhere without a halt', aPushedRun(green), undefined],
  ])('%s', (_, facts, expected) => {
    expect(nextCard(facts).halted).toBe(expected)
  })
})

describe('a review that an operator interrupted', () => {
  const reviewer = reviewThreadIdOf(runId, 1)
  const record = (changes: Partial<ReviewRecord> = {}): ReviewRecord => ({
    round: 1,
    pull: 5,
    head: sha('a'),
    at: t0 + seconds(300),
    state: 'asked',
    attempt: 3,
    tokens: 0,
    ...changes,
  })
  const aReview = (review: ReviewRecord, card: Partial<Card>): RunFacts =>
    aRun({
      thread: aThread({ state: 'finished' }),
      head: aHead(),
      verdict: green,
      landing: anOpenPull({}),
      policy: aPolicy({ landing: 'pull-request' }),
      card: aCard({ reviews: [review], ...card }),
      reviewer: aThread({
        id: reviewer,
        state: 'failed',
        messages: [{ id: messageIdOf(reviewer, 'start', review.attempt), at: t0 + seconds(300) }],
      }),
    })

  it('is asked for again, however often it was; that one is not counted, and the mark is gone', () => {
    const facts = aReview(record(), { halted })
    expect(decideRun(facts, afk)).toMatchObject({ kind: 'review', code: 'halted', attempt: 4 })
    const card = written(plan(facts))
    expect(card).not.toHaveProperty('halted')
    expect(card?.reviews).toMatchObject([{ attempt: 4, halts: 1 }])
  })

  it('counts as ever without the mark', () => {
    expect(decideRun(aReview(record(), {}), afk)).toMatchObject({ kind: 'stop', code: 'review-failed' })
    expect(decideRun(aReview(record({ halts: 1 }), {}), afk)).toMatchObject({ kind: 'review', code: 'review' })
    expect(decideRun(aReview(record({ attempt: 4, halts: 1 }), {}), afk)).toMatchObject({ code: 'review-failed' })
  })
})
