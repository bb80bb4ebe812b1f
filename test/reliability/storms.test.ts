import { describe, expect, it } from 'vitest'
import { addFigure, isFull, seedOf } from './figures.ts'
import { scenarios } from './scenarios.ts'
import { storm } from './storm.ts'

const times = isFull ? 300 : 2

describe('two pollers and two watchers at once, all life long, without a lock', () => {
  for (const scenario of scenarios) {
    it(`in the life ${scenario.name}`, { timeout: 1_800_000 }, async () => {
      const first = seedOf('storms')
      const broken: string[] = []
      let held = 0
      let lost = 0
      for (let seed = first; seed < first + times; seed += 1) {
        const { problems, lostUpdates } = await storm(scenario, seed)
        if (problems.length === 0) held += 1
        lost += lostUpdates
        broken.push(...problems.map((what) => `seed ${seed}: ${what}`))
      }
      addFigure('whole lives with four programs at once', {
        tried: times,
        held,
        ...(lost > 0 ? { note: `${scenario.name}: ${lost} card updates lost` } : {}),
      })
      expect(broken).toEqual([])
    })
  }
})
