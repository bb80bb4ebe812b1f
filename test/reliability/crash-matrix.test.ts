import { describe, expect, it } from 'vitest'
import { addFigure } from './figures.ts'
import { peopleScenarios } from './people-scenarios.ts'
import { play } from './play.ts'
import { scenarios } from './scenarios.ts'

const moments = ['before', 'after'] as const

describe('killed before and after every write of a whole life, in process', () => {
  for (const scenario of [...scenarios, ...peopleScenarios]) {
    it(`in the life ${scenario.name}`, { timeout: 120_000 }, async () => {
      const whole = await play(scenario)
      expect(whole.problems, 'undisturbed').toEqual([])
      let survived = 0
      const lost: string[] = []
      for (let at = 1; at <= whole.written.length; at += 1) {
        for (const when of moments) {
          const { problems, lastWords, rounds } = await play(scenario, { at, when })
          const found = [...problems]
          if (lastWords === null) found.push('nobody died')
          if (rounds === null || rounds > (whole.rounds ?? 0) + 3)
            found.push(`${rounds} rounds, undisturbed ${whole.rounds}`)
          if (found.length === 0) survived += 1
          else lost.push(`${when} write ${at} (${whole.written[at - 1]}): ${found.join('; ')}`)
        }
      }
      addFigure('crash points, in process / survived', { tried: whole.written.length * 2, held: survived })
      expect(lost).toEqual([])
    })
  }
})
