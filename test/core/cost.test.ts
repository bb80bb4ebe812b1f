import { describe, expect, it } from 'vitest'
import { costUsd } from '../../src/core/run/cost.ts'

describe('costUsd', () => {
  it.each([
    [0, 6, 0],
    [1_000_000, 6, 6],
    [1_234_567, 6, 7.41],
    [833, 6, 0],
    [834, 6, 0.01],
    [16_666_667, 6, 100],
    [5, 0, 0],
  ])('%i tokens at %d USD a million are %d USD', (tokens, usdPerMillionTokens, usd) => {
    expect(costUsd(tokens, { usdPerMillionTokens })).toBe(usd)
  })
})
