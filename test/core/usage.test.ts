import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReviewRecord } from '../../src/core/card/card.ts'
import type { TurnUsage } from '../../src/core/model.ts'
import { isUnkept, usedBy, usedByRun, type Used } from '../../src/core/run/usage.ts'

const seen = (...usage: readonly (readonly [string, number])[]) => ({
  tokens: usage.reduce((sum, [, tokens]) => sum + tokens, 0),
  usage: usage.map(([turn, tokens]): TurnUsage => ({ turn, tokens })),
})
const nothing: Used = { tokens: 0 }
const aReview = (changes: Partial<ReviewRecord>): ReviewRecord => ({
  round: 1,
  pull: 5,
  head: 'a',
  at: 0,
  state: 'asked',
  attempt: 1,
  tokens: 0,
  ...changes,
})
const after = (before: Used, ...answers: readonly ReturnType<typeof seen>[]) => answers.reduce(usedBy, before)

describe('what a thread has used in all (SPEC 4, budgetUsd is per run)', () => {
  it('is the sum over its turns, also of those that it no longer shows', () => {
    const used = after(nothing, seen(['a', 12]), seen(['a', 12], ['b', 5]), seen(['b', 12]), seen(['b', 12], ['c', 12]))
    expect(used).toEqual({ tokens: 36, usage: seen(['a', 12], ['b', 12], ['c', 12]).usage })
  })

  it('counts of each turn the most that was seen of it', () => {
    expect(after(nothing, seen(['a', 9]), seen(['a', 4]), seen(['b', 1])).tokens).toBe(10)
  })

  it('stays as it is while nothing is shown', () => {
    const used = after(nothing, seen(['a', 9]))
    expect(usedBy(used, { tokens: 0 })).toEqual(used)
    expect(after(used, seen(), seen(['a', 9]))).toEqual(used)
  })

  it('goes on from a count without turns, and counts nothing of it twice', () => {
    const old: Used = { tokens: 20 }
    expect(after(old, seen(['a', 12], ['b', 8]), seen(['b', 8], ['c', 5])).tokens).toBe(25)
    // Turns that were gone already stand in the count alone.
    expect(after(old, seen(['b', 8]), seen(['b', 9], ['c', 5])).tokens).toBe(26)
    expect(after(old, seen(['a', 12], ['b', 10])).tokens).toBe(22)
    // Seen by an earlier build, whose threads told no turns.
    expect([usedBy(old, { tokens: 30 }), usedBy(old, { tokens: 3 })]).toEqual([{ tokens: 30 }, { tokens: 20 }])
  })

  it('keeps few turns, and forgets no token with the others', () => {
    const turns = Array.from({ length: 40 }, (_, i) => seen([`t${i}`, 10]))
    const used = after(nothing, ...turns)
    expect(used.tokens).toBe(400)
    expect(used.usage?.map(({ turn }) => turn)).toEqual(Array.from({ length: 12 }, (_, i) => `t${i + 28}`))
    // What is still shown is kept, however much it is: else it would be counted once more.
    const all = seen(...turns.map((_, i) => [`t${i}`, 10] as const))
    expect([usedBy(usedBy(nothing, all), all).tokens, usedBy(nothing, all).usage?.length]).toEqual([400, 40])
  })

  it('is exact, however little of the thread is shown at a time, as long as each turn was seen at its end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ tokens: fc.nat(1_000_000), gone: fc.nat(3) }), { minLength: 1, maxLength: 60 }),
        (turns) => {
          const named = turns.map(({ tokens }, i) => [`t${i}`, tokens] as const)
          let from = 0
          let used = nothing
          for (const [index, { gone }] of turns.entries()) {
            from = Math.min(index, from + gone)
            used = usedBy(used, seen(...named.slice(from, index + 1)))
          }
          expect(used.tokens).toBe(turns.reduce((sum, { tokens }) => sum + tokens, 0))
        },
      ),
    )
  })
})

describe('of a run', () => {
  it('its newest review is counted in the same way', () => {
    const first = aReview({ tokens: 3 })
    const card = { tokens: 1, reviews: [first, aReview({ round: 2, tokens: 9, usage: seen(['x', 9]).usage })] }
    const used = usedByRun(card, { thread: seen(['a', 4]), reviewer: seen(['y', 5]) })
    expect(used).toMatchObject({ tokens: 4, reviews: [first, { round: 2, tokens: 14 }] })
    expect(usedByRun(card, { thread: seen(), reviewer: null })).toEqual(card)
  })
})

describe('what has to be kept before it is gone', () => {
  it('is what a turn used that another has followed', () => {
    const kept = (before: Used, now: Used) => isUnkept(before, now)
    expect(kept(nothing, seen(['a', 5]))).toBe(false)
    expect(kept(seen(['a', 5]), seen(['a', 9]))).toBe(false)
    expect(kept(seen(['a', 5]), seen(['a', 5], ['b', 9]))).toBe(false)
    expect(kept(seen(['a', 5]), seen(['a', 9], ['b', 9]))).toBe(true)
    expect(kept(nothing, seen(['a', 9], ['b', 9]))).toBe(true)
  })
})
