import { poll } from '../src/app/poll.ts'
import { createReporter } from '../src/app/report.ts'
import { createFailures, type Tick } from '../src/app/tick.ts'
import { watch } from '../src/app/watch.ts'
import { loadConfig } from '../src/config/load.ts'
import { createFakeCi } from '../test/fakes/ci.ts'
import { createFakePulls } from '../test/fakes/pulls.ts'
import { createFakeExecutor } from '../test/fakes/executor.ts'
import { createFakeTracker } from '../test/fakes/tracker.ts'
import { createSeenTime } from '../test/fakes/tracker-session.ts'
import { onTask, workAndPush } from '../test/sandbox/t3/work.ts'
import { hang, partial, say } from '../test/sandbox/t3/steps.ts'
import { advance, createManualClock } from '../test/sandbox/t3/manual-clock.ts'
import { createWorld, type World } from '../test/sandbox/world.ts'
import type { Program, WorldSize } from './messages.ts'

type Env = Readonly<Record<string, string>>

export const repoNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `acme/repo-${String(index + 1).padStart(3, '0')}`)

/**
 * A world of this size at rest: time stands still, and nothing is left to do for a tick with this environment. Runs are dispatched and
 * watched in process, by afk's own code over the fakes, because GitHub's one write a second would take minutes.
 */
export async function buildWorld({ repos, ready, runs }: WorldSize, env: Env): Promise<World> {
  const clock = createManualClock()
  const world = createWorld({ clock, paceMs: 1000, checkMs: 20_000 })
  const names = repoNames(repos)
  for (const name of names) world.addRepo(name)
  world.t3.setAgent(crewFor(world))
  await advance(world.t3, clock, 60_000)
  const open = (repo: string, title: string) =>
    world.people.open(repo, { title, body: 'As talked about.', author: 'ada', labels: [] }).number
  for (const repo of names.slice(0, runs)) {
    world.people.label(repo, open(repo, 'In the works'), 'ready-for-agent', 'mona')
  }
  await advance(world.t3, clock, 120_000)
  if (runs > 0) await tickInProcess('poller', world, env)
  for (const repo of ready > 0 ? names : []) {
    const blocker = open(repo, 'First this')
    for (let index = 0; index < ready; index += 1) {
      const number = open(repo, `Then that, part ${index + 1}`)
      world.people.addBlocker(repo, number, { number: blocker }, 'ada')
      world.people.label(repo, number, 'ready-for-agent', 'mona')
    }
  }
  await advance(world.t3, clock, 120_000)
  // Once to see what the agents did, and once more until nothing is left to write.
  if (runs > 0) {
    await tickInProcess('watcher', world, env)
    await tickInProcess('watcher', world, env)
  }
  return world
}

/** Every other agent works on and on, the others have pushed and their checks do not conclude. */
function crewFor({ crew }: World) {
  return onTask((task, turn) =>
    Number(/\d+$/.exec(task.repo)?.[0]) % 2 === 0
      ? [say('AFK-PHASE: worktree'), partial('Let me look at'), hang()]
      : workAndPush(crew, task, turn, { ci: 'neverConcludes' }),
  )
}

async function tickInProcess(program: Program, world: World, env: Env): Promise<void> {
  const seen = createSeenTime()
  const loaded = await loadConfig(env, { read: () => '' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const failures = createFailures()
  const allowlist = (env['AFK_ALLOWLIST'] ?? '').split(',')
  const tick: Tick = {
    world: {
      tracker: createFakeTracker(world.github, { as: 'afk', seen }),
      ci: createFakeCi(world.github, { as: 'afk', seen }),
      pulls: createFakePulls(world.github, { as: 'afk', seen }),
      executor: createFakeExecutor({ state: world.t3, publicUrl: env['AFK_T3_PUBLIC_URL'] ?? '' }).executor,
      notifier: null,
      rollout: null,
      clock: { now: () => 0, sleep: async () => {} },
    },
    policy: loaded.config.policy,
    report: createReporter(program, 'bench', () => {}),
    failures,
    people: new Map(),
    over: () => false,
    gates: () => ({ open: true, drain: false, why: '', allowlist }),
  }
  await (program === 'poller' ? poll(tick) : watch(tick))
  await world.t3.settled()
  if (failures.exitCode() !== 0) throw new Error(`the ${program} failed while the world was built`)
}
