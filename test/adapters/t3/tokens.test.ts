import { describe, expect, it } from 'vitest'
import type { Activity } from '../../../src/adapters/t3/schemas.ts'
import { tokensOf } from '../../../src/adapters/t3/tokens.ts'
import { sampleThread } from './support.ts'

const { activities } = sampleThread('thread-two-turns')
const update = (turnId: string | null, payload: unknown): Activity => ({
  kind: 'context-window.updated',
  turnId,
  payload,
  createdAt: 0,
})

describe('tokensOf', () => {
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
})
