import { cpus, totalmem } from 'node:os'
import { fitGrowth, measureGrowth, type Growth, type Plan } from './growth.ts'
import type { Stand } from './stand.ts'
import { measureStartUp, type StartUp } from './start-up.ts'
import type { TickCost } from './tick.ts'

/** Everything that one run of the bench found, as it is written to JSON. */
export interface Figures {
  readonly at: string
  readonly afk: string
  readonly node: string
  readonly v8: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly os: string }
  readonly quick: boolean
  readonly startUp: StartUp
  readonly ticks: readonly TickCost[]
  readonly growth: Growth
}

const full: Plan & { readonly times: number } = {
  repos: [10, 50, 200, 500],
  ready: [0, 1, 20],
  runs: [1, 25, 100, 300],
  times: 15,
}
const quick: typeof full = { repos: [10, 60], ready: [0, 2], runs: [1, 4], times: 3 }

/** Measures all of it; `dist` is the folder of the bundle, `afk` its version. */
export async function takeFigures(
  stand: Stand,
  dist: string,
  { isQuick, afk, say }: { readonly isQuick: boolean; readonly afk: string; readonly say: (what: string) => void },
): Promise<Figures> {
  const plan = isQuick ? quick : full
  say('start-up')
  const startUp = await measureStartUp(dist, await stand.build({ repos: 10, ready: 0, runs: 0 }), plan.times)
  const ticks = await measureGrowth(stand, dist, plan, say)
  const [cpu] = cpus()
  return {
    at: new Date().toISOString(),
    afk,
    node: process.version,
    v8: process.versions.v8,
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      os: `${process.platform} ${process.arch}`,
    },
    quick: isQuick,
    startUp,
    ticks,
    growth: fitGrowth(ticks),
  }
}
