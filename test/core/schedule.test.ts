import { describe, expect, it } from 'vitest'
import { inTurn, isDailyMinute, minutesUntilTurn, roundOf } from '../../src/core/schedule.ts'
import { minutes, t0 } from '../builders/time.ts'

const keys = Array.from({ length: 500 }, (_, index) => `explain:acme/repo-${index}`)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('a turn every ten minutes', () => {
  it('comes once in any ten minutes in a row, and counts down to it', () => {
    for (const key of keys.slice(0, 20)) {
      const waits = upTo(30).map((minute) => minutesUntilTurn(key, t0 + minutes(minute), 10))
      expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
      for (const [minute, wait] of waits.entries()) expect(waits[minute + wait] ?? 0).toBe(0)
    }
  })

  it('lasts the whole minute and not a moment longer', () => {
    const start = t0 + minutes(minutesUntilTurn('a', t0, 10))
    expect([start - 1, start, start + 59_999, start + 60_000].map((at) => minutesUntilTurn('a', at, 10))).toEqual([
      1, 0, 0, 9,
    ])
  })

  it('is spread: no minute has more than a fifth of five hundred repos', () => {
    const counts = upTo(10).map(
      (minute) => keys.filter((key) => minutesUntilTurn(key, t0 + minutes(minute), 10) === 0).length,
    )
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500)
    expect(Math.max(...counts)).toBeLessThan(100)
    expect(Math.min(...counts)).toBeGreaterThan(20)
  })

  it('is the same in every version', () => {
    expect(['explain:acme/shop', 'explain:acme/api'].map((key) => minutesUntilTurn(key, 0, 10))).toMatchInlineSnapshot(`
      [
        5,
        3,
      ]
    `)
  })
})

describe('the minute of a day', () => {
  it('is one of the day, between 08:00 and 08:59 UTC', () => {
    for (const key of keys.slice(0, 20)) {
      const day = upTo(1440).filter((minute) => isDailyMinute(key, t0 + minutes(minute)))
      expect(day).toHaveLength(1)
      expect(new Date(t0 + minutes(day[0] ?? 0)).getUTCHours()).toBe(8)
    }
  })
})

describe('in turn', () => {
  it('gives all when they fit', () => {
    expect(inTurn([1, 2, 3], 3, 7)).toEqual([1, 2, 3])
    expect(inTurn([], 3, 7)).toEqual([])
  })

  it('comes to everyone within as many rounds as it takes', () => {
    const items = upTo(12)
    const rounds = upTo(3).map((round) => inTurn(items, 5, round))
    expect(rounds).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
      [10, 11, 0, 1, 2],
    ])
  })

  it('counts rounds by the clock', () => {
    expect([0, 9, 10, 25].map((minute) => roundOf(minutes(minute), 10))).toEqual([0, 0, 1, 2])
  })
})
