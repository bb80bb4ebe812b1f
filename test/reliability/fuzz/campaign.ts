import { addFigure, isFull, seedOf } from '../figures.ts'
import { randomOf } from '../schedule.ts'

/** How many inputs a parser gets in CI and on demand: as many as the promise says, unless the whole of it costs too much for that. */
export interface Sizes {
  readonly bounded: number
  readonly full: number
}

/** Makes one input out of `random`, hands it through `noted`, and throws or answers what is wrong with what came of it. */
export type Attempt = (random: () => number, noted: Noted) => string | null | Promise<string | null>

/** Keeps the input, for the report if it breaks something. */
export type Noted = <Input>(input: Input) => Input

const promised: Sizes = { bounded: 100_000, full: 1_000_000 }

/**
 * Tries so many inputs, each from a seed of its own: with `AFK_RELIABILITY_SEED` set to that of a broken one it comes first. Returns the
 * first few that broke something, with index, seed and input. Nothing may ever reach a prototype.
 */
export async function campaign(name: string, attempt: Attempt, sizes: Sizes = promised): Promise<readonly string[]> {
  const first = seedOf(name)
  const total = isFull ? sizes.full : sizes.bounded
  const broken: string[] = []
  const { stackTraceLimit } = Error
  // Half of all inputs end in an error somewhere, and most of what an error costs is a stack that nobody reads.
  Error.stackTraceLimit = 0
  let input: unknown
  const noted: Noted = (one) => {
    input = one
    return one
  }
  const started = process.threadCpuUsage()
  let tried = 0
  try {
    for (; tried < total && broken.length < 5; tried += 1) {
      const problem = tryOne(attempt, randomOf(first + tried), noted)
      // Waiting for what is there already would cost as much as the cheapest parsers do.
      const told = typeof problem === 'object' && problem !== null ? await problem : problem
      if ('polluted' in {}) throw new Error(`a prototype was polluted by ${shown(input)}`)
      if (told === null) continue
      broken.push(`input ${tried}, AFK_RELIABILITY_SEED=${first + tried}: ${told}; the input: ${shown(input)}`)
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  const { user, system } = process.threadCpuUsage(started)
  console.log(`reliability: ${name}: ${tried} inputs, ${((user + system) / tried).toFixed(2)} us of CPU each`)
  const note = sizes.bounded < promised.bounded && !isFull ? `${name}: ${total} here, ${sizes.full} in full` : ''
  addFigure('fuzz inputs', { tried, held: tried - broken.length, ...(note === '' ? {} : { note }) })
  return broken
}

function tryOne(attempt: Attempt, random: () => number, noted: Noted): ReturnType<Attempt> {
  try {
    const answer = attempt(random, noted)
    return answer instanceof Promise ? answer.catch(threw) : answer
  } catch (error) {
    return threw(error)
  }
}

function threw(error: unknown): string {
  return `threw ${String(error)}`
}

function shown(input: unknown): string {
  const json = JSON.stringify(input) ?? 'none was noted'
  return json.length > 2000 ? `${json.slice(0, 2000)}... (${json.length} characters)` : json
}
