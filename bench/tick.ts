import type { Program, WorldSize } from './messages.ts'
import { runMeasured } from './run-measured.ts'
import type { Stand } from './stand.ts'

/** What one tick of one program cost in a world of this size. */
export interface TickCost extends WorldSize {
  readonly program: Program
  readonly requests: { readonly github: number; readonly t3: number }
  readonly points: number
  /** Of bodies, both ways, uncompressed. */
  readonly bytes: number
  /** Anything but a question to GitHub, T3 or the cluster. */
  readonly writes: number
  /** The most at one time at one host. */
  readonly inFlight: number
  /** The longest chain of requests that waited for each other. */
  readonly depth: number
  readonly cpuMs: number
  readonly wallMs: number
  readonly rssMiB: number
  /** What the tick's own summary says that it spent. */
  readonly told: { readonly requests: Readonly<Record<string, number>>; readonly points: { readonly used: number } }
  readonly userAgents: readonly string[]
}

/** One measured tick. Throws when it does not end well, or when anything of it broke the sandbox's contracts. */
export async function measureTick(
  stand: Stand,
  dist: string,
  program: Program,
  size: WorldSize,
  env: Readonly<Record<string, string>>,
  latencyMs: number,
): Promise<TickCost> {
  await stand.reset(latencyMs)
  const spent = await runMeasured(`${dist}/${program}.cjs`, env)
  const { hosts, points, depth, writes, faults, userAgents } = await stand.count()
  const what = `the ${program} over ${JSON.stringify(size)}`
  if (spent.code !== 0 || spent.stderr !== '') {
    throw new Error(`${what} ended with ${spent.code}:\n${spent.stdout.slice(-2000)}\n${spent.stderr}`)
  }
  if (faults.length > 0) throw new Error(`${what} met faults of the sandbox: ${faults.join('\n')}`)
  const summary = JSON.parse(spent.stdout.trimEnd().split('\n').at(-1) ?? '{}') as TickCost['told']
  const all = Object.values(hosts)
  return {
    ...size,
    program,
    requests: { github: hosts.github.requests, t3: hosts.t3.requests },
    points,
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    writes,
    inFlight: Math.max(...all.map(({ inFlight }) => inFlight)),
    depth,
    cpuMs: spent.cpuMs,
    wallMs: spent.wallMs,
    rssMiB: spent.rssMiB,
    told: { requests: summary.requests, points: summary.points },
    userAgents,
  }
}
