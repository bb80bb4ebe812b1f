import { describe, expect, it } from 'vitest'
import { fitLine } from '../../bench/fit.ts'
import { median } from '../../bench/median.ts'

describe('a line through points', () => {
  it('is found where there is one', () => {
    const { slope, start } = fitLine([
      [0, 3],
      [10, 8],
      [100, 53],
    ])
    expect(slope).toBeCloseTo(0.5)
    expect(start).toBeCloseTo(3)
  })

  it('is the nearest one where there is none', () => {
    const { slope, start } = fitLine([
      [0, 0],
      [1, 2],
      [2, 1],
      [3, 3],
    ])
    expect(slope).toBeCloseTo(0.8)
    expect(start).toBeCloseTo(0.3)
  })

  it.each([
    [[]],
    [[[4, 1]]],
    [
      [
        [4, 1],
        [4, 2],
      ],
    ],
  ] as const)('is not made up from %j', (points) => {
    expect(() => fitLine(points)).toThrow(/two different places/)
  })
})

describe('the median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[1, 100, 2, 3], 3],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected))

  it('of nothing is an error', () => expect(() => median([])).toThrow(/nothing/))
})
