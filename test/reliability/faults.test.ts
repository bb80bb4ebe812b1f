import { describe, expect, it } from 'vitest'
import type { Category } from '../../src/ports/errors.ts'
import { writes, type Port } from './calls.ts'
import { designOf } from './fault-design.ts'
import { failing, type PortFault } from './fault-life.ts'
import { lives, type Life, type LifeName } from './fault-lives.ts'
import { operations } from './fault-operations.ts'
import { addFigure, isFull, seedOf } from './figures.ts'
import { randomOf } from './schedule.ts'

/** What SPEC 10 knows, as a tick meets it at its ports; how adapters come to these words is `test/adapters`. */
const categories: readonly Category[] = [
  'auth',
  'forbidden',
  'not-found',
  'rate',
  'unavailable',
  'contract',
  'conflict',
  'refused',
]
const batches: { readonly [P in Port]?: readonly string[] } = {
  tracker: ['overview', 'summaries', 'look'],
  ci: ['checks', 'closeUp'],
}
/** What a service tells of one item alone. */
const ofItems: readonly Category[] = ['forbidden', 'not-found', 'unavailable', 'contract']
/** Nothing waits for these: a life without them comes to the same end. */
const courtesies = ['pulls.react', 'notifier.update']
/** In CI, so many categories for each life and each way to fail, by the seed. */
const sampled = 2

const seed = seedOf('faults')

describe.each(Object.keys(operations) as Port[])('%s', (port) => {
  const struck = Object.entries<readonly LifeName[] | 'local'>(operations[port])
  it.each(struck.flatMap(([operation, names]) => (names === 'local' ? [] : [[operation, names] as const])))(
    '%s fails twice, in every way, before and after it was done',
    { timeout: 600_000 },
    async (operation, names) => {
      const all = names.flatMap((name) => casesOf(port, operation).map((fault) => ({ name, fault })))
      const broken: string[] = []
      let held = 0
      const ways = Object.values(Object.groupBy(all, ({ name, fault }) => `${name} ${fault.how}`))
      const tried = isFull ? all : ways.flatMap((some, index) => sample(some ?? [], `${index} ${port}.${operation}`))
      for (const { name, fault } of tried) {
        const problems = await problemsOf(lives[name], fault)
        if (problems.length === 0) held += 1
        else broken.push(`${name}, ${fault.category}, ${fault.how}: ${problems.join('; ')}`)
      }
      addFigure('faults in process, by operation and category', { tried: tried.length, held })
      expect(broken).toEqual([])
    },
  )
})

function casesOf(port: Port, operation: string): readonly PortFault[] {
  const hows: PortFault['how'][] = ['before']
  if (writes[port].includes(operation)) hows.push('after')
  if (batches[port]?.includes(operation)) hows.push('item')
  if (courtesies.includes(`${port}.${operation}`)) hows.push('ever')
  return hows.flatMap((how) =>
    (how === 'item' ? ofItems : categories).map((category) => ({ port, operation, category, how })),
  )
}

function sample<T>(all: readonly T[], name: string): readonly T[] {
  const random = randomOf(seed + [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0))
  const left = [...all]
  return Array.from({ length: Math.min(sampled, all.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  ).flat()
}

async function problemsOf(life: Life, fault: PortFault): Promise<readonly string[]> {
  const design = designOf(fault)
  const { struck, codes, problems } = await failing({ ...life, ...design }, fault)
  // SPEC 10: what a whole service refuses fails the tick, what one item meets fails that item.
  const least = fault.category === 'auth' || fault.category === 'rate' ? 3 : 1
  const wrong = codes.filter((code) => (design === null ? code < least : code !== 0))
  return [
    ...(struck === 0 ? ['the operation was never called: nothing was struck'] : []),
    ...wrong.map((code) => `the tick exited ${code}, expected ${design === null ? `${least} at least` : 0}`),
    ...problems,
  ]
}
