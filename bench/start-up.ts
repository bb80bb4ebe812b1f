import { fileURLToPath } from 'node:url'
import { median } from './median.ts'
import type { Built } from './messages.ts'
import { runMeasured, type Spent } from './run-measured.ts'

/** What one kind of process costs, as medians, and its CPU as a multiple of bare Node's in the same run. */
export interface Cost {
  readonly cpuMs: number
  readonly ratio: number
  readonly rssMiB: number
  readonly wallMs: number
}

const kinds = ['bare', 'inert', 'quiet', 'lease'] as const
type Kind = (typeof kinds)[number]
export type StartUp = { readonly [kind in Kind]: Cost }

/** The bounds of a start: CPU as multiples of bare Node's, peak memory in MiB. */
export const bounds = {
  ratio: { inert: 1.4, quiet: 5, lease: 9 },
  rssMiB: { quiet: 75, lease: 100 },
} as const

const bare = fileURLToPath(new URL('bare.cjs', import.meta.url))

/**
 * Bare Node, and the poller behind shut gates, quiet without Kubernetes, and quiet with a Lease: one after the other, so many times over,
 * so that what else the machine does meets all alike. Each must end well. `dist` is the folder of the bundle.
 */
export async function measureStartUp(dist: string, { env, lease }: Built, times = 15): Promise<StartUp> {
  const poller = `${dist}/poller.cjs`
  const run: { readonly [kind in Kind]: () => Promise<Spent> } = {
    bare: () => runMeasured(bare),
    inert: () => runMeasured(poller),
    quiet: () => runMeasured(poller, env),
    lease: () => runMeasured(poller, { ...env, ...lease }),
  }
  const spent: { [kind in Kind]: Spent[] } = { bare: [], inert: [], quiet: [], lease: [] }
  for (let time = 0; time < times; time += 1) {
    for (const kind of kinds) {
      const one = await run[kind]()
      if (one.code !== 0) throw new Error(`${kind} ended with ${one.code}:\n${one.stdout}\n${one.stderr}`)
      spent[kind].push(one)
    }
  }
  const base = median(spent.bare.map(({ cpuMs }) => cpuMs))
  const cost = (kind: Kind): Cost => {
    const cpuMs = median(spent[kind].map((one) => one.cpuMs))
    return {
      cpuMs,
      ratio: cpuMs / base,
      rssMiB: median(spent[kind].map(({ rssMiB }) => rssMiB)),
      wallMs: median(spent[kind].map(({ wallMs }) => wallMs)),
    }
  }
  return { bare: cost('bare'), inert: cost('inert'), quiet: cost('quiet'), lease: cost('lease') }
}

/** Which bounds this measurement misses, in words. */
export function missed(measured: StartUp): readonly string[] {
  const ratios = (['inert', 'quiet', 'lease'] as const).flatMap((kind) =>
    measured[kind].ratio <= bounds.ratio[kind]
      ? []
      : [`${kind}: ${measured[kind].ratio.toFixed(2)} x bare Node's CPU, expected at most ${bounds.ratio[kind]}`],
  )
  const memory = (['quiet', 'lease'] as const).flatMap((kind) =>
    measured[kind].rssMiB <= bounds.rssMiB[kind]
      ? []
      : [`${kind}: ${measured[kind].rssMiB.toFixed(0)} MiB, expected at most ${bounds.rssMiB[kind]}`],
  )
  return [...ratios, ...memory]
}

/** Of two measurements the better medians of each kind, CPU and memory each for itself: what disturbs a process only ever makes it dearer. */
export function betterOf(one: StartUp, other: StartUp): StartUp {
  const better = (kind: Kind): Cost => ({
    ...(one[kind].ratio <= other[kind].ratio ? one[kind] : other[kind]),
    rssMiB: Math.min(one[kind].rssMiB, other[kind].rssMiB),
  })
  return { bare: better('bare'), inert: better('inert'), quiet: better('quiet'), lease: better('lease') }
}
