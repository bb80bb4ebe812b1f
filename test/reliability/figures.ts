import { appendFileSync } from 'node:fs'

export interface Figure {
  readonly tried: number
  readonly held: number
  readonly note?: string
}

/** A line of the table that `run.ts` prints; figures of one name add up. Without the runner it goes to the console. */
export function addFigure(name: string, figure: Figure): void {
  const file = process.env['AFK_RELIABILITY_FIGURES']
  if (file === undefined) {
    console.log(`reliability: ${name}: ${figure.held} of ${figure.tried} held${figure.note ? ` (${figure.note})` : ''}`)
    return
  }
  appendFileSync(file, `${JSON.stringify({ name, ...figure })}\n`)
}

/** How much is tried: `full` on demand, else what fits into CI. */
export const isFull = process.env['AFK_RELIABILITY'] === 'full'

/** `AFK_RELIABILITY_SEED`, or one of the moment; what it was is printed with the figures. */
export function seedOf(suite: string): number {
  const given = process.env['AFK_RELIABILITY_SEED']
  const seed = given === undefined ? Date.now() % 1_000_000_007 : Number(given)
  if (!Number.isSafeInteger(seed)) throw new Error(`AFK_RELIABILITY_SEED must be a whole number, got ${given}`)
  console.log(`reliability: ${suite}: AFK_RELIABILITY_SEED=${seed}`)
  return seed
}
