import { fitLine, type Line } from './fit.ts'
import type { WorldSize } from './messages.ts'
import type { Stand } from './stand.ts'
import { measureTick, type TickCost } from './tick.ts'

export interface Plan {
  readonly repos: readonly number[]
  /** Ready issues a repo. */
  readonly ready: readonly number[]
  readonly runs: readonly number[]
}

/** The network's part of a request. */
export const latencyMs = 50

/**
 * The poller over every number of repos with every number of ready issues, and the watcher over every number of runs in as many repos.
 * The first tick of a program in a world is not measured: it may have something to write, the second has not.
 */
export async function measureGrowth(
  stand: Stand,
  dist: string,
  plan: Plan,
  say: (what: string) => void,
): Promise<readonly TickCost[]> {
  const sizes: WorldSize[] = [
    ...plan.repos.flatMap((repos) => plan.ready.map((ready) => ({ repos, ready, runs: 0 }))),
    ...plan.runs.map((runs) => ({ repos: Math.max(10, runs), ready: 0, runs })),
  ]
  const costs: TickCost[] = []
  for (const size of sizes) {
    const program = size.runs > 0 ? 'watcher' : 'poller'
    say(`the ${program} over ${size.repos} repos, ${size.ready} ready issues in each, ${size.runs} runs`)
    const { env } = await stand.build(size)
    await measureTick(stand, dist, program, size, env, 0)
    const cost = await measureTick(stand, dist, program, size, env, latencyMs)
    if (cost.writes > 0) throw new Error(`a tick that nothing changed for wrote ${cost.writes} times`)
    costs.push(cost)
  }
  return costs
}

/** Requests, points, bytes and CPU for each repo, ready issue and run more. */
export interface Growth {
  readonly perRepo: Slopes
  readonly perIssue: Slopes
  readonly perRun: Slopes
}

export interface Slopes {
  readonly requests: Line
  readonly points: Line
  readonly kilobytes: Line
  readonly cpuMs: Line
}

/** Fitted where only one thing grows: repos without issues; issues in the most repos; runs, each in a repo of its own. */
export function fitGrowth(costs: readonly TickCost[]): Growth {
  const pollers = costs.filter(({ program }) => program === 'poller')
  const most = Math.max(...pollers.map(({ repos }) => repos))
  return {
    perRepo: slopes(
      pollers.filter(({ ready }) => ready === 0),
      ({ repos }) => repos,
    ),
    perIssue: slopes(
      pollers.filter(({ repos }) => repos === most),
      ({ repos, ready }) => repos * ready,
    ),
    perRun: slopes(
      costs.filter(({ program }) => program === 'watcher'),
      ({ runs }) => runs,
    ),
  }
}

function slopes(costs: readonly TickCost[], size: (cost: TickCost) => number): Slopes {
  const of = (value: (cost: TickCost) => number) => fitLine(costs.map((cost) => [size(cost), value(cost)] as const))
  return {
    requests: of(({ requests }) => requests.github + requests.t3),
    points: of(({ points }) => points),
    kilobytes: of(({ bytes }) => bytes / 1000),
    cpuMs: of(({ cpuMs }) => cpuMs),
  }
}
