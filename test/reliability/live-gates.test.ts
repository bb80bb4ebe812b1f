import { describe, expect, it } from 'vitest'
import { addFigure, isFull, seedOf } from './figures.ts'
import { shutInMidTick } from './live-gates.ts'
import { scenarios } from './scenarios.ts'

const first = seedOf('live gates')

/** In CI every other one, which half by the seed. */
function moments(count: number): readonly number[] {
  return Array.from({ length: count - 1 }, (_, index) => index + 1).filter(
    (after) => isFull || (after + first) % 2 === 0,
  )
}

describe.each(['switch', 'allowlist'] as const)('the %s is shut between any two effects', (how) => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 120_000 },
    async (_name, scenario) => {
      const { counted } = await shutInMidTick(scenario, { after: Infinity, how })
      const broken: string[] = []
      let held = 0
      const all = moments(counted)
      for (const after of all) {
        const { problems } = await shutInMidTick(scenario, { after, how })
        if (problems.length === 0) held += 1
        broken.push(...problems.map((what) => `after write ${after}: ${what}`))
      }
      addFigure('gates shut between two effects', { tried: all.length, held })
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
    const all = moments(counted)
    for (const after of all) {
      const { problems } = await shutInMidTick(scenario, { after, how: 'switch', of: 'calls' })
      broken.push(...problems.map((what) => `after call ${after}: ${what}`))
    }
    addFigure('gates shut between two effects', { tried: all.length, held: all.length - broken.length })
    expect(broken).toEqual([])
  })
})
