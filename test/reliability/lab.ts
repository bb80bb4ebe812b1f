import { poll } from '../../src/app/poll.ts'
import { createReporter, type Line, type Program } from '../../src/app/report.ts'
import { createFailures, type GatesNow, type Tick } from '../../src/app/tick.ts'
import { watch } from '../../src/app/watch.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Rollout } from '../../src/ports/rollout.ts'
import { createFakePulls } from '../fakes/pulls.ts'
import { createFakeCi } from '../fakes/ci.ts'
import { createFakeExecutor } from '../fakes/executor.ts'
import { fakeNotifier, type FakeNotifier } from '../fakes/notifier.ts'
import { createFakeTracker } from '../fakes/tracker.ts'
import { createSeenTime } from '../fakes/tracker-session.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { advance, createManualClock, type ManualClock } from '../sandbox/t3/manual-clock.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { mortal, withAround, type Around, type Death } from './calls.ts'
import { createMonitor, type Monitor } from './monitor.ts'
import type { Programs } from './programs.ts'

/**
 * The two programs over the fakes, in process, on one clock that only the test moves: a tick takes milliseconds. Every call of a port
 * passes through the monitor, which checks after each write what must hold at every instant.
 */
export interface Lab {
  readonly world: World
  readonly clock: ManualClock
  readonly bells: FakeNotifier
  readonly policy: Policy
  readonly monitor: Monitor
  readonly gates: { open: boolean; drain: boolean; allowlist: readonly string[]; why: string }
  readonly repos: readonly string[]
  /** One tick of one program, as one process: its memory is its own, and dies with it. */
  readonly tick: (program: Program, options?: TickOptions) => Promise<Ticked>
  readonly pass: (seconds: number) => Promise<void>
  /** Both programs, `every` seconds apart, until `done` or so many rounds. Answers how many rounds it took. */
  readonly run: (rounds: number, every?: number, done?: () => boolean) => Promise<number>
}

export interface TickOptions {
  readonly death?: Death | null
  readonly around?: Around
  readonly gates?: () => GatesNow
  readonly over?: () => boolean
}

export interface Ticked {
  readonly code: 0 | 1 | 3
  readonly isDead: boolean
  /** Writes performed, in order, as `port.operation issue`. */
  readonly written: readonly string[]
  readonly lines: readonly Line[]
}

export interface LabOptions {
  readonly policy: Policy
  readonly repos?: readonly string[]
  readonly agent?: (world: World) => Agent
  /** Where workloads run; nowhere by default. */
  readonly rollout?: Rollout
  /** Another build of the two programs: a mutated one. */
  readonly programs?: Programs
}

export const shop = 'acme/shop'

export async function createLab(options: LabOptions): Promise<Lab> {
  const clock = createManualClock()
  const world = createWorld({ clock, paceMs: 1000, checkMs: 20_000 })
  const repos = options.repos ?? [shop]
  for (const repo of repos) world.addRepo(repo)
  if (options.agent) world.t3.setAgent(options.agent(world))
  await advance(world.t3, clock, 60_000)
  const bells = fakeNotifier()
  const gates = { open: true, drain: false, allowlist: repos, why: 'open' }
  const monitor = createMonitor(world, options.policy, repos, bells)
  const programs = options.programs ?? { poll, watch }
  let ticks = 0

  const lab: Lab = {
    world,
    clock,
    bells,
    policy: options.policy,
    monitor,
    gates,
    repos,
    tick: async (program, tickOptions = {}) => {
      ticks += 1
      const seen = createSeenTime()
      const life = mortal(tickOptions.death ?? null, tickOptions.around)
      const lines: Line[] = []
      const failures = createFailures()
      const tick: Tick = {
        world: withAround(
          {
            tracker: createFakeTracker(world.github, { as: 'afk', seen }),
            ci: createFakeCi(world.github, { as: 'afk', seen }),
            pulls: createFakePulls(world.github, { as: 'afk', seen }),
            executor: createFakeExecutor({ state: world.t3 }).executor,
            notifier: bells,
            rollout: options.rollout ?? null,
            clock: { now: () => clock.now(), sleep: async (ms) => clock.tick(ms) },
          },
          (call, proceed) =>
            life.around(call, async () => {
              const answer = await proceed()
              if (call.isWrite) await monitor.afterWrite(call)
              return answer
            }),
        ),
        policy: options.policy,
        report: createReporter(program, String(ticks), (line) => lines.push(line)),
        failures,
        people: new Map(),
        over: tickOptions.over ?? (() => false),
        gates: tickOptions.gates ?? (() => ({ ...gates })),
      }
      try {
        await (program === 'poller' ? programs.poll(tick) : programs.watch(tick))
      } catch (error) {
        if (!life.isDead()) throw error
      }
      await world.t3.settled()
      if (!life.isDead()) monitor.noBug(lines)
      return { code: failures.exitCode(), isDead: life.isDead(), written: life.written, lines }
    },
    pass: async (seconds) => advance(world.t3, clock, seconds * 1000),
    run: async (rounds, every = 60, done = () => false) => {
      for (let round = 0; round < rounds; round += 1) {
        if (done()) return round
        await lab.tick('poller')
        await lab.tick('watcher')
        await lab.pass(every)
      }
      return rounds
    },
  }
  return lab
}
