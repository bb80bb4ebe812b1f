import { createReporter, type Line } from '../../src/app/report.ts'
import { poll } from '../../src/app/poll.ts'
import { createFailures, type Tick, type World as Ports } from '../../src/app/tick.ts'
import { watch } from '../../src/app/watch.ts'
import { createGitHub } from '../../src/adapters/github/github.ts'
import { createT3 } from '../../src/adapters/t3/t3.ts'
import { loadConfig } from '../../src/config/load.ts'
import { gateReader } from '../../src/config/gates.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import { fakeNotifier, type FakeNotifier } from '../fakes/notifier.ts'
import { fakeRollout, type FakeRollout } from '../fakes/rollout.ts'
import { startGitHubServer, type GitHubServer } from '../sandbox/github/server.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { adminScopes } from '../sandbox/t3/auth.ts'
import { advance, createManualClock } from '../sandbox/t3/manual-clock.ts'
import { startT3Server, type T3Server } from '../sandbox/t3/server.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { withDeath, type Death } from './death.ts'

/**
 * A stage for histories: GitHub and T3 as real servers on loopback, one clock that only the scenario moves, the two programs run in
 * process, tick by tick. What happened is kept as a story: decisions and effects, step by step.
 */
export interface Stage {
  readonly world: World
  readonly bells: FakeNotifier
  readonly rollout: FakeRollout
  readonly github: GitHubServer
  readonly t3: T3Server
  readonly poll: (options?: TickOptions) => Promise<number>
  readonly watch: (options?: TickOptions) => Promise<number>
  /** Both, again and again, `every` seconds apart, until `done` says so or `times` are over. */
  readonly run: (times: number, every?: number, done?: () => boolean) => Promise<void>
  readonly pass: (seconds: number) => Promise<void>
  /** A line of the scenario's own in the story: what people, agents or services did. */
  readonly tell: (what: string) => void
  readonly story: () => string
  readonly cards: (repo: string, number: number) => readonly Card[]
  readonly labels: (repo: string, number: number) => readonly string[]
  readonly state: (repo: string, number: number) => string
  /** Commands that T3 has accepted, by type. */
  readonly turns: () => readonly { readonly thread: string; readonly text: string }[]
  readonly env: Record<string, string>
  readonly violations: () => readonly unknown[]
  readonly close: () => Promise<void>
}

export interface TickOptions {
  /** The process dies at this write. */
  readonly death?: Death
  /** Runs when the observation is over and the first write is about to be made. */
  readonly beforeFirstWrite?: () => void | Promise<void>
}

const token = 'stage-t3-token'

