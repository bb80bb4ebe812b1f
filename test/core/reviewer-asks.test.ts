import { describe, expect, it } from 'vitest'
import type { Card, ReviewRecord } from '../../src/core/card/card.ts'
import { answeredBells } from '../../src/core/doorbell/answered-bells.ts'
import { explainOutcome } from '../../src/core/explain/explain.ts'
import { messageIdOf, reviewThreadIdOf } from '../../src/core/ids.ts'
import type { PendingRequest, ThreadView } from '../../src/core/model.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { derivedCard, nextCard } from '../../src/core/run/next-card.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, runId } from '../builders/card.ts'
import { afk } from '../builders/issue.ts'
import { anOpenPull } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aHead, aRun, green, now } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { minutes, seconds, sha } from '../builders/time.ts'

/** SPEC 6.4 rows 2 and 3, 16.4: the thread of a review belongs to its run, and what happens in it to people is told as of the run's own. */

const id = reviewThreadIdOf(runId, 1)
const request: PendingRequest = { id: 'r1', kind: 'approval', detail: 'git fetch' }
const cause = `waiting:${request.id}`

const reviewer = (changes: Partial<ThreadView> = {}): ThreadView =>
  aThread({
    id,
    state: 'waiting',
    pending: request,
    lastSignAt: now - minutes(20),
    messages: [{ id: messageIdOf(id, 'start', 1), at: now - minutes(20) }],
    ...changes,
  })
const record: ReviewRecord = {
  round: 1,
  pull: 5,
  head: sha('a'),
  at: now - minutes(20),
  state: 'asked',
  attempt: 1,
  tokens: 0,
}
const reviewed = (view: ThreadView, card: Partial<Card> = {}, changes: Partial<RunFacts> = {}): RunFacts =>
  aRun({
    thread: aThread({ state: 'finished' }),
    head: aHead(),
    verdict: green,
    landing: anOpenPull(),
    policy: aPolicy({ landing: 'pull-request', stallSeconds: 600 }),
    card: aCard({ reviews: [record], ...card }),
    reviewer: view,
    ...changes,
  })
const asked = (secondsAgo: number): Partial<Card> => ({ bells: { [cause]: { at: now - seconds(secondsAgo) } } })

describe('a reviewer that waits for a person in T3', () => {
  it.each<[string, RunFacts, Partial<RunDecision> & { readonly facts?: object }]>([
    [
      'rings, however long its thread has been silent',
      reviewed(reviewer()),
      { kind: 'ring-waiting', code: 'waiting', request, asks: 'reviewer' },
    ],
    [
      'rings once',
      reviewed(reviewer(), asked(700)),
      { kind: 'wait', code: 'waiting', facts: { request: 'r1', by: 'reviewer', seconds: 700 } },
    ],
    [
      'rings again while nobody could be told',
      reviewed(reviewer(), { bells: { [cause]: { at: now, undelivered: true } } }),
      { kind: 'ring-waiting', asks: 'reviewer' },
    ],
    [
      'waits for as long as people have',
      reviewed(reviewer(), asked(86_401)),
      {
        kind: 'stop',
        code: 'unanswered',
        detail: 'nobody answered the agent that reviews the work: it asked for an approval in T3',
      },
    ],
    [
      'with a question',
      reviewed(reviewer({ pending: { ...request, kind: 'input' } }), asked(86_401)),
      {
        kind: 'stop',
        code: 'unanswered',
        detail: 'nobody answered the agent that reviews the work: it asked a question in T3',
      },
    ],
    ['costs money too', reviewed(reviewer({ tokens: 17_000_000 })), { kind: 'stop', code: 'cost' }],
    [
      'for something that cannot be read is stalled some day',
      reviewed(reviewer({ pending: null })),
      { kind: 'review', attempt: 2 },
    ],
  ])('%s', (_what, facts, decision) => {
    expect(decideRun(facts, afk)).toMatchObject(decision)
  })

  it('is told of with a link to its own thread', () => {
    const links = { thread: 'https://t3.example/env/run', commit: 'https://github.example/c' }
    const buttons = (reviewerLink: string | null) => {
      const facts = reviewed(reviewer(), { links }, { reviewerLink })
      const [ring] = planRun(facts, decideRun(facts, afk), '')
      if (ring?.kind !== 'doorbell.ring') throw new Error('expected a doorbell')
      expect(ring.message.paragraphs).toContainEqual({
        label: 'Why',
        text: 'The agent that reviews the work asks for an approval in T3 and does not go on without it.',
        quote: 'git fetch',
      })
      return ring.message.buttons.filter(({ label }) => label === 'Thread').map(({ url }) => url)
    }
    expect(buttons('https://t3.example/env/review')).toEqual(['https://t3.example/env/review'])
    expect(buttons(null)).toEqual([])
  })

  it('is interrupted at the end of its run, and before another turn is sent to it', () => {
    const interrupts = (facts: RunFacts) =>
      planRun(facts, decideRun(facts, afk), '').flatMap((effect) =>
        effect.kind === 'turn.interrupt' || effect.kind === 'turn.start' ? [[effect.kind, effect.runId]] : [],
      )
    expect(interrupts(reviewed(reviewer(), asked(86_401)))).toEqual([['turn.interrupt', id]])
    expect(interrupts(reviewed(reviewer({ pending: null })))).toEqual([
      ['turn.interrupt', id],
      ['turn.start', id],
    ])
  })

  it('has its message open until its own request is answered', () => {
    const bells = { [cause]: { at: 1, channel: 'C1', ts: '1.1' } }
    const settled = (view: ThreadView | null) => {
      const facts = { ...reviewed(reviewer(), { bells }), reviewer: view }
      return answeredBells(facts, facts.card).map(({ resolution }) => resolution.what)
    }
    expect(settled(reviewer())).toEqual([])
    expect(settled(reviewer({ pending: null }))).toEqual([])
    expect(settled(reviewer({ state: 'unknown', pending: null }))).toEqual([])
    expect(settled(reviewer({ state: 'working', pending: null }))).toEqual(['Answered in T3'])
    expect(settled(reviewer({ state: 'failed', pending: null }))).toEqual(['No longer asked'])
    expect(settled(null)).toEqual(['Answered in T3'])
  })

  it('was told of where the card is gone, as far as anybody can tell', () => {
    const { card: _, ...facts } = reviewed(reviewer())
    const card = derivedCard({ ...facts, base: null, firstRedAt: null, reviewers: [reviewer()] })
    expect(card.bells).toEqual({ [cause]: { at: now } })
  })
})

