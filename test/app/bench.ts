import { createReporter, type Line } from '../../src/app/report.ts'
import { createFailures, type Tick, type World as Ports } from '../../src/app/tick.ts'
import { loadConfig } from '../../src/config/load.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import type { IssueFacts } from '../../src/core/model.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Category } from '../../src/ports/errors.ts'
import { PortError } from '../../src/ports/errors.ts'
import { createFakePulls } from '../fakes/pulls.ts'
import { createFakeCi } from '../fakes/ci.ts'
import { createFakeExecutor, type FakeExecutor } from '../fakes/executor.ts'
import { fakeNotifier, type FakeNotifier } from '../fakes/notifier.ts'
import { createFakeTracker } from '../fakes/tracker.ts'
import { createSeenTime, type Intercept } from '../fakes/tracker-session.ts'
import type { Issue } from '../sandbox/github/state/issue-model.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { advance, createManualClock } from '../sandbox/t3/manual-clock.ts'
import { createWorld, type World } from '../sandbox/world.ts'

/** The app on the sandbox's GitHub and T3 without HTTP: ticks whose every port a test may have fail. */
export interface Bench {
  readonly world: World
  readonly executor: FakeExecutor
  readonly notifier: FakeNotifier
  /** Operations of tracker and CI in the order in which they were asked for. */
  readonly calls: readonly string[]
  /** Makes an operation of tracker or CI fail, by its name; a function decides by its arguments. */
  readonly fail: (operation: string, category: Category | Error, when?: (args: readonly unknown[]) => boolean) => void
  readonly heal: () => void
  readonly gates: { open: boolean; drain: boolean; allowlist: readonly string[]; why: string }
  readonly tick: (changes?: Partial<Tick>, ports?: Partial<Ports>) => BenchTick
  readonly pass: (seconds: number) => Promise<void>
  readonly issue: (repo: string, number: number) => Issue
  /** What the tracker tells of it now. */
  readonly facts: (repo: string, number: number) => Promise<IssueFacts>
  readonly cards: (repo: string, number: number) => readonly Card[]
}

export interface BenchTick extends Tick {
  readonly lines: readonly Line[]
  /** `effect result`, in order. */
  readonly effects: () => readonly string[]
}

export async function createBench(
  options: { readonly repos?: readonly string[]; readonly settings?: string } = {},
): Promise<Bench> {
  const clock = createManualClock()
  const world = createWorld({ clock, paceMs: 1000, checkMs: 20_000 })
  const repos = options.repos ?? ['acme/shop']
  for (const repo of repos) world.addRepo(repo)
  await advance(world.t3, clock, 60_000)
  const policy = await policyOf(options.settings ?? 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n')
  const executor = createFakeExecutor({ state: world.t3 })
  const notifier = fakeNotifier()
  const calls: string[] = []
  let faults: { operation: string; category: Category | Error; when: (args: readonly unknown[]) => boolean }[] = []
  const intercept: Intercept = async (port, operation, args, proceed) => {
    calls.push(operation)
    const fault = faults.find((one) => one.operation === operation && one.when(args))
    if (fault === undefined) return proceed()
    if (fault.category instanceof Error) throw fault.category
    throw new PortError(port, operation, fault.category, `${operation}: the test has it fail`)
  }
  const gates = { open: true, drain: false, allowlist: repos, why: 'open' }

  return {
    world,
    executor,
    notifier,
    calls,
    gates,
    fail: (operation, category, when = () => true) => void faults.push({ operation, category, when }),
    heal: () => {
      faults = []
      executor.heal()
      notifier.fail(null)
    },
    tick: (changes = {}, ports = {}) => {
      const lines: Line[] = []
      const seen = createSeenTime()
      const as = { as: 'afk', intercept, seen }
      return {
        world: {
          tracker: createFakeTracker(world.github, as),
          ci: createFakeCi(world.github, as),
          pulls: createFakePulls(world.github, as),
          executor: executor.executor,
          rollout: null,
          notifier,
          clock: { now: () => clock.now(), sleep: async (ms) => clock.tick(ms) },
          ...ports,
        },
        policy,
        report: createReporter('watcher', 't', (line) => lines.push(line)),
        failures: createFailures(),
        people: new Map(),
        over: () => false,
        gates: () => ({ ...gates }),
        ...changes,
        lines,
        effects: () =>
          lines
            .filter(({ event }) => event === 'effect')
            .map((line) => `${String(line['effect'])} ${String(line['result'])}`),
      }
    },
    pass: async (seconds) => advance(world.t3, clock, seconds * 1000),
    issue: (repo, number) => requireIssue(requireRepo(world.github, repo), number),
    facts: async (repo, number) => {
      const tracker = createFakeTracker(world.github, { as: 'afk' })
      const [found] = await tracker.look([{ repo, number, labels: policy.repo(repo).labels }])
      if (found?.ok !== true) throw new Error(`${repo}#${number} cannot be read`)
      return found.value
    },
    cards: (repo, number) =>
      requireIssue(requireRepo(world.github, repo), number).comments.flatMap(({ body }) => {
        const parsed = parseCard(body)
        return parsed.kind === 'card' ? [parsed.card] : []
      }),
  }
}

/** An issue with a maintainer's ready label that is old enough to be started. */
export async function readyIssue(bench: Bench, repo = 'acme/shop', title = 'A task'): Promise<number> {
  const { number } = bench.world.people.open(repo, { title, body: 'As talked about.', author: 'ada' })
  bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
  await bench.pass(120)
  return number
}

/** The policy that a YAML text makes, by the real configuration. */
async function policyOf(settings: string): Promise<Policy> {
  const env = {
    AFK_KILL_SWITCH: 'off',
    AFK_ALLOWLIST: 'acme/shop',
    AFK_GITHUB_TOKEN: 'ghp_bench',
    AFK_T3_URL: 'http://127.0.0.1:1',
    AFK_T3_TOKEN: 'bench',
    AFK_LOCK: 'none',
    AFK_CONFIG_FILE: '/afk.yaml',
  }
  const loaded = await loadConfig(env, { read: () => settings })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config.policy
}
