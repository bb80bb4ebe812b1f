import { describe, expect, it } from 'vitest'
import type { Activity } from '../../../src/adapters/t3/schemas.ts'
import { usageOf } from '../../../src/adapters/t3/tokens.ts'
import { sampleThread } from './support.ts'

const { activities } = sampleThread('thread-two-turns')
const update = (turnId: string | null, payload: unknown): Activity => ({
  kind: 'context-window.updated',
  turnId,
  payload,
  createdAt: 0,
})

const tokensOf = (seen: readonly Activity[]) => usageOf(seen).reduce((sum, { tokens }) => sum + tokens, 0)

describe('usageOf', () => {
  it('adds up the totals of the turns', () => {
    expect(tokensOf(activities)).toBe(1320 + 1320)
  })
  it('does not count the total that a second turn repeats from the first', () => {
    const running = activities.slice(0, -1)
    expect(running.at(-1)?.payload).toMatchObject({ totalProcessedTokens: 1320, usedTokens: 56 })
    expect(tokensOf(running)).toBe(1320 + 56)
  })
  it('takes a turn without a total by its last update', () => {
    expect(
      tokensOf([update('a', { usedTokens: 5, outputTokens: 5 }), update('a', { usedTokens: 9, outputTokens: 9 })]),
    ).toBe(9)
  })
  it('prefers the total whatever the order within a millisecond', () => {
    const [first, last] = [
      update('a', { usedTokens: 5, outputTokens: 5 }),
      update('a', { usedTokens: 9, totalProcessedTokens: 70 }),
    ]
    expect([tokensOf([first, last]), tokensOf([last, first])]).toEqual([70, 70])
  })
  it('counts updates without a turn, and ignores other activities and payloads that it cannot read', () => {
    const odd = [null, 'x', {}, { usedTokens: '7' }, { usedTokens: -1 }, { usedTokens: Number.NaN }]
    expect(tokensOf(odd.map((payload, i) => update(String(i), payload)))).toBe(0)
    expect(
      tokensOf([update(null, { usedTokens: 3 }), { ...update('a', { usedTokens: 9 }), kind: 'tool.updated' }]),
    ).toBe(3)
  })
  it('names the turns in their order, each by a short name that its id alone decides', () => {
    const id = 'a turn '.repeat(1000)
    const usage = usageOf([
      update(id, { usedTokens: 3 }),
      update('b', { usedTokens: 4 }),
      update(id, { usedTokens: 5 }),
    ])
    expect(usage.map(({ tokens }) => tokens)).toEqual([5, 4])
    expect(usage.map(({ turn }) => turn)).toEqual([id, 'b'].map((turn) => usageOf([update(turn, {})])[0]?.turn))
    expect(usage.map(({ turn }) => /^[0-9a-f]{12}$/.test(turn))).toEqual([true, true])
    expect(usage[0]?.turn).not.toBe(usage[1]?.turn)
  })
})
