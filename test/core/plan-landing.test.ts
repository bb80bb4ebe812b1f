import { describe, expect, it } from 'vitest'
import type { MergeRecord } from '../../src/core/card/card.ts'
import type { Effect } from '../../src/core/effects.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import { planMerge, planReady, planResolve, planReview, withFindings } from '../../src/core/landing/plan-landing.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard } from '../builders/card.ts'
import { anOpenPull } from '../builders/people.ts'
import { aHead, aRun, now } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { sha } from '../builders/time.ts'

/** SPEC 15.4, 15.5: what is written for a pull request, and only while one is open. */

type Decision<Kind extends RunDecision['kind']> = Extract<RunDecision, { kind: Kind }>

const review: Decision<'review'> = { kind: 'review', code: 'review', facts: {}, round: 1, attempt: 2 }
const plans: readonly (readonly [string, (facts: RunFacts) => readonly Effect[]])[] = [
  ['a review', (facts) => planReview(facts, facts.card, review, 'text', () => [])],
  ['an answer in a conversation', (facts) => planResolve(facts, facts.card, ['PRRT_1'])],
  ['a word that it is ready', (facts) => planReady(facts, facts.card, 'merge-human')],
  ['a merge', (facts) => planMerge(facts, facts.card, 'squash')],
]
const open = aRun({ landing: anOpenPull(), head: aHead() })

describe.each(plans)('%s', (_what, plan) => {
  it('is written for an open pull request', () => {
    expect(plan(open).length).toBeGreaterThan(0)
  })

  it.each<[string, Landing]>([
    ['that is merged', { ...open.landing, kind: 'merged' } as Landing],
    ['that is closed', { ...open.landing, kind: 'closed' } as Landing],
    ['that does not exist', { kind: 'none', pushed: null }],
    ['that there is no need for', { kind: 'push' }],
    ['that is one of two', { kind: 'ambiguous', numbers: [5, 6] }],
  ])('is not for one %s', (_why, landing) => {
    expect(plan({ ...open, landing })).toEqual([])
  })
})

it('without a commit there is nothing to review, and nothing to say in a conversation', () => {
  const bare = { ...open, head: null }
  expect(planReview(bare, bare.card, review, 'text', () => [])).toEqual([])
  expect(planResolve(bare, bare.card, ['PRRT_1'])).toEqual([])
})

describe('a review that is asked for again', () => {
  const words = (facts: RunFacts) =>
    planReview(facts, facts.card, review, 'text', () => []).map((effect) =>
      effect.kind === 'turn.interrupt' ? `interrupt ${effect.attempt}` : effect.kind,
    )
  const usual = ['card.write', 'project.ensure', 'thread.create', 'turn.start']

  it.each([
    ['working', [...usual.slice(0, 3), 'interrupt 4', 'turn.start']],
    ['waiting', [...usual.slice(0, 3), 'interrupt 4', 'turn.start']],
    ['unknown', [...usual.slice(0, 3), 'interrupt 4', 'turn.start']],
    ['finished', usual],
    ['failed', usual],
  ] as const)('of a reviewer that is %s', (state, steps) => {
    expect(words({ ...open, reviewer: aThread({ state }) })).toEqual(steps)
  })

  it('counts the halts of its round', () => {
    const known = { round: 1, pull: 5, head: sha('a'), at: now, state: 'asked', attempt: 1, tokens: 0 } as const
    const halts = (card: RunFacts['card']) => {
      const [write] = planReview({ ...open, card }, card, { ...review, halted: true }, 'text', () => [])
      return write?.kind === 'card.write' ? write.card.reviews : null
    }
    expect(halts(aCard())).toMatchObject([{ round: 1, halts: 1, attempt: 2 }])
    expect(halts(aCard({ reviews: [{ ...known, halts: 2 }] }))).toMatchObject([{ round: 1, halts: 3, attempt: 2 }])
  })
})

describe('a review that is asked for again', () => {
  const known = { round: 1, pull: 5, head: sha('a'), at: now - 9, state: 'asked', attempt: 1, tokens: 0 } as const
  const resent = (attempt: number, changes: { resent?: number }) => {
    const card = aCard({
      reviews: [
        { ...known, ...changes },
        { ...known, round: 2, resent: 7 },
      ],
    })
    const [write] = planReview({ ...open, card }, card, { ...review, attempt }, 'text', () => [])
    return write?.kind === 'card.write' ? write.card.reviews?.map((one) => one.resent) : null
  }

  it.each([
    ['for the first time, of the same turn', 1, {}, now],
    ['of the same turn', 1, { resent: now - 5 }, now - 5],
    ['with another turn', 2, { resent: now - 5 }, undefined],
  ] as const)('%s: the card knows since when', (_, attempt, changes, since) => {
    expect(resent(attempt, changes)).toEqual([since, 7])
  })
})

describe('a merge that does not get through', () => {
  const before = now - 900_000
  /** What the card then says of it. */
  const notes = (merge?: MergeRecord) => {
    const [effect] = planMerge(open, aCard({ ...(merge && { merge }) }), 'squash')
    if (effect?.kind !== 'pull.merge') throw new Error('no merge')
    const noted = (effects: readonly Effect[]) =>
      effects.map((one) => (one.kind === 'card.write' ? one.card.merge : one.kind))
    return { refused: noted(effect.ifRefused), conflict: noted(effect.ifConflict) }
  }

  it('is noted with what GitHub said of it before', () => {
    const note = { head: sha('a'), at: now, seen: 'clean, none, approvals: 0' }
    expect(notes()).toEqual({ refused: [{ ...note, state: 'refused' }], conflict: [{ ...note, state: 'conflict' }] })
  })

  it.each(['refused', 'conflict'] as const)('and keeps the time of the first: people are told once (%s)', (state) => {
    const again = notes({ head: sha('a'), at: before, state, seen: 'unstable, none, approvals: 0' })
    const note = { head: sha('a'), at: before, seen: 'clean, none, approvals: 0' }
    expect(again).toEqual({ refused: [{ ...note, state: 'refused' }], conflict: [{ ...note, state: 'conflict' }] })
  })

  it.each<MergeRecord>([
    { head: sha('c'), at: before, state: 'refused' },
    { head: sha('a'), at: before, state: 'sent' },
  ])('but not that of another one: $head, $state', (merge) => {
    expect(notes(merge).refused).toMatchObject([{ at: now }])
  })
})

describe('the title of the merge commit', () => {
  const titleOf = (title: string) => {
    const [merge] = planMerge({ ...open, landing: anOpenPull({ title }) }, open.card, 'squash')
    return merge?.kind === 'pull.merge' ? merge.title : null
  }

  it.each([
    ['Right the prices', 'Right the prices (#5)'],
    ['', 'Merge pull request #5 for #42'],
    ['Fixes #42: right the prices', 'Merge pull request #5 for #42'],
  ])('%j', (title, merged) => {
    expect(titleOf(title)).toBe(merged)
  })
})

describe('findings that are recorded as sent', () => {
  const decision: Decision<'findings'> = {
    kind: 'findings',
    code: 'findings',
    facts: {},
    round: 1,
    signature: 'one',
    purpose: 'review:1',
    attempt: 1,
  }

  it('keep what was sent before, and say for which commit and which conversations', () => {
    const [first] = withFindings(open, open.card, decision).findings ?? []
    expect(first).toEqual({ head: sha('a'), signature: 'one', threads: [], round: 1, at: now })
    const again = withFindings({ ...open, head: null }, { ...open.card, findings: first ? [first] : [] }, decision)
    expect(again.findings).toMatchObject([{ head: sha('a') }, { head: '' }])
  })
})
