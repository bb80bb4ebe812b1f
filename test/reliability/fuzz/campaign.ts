import { addFigure, isFull, seedOf } from '../figures.ts'
import { randomOf } from '../schedule.ts'

/** Inputs of each parser in CI: as many as the promise says. So many times more in full. */
const inputs = 100_000
const more = 10

/**
 * Tries so many inputs, each from a seed of its own, so that one alone can be tried again. `attempt` throws, or answers what is wrong.
 * Returns the first few that broke something, with their seeds. Nothing may ever reach a prototype.
 */
export async function campaign(
  name: string,
  attempt: (random: () => number) => string | null | Promise<string | null>,
  count = inputs,
): Promise<readonly string[]> {
  const first = seedOf(name)
  const total = isFull ? count * more : count
  const broken: string[] = []
  let tried = 0
  for (; tried < total && broken.length < 5; tried += 1) {
    const seed = first + tried
    try {
      const answer = attempt(randomOf(seed))
      const problem = answer instanceof Promise ? await answer : answer
      if (problem !== null) broken.push(`seed ${seed}: ${problem}`)
    } catch (error) {
      broken.push(`seed ${seed}: threw ${String(error)}`)
    }
    if ('polluted' in {}) throw new Error(`seed ${seed}: a prototype was polluted`)
  }
  addFigure('fuzz inputs', { tried, held: tried - broken.length, note: '' })
  return broken
}
