import { addFigure, isFull, seedOf } from '../figures.ts'
import { randomOf } from '../schedule.ts'

/** So many times more inputs in full. */
const more = 10

/**
 * Tries so many inputs, each from a seed of its own, so that one alone can be tried again. `attempt` throws, or answers what is wrong.
 * Returns the first few that broke something, with their seeds. Nothing may ever reach a prototype.
 */
export async function campaign(
  name: string,
  inputs: number,
  attempt: (random: () => number) => string | null | Promise<string | null>,
): Promise<readonly string[]> {
  const first = seedOf(name)
  const count = isFull ? inputs * more : inputs
  const broken: string[] = []
  for (let index = 0; index < count && broken.length < 5; index += 1) {
    const seed = first + index
    try {
      const problem = await attempt(randomOf(seed))
      if (problem !== null) broken.push(`seed ${seed}: ${problem}`)
    } catch (error) {
      broken.push(`seed ${seed}: threw ${String(error)}`)
    }
    if ('polluted' in {}) throw new Error(`seed ${seed}: a prototype was polluted`)
  }
  addFigure('fuzz inputs', { tried: count, held: count - broken.length })
  return broken
}
