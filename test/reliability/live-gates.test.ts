import { describe, expect, it } from 'vitest'
import { addFigure } from './figures.ts'
import { shutInMidTick } from './live-gates.ts'
import { scenarios } from './scenarios.ts'

/** People's deeds at fixed rounds meet another moment of the run when five minutes are missing: those lives are not compared. */
const undisturbed = scenarios.filter(({ people }) => people === undefined)

describe.each(['switch', 'allowlist'] as const)('the %s is shut between any two effects', (how) => {
  it.each(undisturbed.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 120_000 },
    async (_name, scenario) => {
      const { writes } = await shutInMidTick(scenario, { after: Infinity, how })
      const broken: string[] = []
      let held = 0
      for (let after = 1; after < writes; after += 1) {
        const { problems } = await shutInMidTick(scenario, { after, how })
        if (problems.length === 0) held += 1
        broken.push(...problems.map((what) => `after write ${after}: ${what}`))
      }
      addFigure('gates shut between two effects', { tried: writes - 1, held })
      expect(broken).toEqual([])
    },
  )
})