export async function createStage(
  options: {
    readonly repos?: readonly string[]
    readonly agent?: (world: World) => Agent
    readonly settings?: string
    readonly githubAheadMs?: number
  } = {},
): Promise<Stage> {
  const clock = createManualClock()
  const world = createWorld({ clock, paceMs: 1000, checkMs: 20_000, githubAheadMs: options.githubAheadMs ?? 0 })
  const repos = options.repos ?? ['acme/shop']
  for (const repo of repos) world.addRepo(repo)
  if (options.agent) world.t3.setAgent(options.agent(world))
  const github = await startGitHubServer(world.github)
  const t3 = await startT3Server(world.t3, { tokens: { [token]: adminScopes } })
  const bells = fakeNotifier()
  const rollout = fakeRollout()
  const env: Record<string, string> = {
    AFK_KILL_SWITCH: 'off',
    AFK_ALLOWLIST: repos.join(','),
    AFK_GITHUB_API_URL: github.url,
    AFK_GITHUB_TOKEN: world.githubToken,
    AFK_T3_URL: t3.url,
    AFK_T3_TOKEN: token,
    AFK_LOCK: 'none',
    AFK_CONFIG_FILE: '/afk.yaml',
  }
  const lines: string[] = []
  let ticks = 0
  await advance(world.t3, clock, 60_000)

  async function tick(program: 'poller' | 'watcher', tickOptions: TickOptions = {}): Promise<number> {
    ticks += 1
    const files = { read: () => options.settings ?? 'agentLogins: [afk-agent]\n' }
    const loaded = await loadConfig(env, files)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    const { config } = loaded
    const said: Line[] = []
    const gates = gateReader(env, files.read)
    const adapterClock = { now: () => clock.now(), sleep: async (ms: number) => clock.tick(ms) }
    const deadline = () => 45_000
    // The pauses between writes pass at once: the story's time is moved by its script alone.
    let pause = 0
    const hub = createGitHub({
      apiUrl: github.url,
      token: secretOf(world.githubToken),
      userAgent: 'afk/test',
      clock: { now: () => pause, sleep: async (ms) => void (pause += ms) },
      deadline,
    })
    const { executor } = createT3({
      url: t3.url,
      publicUrl: t3.url,
      token: secretOf(token),
      userAgent: 'afk/test',
      clock: adapterClock,
      deadline,
    })
    const ports: Ports = {
      tracker: hub.tracker,
      ci: hub.ci,
      pulls: hub.pulls,
      executor,
      notifier: bells,
      rollout,
      clock: adapterClock,
    }
    const { world: mortal, isDead } = withDeath(ports, tickOptions.death ?? null, tickOptions.beforeFirstWrite)
    const failures = createFailures()
    const context: Tick = {
      world: mortal,
      policy: config.policy,
      report: createReporter(program, String(ticks), (line) => said.push(line)),
      failures,
      people: new Map(),
      over: () => false,
      gates: () => {
        const { open, drain, why, allowlist } = gates()
        return { open, drain, why, allowlist: allowlist.map(({ fullName }) => fullName) }
      },
    }
    try {
      if (program === 'poller') await poll(context)
      else await watch(context)
    } catch (error) {
      if (!isDead()) throw error
    }
    lines.push(`${program}${isDead() ? ' (dies)' : ''}`)
    for (const line of said) {
      const text = sentence(line)
      if (text !== null) lines.push(`    ${text}`)
    }
    await world.t3.settled()
    return failures.exitCode()
  }

  const stage: Stage = {
    world,
    bells,
    rollout,
    github,
    t3,
    env,
    poll: (tickOptions) => tick('poller', tickOptions),
    watch: (tickOptions) => tick('watcher', tickOptions),
    run: async (times, every = 60, done = () => false) => {
      for (let i = 0; i < times && !done(); i += 1) {
        await stage.poll()
        await stage.watch()
        await stage.pass(every)
      }
    },
    pass: async (seconds) => advance(world.t3, clock, seconds * 1000),
    tell: (what) => void lines.push(`* ${what}`),
    story: () => `${collapse(lines).join('\n')}\n`,
    cards: (repo, number) =>
      requireIssue(requireRepo(world.github, repo), number).comments.flatMap(({ body }) => {
        const parsed = parseCard(body)
        return parsed.kind === 'card' ? [parsed.card] : []
      }),
    labels: (repo, number) =>
      requireIssue(requireRepo(world.github, repo), number)
        .labels.map(({ name }) => name)
        .toSorted(),
    state: (repo, number) => requireIssue(requireRepo(world.github, repo), number).state,
    turns: () =>
      threadsOf(world).flatMap((id) =>
        world.t3
          .messages(id)
          .filter(({ role }) => role === 'user')
          .map(({ text }) => ({ thread: id, text })),
      ),
    violations: () => [...github.violations, ...t3.errors],
    close: async () => {
      await Promise.all([github.close(), t3.close()])
    },
  }
  return stage
}

export function threadsOf(world: World): readonly string[] {
  const { threads } = world.t3.snapshot() as { threads: { id: string; deletedAt: string | null }[] }
  return threads.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id)
}

function secretOf(value: string) {
  return { read: () => value, reload: () => value }
}

/** What a golden keeps of a line: what was decided and done, and why; no ids, no times. */
function sentence(line: Line): string | null {
  const place = line['repo'] === undefined ? '' : `${String(line['repo'])}#${String(line['issue'])} `
  if (line.event === 'decision') {
    const codes = Array.isArray(line['codes']) ? line['codes'].join(', ') : ''
    return `${place}${String(line['decision'])}${codes === '' ? '' : ` (${codes})`}`
  }
  if (line.event === 'effect') {
    const result = String(line['result'])
    return `  ${place}${String(line['effect'])}${result === 'done' ? '' : ` ${result}`}${line['category'] === undefined ? '' : ` (${String(line['category'])})`}`
  }
  if (line.event === 'error') return `${place}error in ${String(line['what'])} (${String(line['category'])})`
  if (line.event === 'warning' && line['category'] !== undefined)
    return `warning of ${String(line['operation'])} (${String(line['category'])})`
  return line.event === 'orphan' ? `${place}orphan` : null
}

/** Ticks that say the same as the one of their program before are one line. */
function collapse(lines: readonly string[]): readonly string[] {
  const blocks: string[][] = []
  for (const line of lines) {
    if (line.startsWith('    ')) blocks.at(-1)?.push(line)
    else blocks.push([line])
  }
  const out: string[] = []
  const last = new Map<string, string>()
  for (const block of blocks) {
    const [head = '', ...rest] = block
    const text = rest.join('\n')
    const isTick = head === 'poller' || head === 'watcher'
    if (isTick && last.get(head) === text) continue
    if (isTick) last.set(head, text)
    else last.clear()
    out.push(...(rest.length === 0 && isTick ? [`${head}: nothing`] : block))
  }
  return out
}
