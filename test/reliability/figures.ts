import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export interface Figure {
  readonly tried: number
  readonly held: number
  readonly note?: string
}

/** The rows of the table, in its order; every test adds to one of them. */
const rows = [
  'crash points, in process / survived',
  'crash points, real processes / survived',
  'SIGTERM at a request',
  'ticks that end within their deadline and 2 s',
  'schedules, every order of writes',
  'schedules, calls with bounded preemptions',
  'schedules, sampled',
  'whole lives with four programs at once',
  'races of real processes',
  'random histories',
  'faults in process, by operation and category',
  'faults at the wire, by operation',
  'tokens rotated, by operation',
  'tokens rotated in mid tick, real processes',
  'gates shut between two effects',
  'gates shut in mid tick, real processes',
  'fuzz inputs',
  'safeguards taken out / noticed',
] as const

/** Counts into a row of the table that `run.ts` prints. Without the runner it goes to the console. */
export function addFigure(name: (typeof rows)[number], figure: Figure): void {
  const file = process.env['AFK_RELIABILITY_FIGURES']
  if (file === undefined) {
    console.log(`reliability: ${name}: ${figure.held} of ${figure.tried} held${figure.note ? ` (${figure.note})` : ''}`)
    return
  }
  appendFileSync(file, `${JSON.stringify({ name, ...figure })}\n`)
}

/** What a run has added. */
export function readFigures(file: string): readonly (Figure & { readonly name: string })[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Figure & { name: string })
}

/** One line a row. A row that nothing was added to says so: a part of the suite that did not run must not look like one that held. */
export function tableOf(figures: readonly (Figure & { readonly name: string })[]): string {
  const lines = rows.map((name) => {
    const own = figures.filter((figure) => figure.name === name)
    if (own.length === 0) return lineOf(name, '-', '-', 'did not run')
    const sum = (pick: (figure: Figure) => number) => String(own.reduce((total, figure) => total + pick(figure), 0))
    const notes = [...new Set(own.flatMap(({ note }) => note ?? []))].join('; ')
    return lineOf(
      name,
      sum(({ tried }) => tried),
      sum(({ held }) => held),
      notes,
    )
  })
  return [lineOf('what', 'tried', 'held', ''), ...lines].map((line) => `${line.trimEnd()}\n`).join('')
}

function lineOf(what: string, tried: string, held: string, notes: string): string {
  return `${what.padEnd(46)}${tried.padStart(10)}${held.padStart(10)}   ${notes}`
}

/** How much is tried: `full` on demand, else what fits into CI. */
export const isFull = process.env['AFK_RELIABILITY'] === 'full'

/** What the runner and every suite takes for a seed. */
export function isSeed(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

/** `AFK_RELIABILITY_SEED`, or one of the moment; what it was is printed. */
export function seedOf(suite: string): number {
  const given = process.env['AFK_RELIABILITY_SEED']
  if (given !== undefined && !isSeed(given))
    throw new Error(`AFK_RELIABILITY_SEED: expected a whole number of at most 15 digits, got ${JSON.stringify(given)}`)
  const seed = given === undefined ? Date.now() % 1_000_000_007 : Number(given)
  console.log(`reliability: ${suite}: AFK_RELIABILITY_SEED=${seed}`)
  return seed
}