describe('a review that has no result', () => {
  it.each<[string, Partial<ThreadView>, string]>([
    ['silent', { state: 'working' }, 'its reviewer gave no sign for 600 seconds'],
    ['in a state that nobody knows', { state: 'unknown' }, 'its reviewer gave no sign for 600 seconds'],
    ['with a request that cannot be read', {}, 'its reviewer gave no sign for 600 seconds'],
    ['never begun', { state: 'starting' }, 'the turn of its reviewer never began'],
    ['over', { state: 'finished' }, 'its reviewer ended without a line AFK-REVIEW'],
    ['failed', { state: 'failed', error: 'API Error: 500' }, 'API Error: 500'],
    [
      'silent after a turn that failed',
      { state: 'working', error: 'interrupted' },
      'its reviewer gave no sign for 600 seconds',
    ],
  ])('is told as it was: %s', (_what, view, detail) => {
    const messages = [{ id: messageIdOf(id, 'start', 3), at: now - minutes(20) }]
    const facts = reviewed(reviewer({ pending: null, ...view, messages }), { reviews: [{ ...record, attempt: 3 }] })
    expect(decideRun(facts, afk)).toMatchObject({ kind: 'stop', code: 'review-failed', detail })
  })
})

describe('a person who writes to the reviewer', () => {
  const person = { id: '0f8fad5b-d9cb-469f-a165-70867728950e', at: now - seconds(30) }
  const driven = (view: Partial<ThreadView>) =>
    nextCard(reviewed(reviewer({ pending: null, lastSignAt: now - seconds(30), ...view }))).driven ?? false

  it('is noticed on the card for as long as that turn lasts', () => {
    const messages = [...reviewer().messages, person]
    expect(driven({ state: 'working', messages })).toBe(true)
    expect(driven({ state: 'waiting', messages, pending: request })).toBe(true)
    expect(driven({ state: 'finished', messages })).toBe(false)
    const old = [...reviewer().messages, { ...person, at: now - minutes(19) }]
    expect(driven({ state: 'working', messages: old, lastSignAt: now - minutes(19) })).toBe(false)
    expect(driven({ state: 'working', messages: [...messages, { ...person, id: messageIdOf(id, 'start', 2) }] })).toBe(
      false,
    )
    expect(driven({ state: 'working' })).toBe(false)
  })
})

it('an end because nobody answered the reviewer says what a person can do with finished work', () => {
  const detail = 'nobody answered the agent that reviews the work: it asked for an approval in T3'
  expect(explainOutcome({ kind: 'frozen', reason: 'unanswered', detail })).toMatchObject({
    title: 'nobody answered',
    meaning: expect.stringContaining('the agent that reviews it asked something in T3') as unknown,
    remedy: expect.stringMatching(/^Review the pull request yourself and merge it by hand, or close it\./u) as unknown,
  })
})
