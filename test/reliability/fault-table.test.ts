import { describe, expect, it } from 'vitest'
import type { Program } from '../../src/app/report.ts'
import type { Category } from '../../src/ports/errors.ts'
import type { Port } from './calls.ts'
import { designOf } from './fault-design.ts'
import { addFigure, isFull, seedOf } from './figures.ts'
import { isWhole, livePair, pairs, type Pair, type Strike } from './two-repos.ts'

/** SPEC 10 as a tick meets it at its ports: the exit code, and whether the repo on which nothing fails goes on as if nothing had been. */
const table: readonly (readonly [category: Category, exit: 1 | 3, other: 'goes on' | 'waits'])[] = [
  ['auth', 3, 'waits'],
  ['forbidden', 1, 'goes on'],
  ['not-found', 1, 'goes on'],
  ['rate', 3, 'waits'],
  ['unavailable', 1, 'goes on'],
  ['contract', 1, 'goes on'],
  ['conflict', 1, 'goes on'],
]

const seed = seedOf('fault table')

describe.each(pairs.map((pair) => [pair.name, pair] as const))(
  'two repos %s, and a call fails for one',
  (_, scenario) => {
    it('exit code, the other repo, calls afterwards, and once more in a later tick', { timeout: 600_000 }, async () => {
      const twin = await livePair(scenario, null)
      expect(twin.problems, 'undisturbed').toEqual([])
      expect(twin.ticks.map(({ code }) => code)).toEqual(twin.ticks.map(() => 0))
      const broken: string[] = []
      let tried = 0
      let held = 0
      for (const [index, moment] of momentsOf(twin).entries()) {
        for (const [row, [category, exit, other]] of table.entries()) {
          // In CI one category for each call, by the seed.
          if (!isFull && (index + seed) % table.length !== row) continue
          const strike: Strike = { ...moment, category }
          const problems = problemsOf(await livePair(scenario, strike), twin, strike, exit, other)
          tried += 1
          if (problems.length === 0) held += 1
          const { program, port, operation } = strike
          broken.push(...problems.map((what) => `${program}, ${port}.${operation}, ${category}: ${what}`))
        }
      }
      addFigure('faults in process, by operation and category', { tried, held })
      expect(broken).toEqual([])
    })
  },
)

/** Every operation that either program calls for the ill repo. */
function momentsOf({ ticks }: Pair): readonly Omit<Strike, 'category'>[] {
  const names = ticks.flatMap(({ program, asked }) => asked.map((name) => `${program}.${name}`))
  return [...new Set(names)].map((name) => {
    const [program, port, operation] = name.split('.') as [Program, Port, string]
    return { program, port, operation }
  })
}

function problemsOf(
  pair: Pair,
  twin: Pair,
  strike: Strike,
  exit: 1 | 3,
  other: 'goes on' | 'waits',
): readonly string[] {
  const struck = pair.ticks[pair.at]
  if (struck === undefined) return ['nothing was struck']
  const problems: string[] = []
  const design = designOf({ ...strike, how: 'before' })
  const code = design === null ? exit : 0
  if (struck.code !== code) problems.push(`exit ${struck.code}, expected ${code}`)
  const isUndisturbed = struck.after === twin.ticks[pair.at]?.after
  const ofIll = pair.later.filter(({ isIll }) => isIll)
  const ofWell = pair.later.filter(({ isIll }) => !isIll)
  if (other === 'goes on' && !isUndisturbed) problems.push(`the other repo stands at ${struck.after}`)
  // A watcher advances runs side by side: what is under way goes on until it meets the refusal itself. A poller begins nothing more.
  if (other === 'waits' && !(strike.program === 'watcher' && isUndisturbed) && struck.after !== struck.before)
    problems.push(`the other repo was begun, and stands at ${struck.after}`)
  if (other === 'waits' && strike.program === 'poller' && ofWell.length > 1)
    problems.push(`the service was asked for the other repo: ${namesOf(ofWell)}`)
  // SPEC 5.2: the later effects of that issue are not attempted. SPEC 10: what refuses everything is asked nothing more.
  const tooMany = isWhole(strike.category) ? ofIll : ofIll.filter(({ isWrite }) => isWrite)
  if (design === null && tooMany.length > 0) problems.push(`afterwards still ${namesOf(tooMany)}`)
  const name = `${strike.port}.${strike.operation}`
  if (design === null && pair.ticks.slice(pair.at + 1).every(({ asked }) => !asked.includes(name)))
    problems.push('no later tick tried it again')
  // What may not be done costs a turn where the agent has to be asked instead.
  return [...problems, ...pair.problems.filter((what) => design === null || !what.includes('turns were sent'))]
}

function namesOf(calls: Pair['later']): string {
  return calls.map(({ name }) => name).join(', ')
}
