import { describe, expect, it } from 'vitest'
import { addFigure, isFull, seedOf } from './figures.ts'
import { scenarios } from './scenarios.ts'
import { storm } from './storm.ts'

const times = isFull ? 300 : 4

/**
 * Lives in which a person acts at a certain time, and how many turns there are rests on who is first: a merge that comes before the
 * person's word is right, and has another end. Their deaths and races are tried in the crash matrix and the interleavings.
 */
const timed: readonly string[] = ['red-after-merge', 'conversation']

describe('two pollers and two watchers at once, all life long, without a lock', () => {
  for (const scenario of scenarios.filter(({ name }) => !timed.includes(name))) {
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
