import { describe, expect, it } from 'vitest'
import { addFigure } from './figures.ts'
import { shutInMidTick } from './live-gates.ts'
import { scenarios } from './scenarios.ts'

describe.each(['switch', 'allowlist'] as const)('the %s is shut between any two effects', (how) => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 120_000 },
    async (_name, scenario) => {
      const { counted } = await shutInMidTick(scenario, { after: Infinity, how })
      const broken: string[] = []
      let held = 0
      for (let after = 1; after < counted; after += 1) {
        const { problems } = await shutInMidTick(scenario, { after, how })
        if (problems.length === 0) held += 1
        broken.push(...problems.map((what) => `after write ${after}: ${what}`))
      }
      addFigure('gates shut between two effects', { tried: counted - 1, held })
      expect(broken).toEqual([])
    },
  )
})

describe('the switch is shut after any answer, reads too', () => {
  it.each(['land', 'fix-forward', 'rerun'])('%s', { timeout: 120_000 }, async (name) => {
    const scenario = scenarios.find((one) => one.name === name)
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
    const { counted } = await shutInMidTick(scenario, { after: Infinity, how: 'switch', of: 'calls' })
    const broken: string[] = []
    for (let after = 1; after < counted; after += 1) {
      const { problems } = await shutInMidTick(scenario, { after, how: 'switch', of: 'calls' })
      broken.push(...problems.map((what) => `after call ${after}: ${what}`))
    }
    addFigure('gates shut between two effects', { tried: counted - 1, held: counted - 1 - broken.length })
    expect(broken).toEqual([])
  })
})
