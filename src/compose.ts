import { setTimeout as pause } from 'node:timers/promises'
import { createGitHub } from './adapters/github/github.ts'
import { findClusterAccess } from './adapters/kubernetes/cluster-access.ts'
import type { EventsOptions } from './adapters/kubernetes/create-events.ts'
import type { EventPlace } from './adapters/kubernetes/event-on.ts'
import { noLock } from './adapters/no-lock.ts'
import { createT3 } from './adapters/t3/t3.ts'
import type { World } from './app/tick.ts'
import type { Config } from './config/load.ts'
import type { Secret } from './config/secret.ts'
import type { Env } from './config/sources.ts'
import type { Clock } from './ports/clock.ts'
import { plainFetch } from './plain-fetch.ts'
import { PortError } from './ports/errors.ts'
import type { Journal } from './ports/journal.ts'
import type { Lock } from './ports/lock.ts'
import type { Notifier } from './ports/notifier.ts'
import type { Rollout } from './ports/rollout.ts'
import { version } from './version.ts'

/** What a tick spent, by port, for its summary. */
export interface Meters {
  readonly requests: () => { readonly [port: string]: number }
  readonly points: () => {
    readonly used: number
    readonly remaining: number | null
    readonly left?: number
    readonly limit?: number
    readonly rest?: { readonly left: number; readonly limit: number }
  }
}

export interface Composed {
  readonly world: World
  readonly lock: Lock
  /** Null outside a cluster. */
  readonly journal: Journal | null
  readonly meters: Meters
}

/** Builds every client, and is the only place that does. Clients that a tick may not need load when they are first used. */
export function compose(
  program: 'poller' | 'watcher',
  config: Config,
  env: Env,
  deadline: () => number,
  warn: (message: string) => void,
): Composed {
  const { settings, secrets } = config
  const userAgent = `afk/${version()}`
  const clock: Clock = {
    now: () => performance.now(),
    sleep: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}),
  }
  const calls = { kubernetes: 0, slack: 0 }
  const access = findClusterAccess(env)
  const sent = () => {
    calls.kubernetes += 1
  }
  const kubernetes = access && { access, userAgent, deadline, sent }
  const github = createGitHub({
    apiUrl: settings.github.apiUrl,
    graphqlUrl: settings.github.graphqlUrl,
    token: githubToken(config),
    userAgent,
    clock,
    deadline,
    log: warn,
    fetch: plainFetch,
  })
  const t3 = createT3({
    url: settings.t3.url,
    publicUrl: settings.t3.publicUrl,
    token: secrets.t3,
    userAgent,
    clock,
    deadline,
    fetch: plainFetch,
  })
  return {
    world: {
      tracker: github.tracker,
      ci: github.ci,
      pulls: github.pulls,
      executor: t3.executor,
      rollout: kubernetes ? lazyRollout(kubernetes) : null,
      notifier: slackOf(config, userAgent, deadline, calls),
      clock,
    },
    lock:
      settings.lock.kind === 'none'
        ? noLock()
        : lazyLease(program, settings.lock.namespace, settings.tickDeadlineSeconds + graceSeconds, kubernetes, env),
    journal:
      settings.lock.kind === 'lease' && kubernetes
        ? lazyEvents({ ...kubernetes, timeout: journalTimeoutMs, ...placeOf(program, settings.lock.namespace, env) })
        : null,
    meters: {
      requests: () => ({ github: github.meter.requests, t3: t3.meter.requests, ...calls }),
      points: () => {
        const { points, remaining, graphql, rest } = github.meter
        // `remaining` is the smaller share; then points of GraphQL's, and REST's own limit, in requests.
        return { used: points, remaining, ...(graphql && sizeOf(graphql)), ...(rest && { rest: sizeOf(rest) }) }
      },
    },
  }
}

function sizeOf({ left, limit }: { readonly left: number; readonly limit: number }) {
  return { left, limit }
}

/** The credentials as the GitHub adapter takes them. */
export function githubToken({ secrets: { github }, allowlist }: Pick<Config, 'secrets' | 'allowlist'>) {
  if (github.kind === 'token') return github.token
  const { appId, privateKey, installationId } = github
  return {
    appId,
    privateKey: () => privateKey.read(),
    reloadKey: () => privateKey.reload(),
    repos: allowlist.map(({ fullName }) => fullName),
    ...(installationId === undefined ? {} : { installationId }),
  }
}

type KubernetesOptions = {
  readonly access: NonNullable<ReturnType<typeof findClusterAccess>>
  readonly userAgent: string
  readonly deadline: () => number
  readonly sent: () => void
}

function lazyRollout(options: KubernetesOptions): Rollout {
  return {
    workload: async (target) => {
      const { createRollout } = await import('./adapters/kubernetes/create-rollout.ts')
      return createRollout(options).workload(target)
    },
  }
}

/** Seconds that a tick may outlive its deadline by before its lease is free for others (SPEC 10, 11). */
const graceSeconds = 25

function lazyLease(
  program: string,
  namespace: string,
  durationSeconds: number,
  options: KubernetesOptions | undefined,
  env: Env,
): Lock {
  return {
    acquire: async () => {
      if (options === undefined) {
        throw new PortError(
          'lock',
          'acquire',
          'config',
          'AFK_LOCK is lease, but neither KUBECONFIG nor a service account leads to a cluster',
        )
      }
      const { createLease } = await import('./adapters/kubernetes/create-lease.ts')
      return createLease({
        ...options,
        namespace,
        name: `afk-${program}`,
        holder: holderName(env),
        // A Lease lasts whole seconds.
        durationSeconds: Math.ceil(durationSeconds),
      }).acquire()
    },
  }
}

/** The story is told at the very end of a tick, where nobody should wait for it. */
const journalTimeoutMs = 3_000

function placeOf(program: string, namespace: string, env: Env): EventPlace {
  return { namespace, cronJob: `afk-${program}`, instance: holderName(env) }
}

function lazyEvents(options: EventsOptions): Journal {
  let journal: Journal | undefined
  return {
    record: async (entry) => {
      const { createEvents } = await import('./adapters/kubernetes/create-events.ts')
      return (journal ??= createEvents(options)).record(entry)
    },
  }
}

/** Who holds the lease, for people: the pod by its name, which Kubernetes gives as the host's. */
function holderName(env: Env): string {
  return env['HOSTNAME'] ?? 'afk'
}

function slackOf(config: Config, userAgent: string, deadline: () => number, calls: { slack: number }): Notifier | null {
  const { slack } = config.settings
  const token: Secret | undefined = config.secrets.slack
  if (slack === undefined || token === undefined) return null
  const open = async (): Promise<Notifier> => {
    calls.slack += 1
    const { createSlack } = await import('./adapters/slack/create-slack.ts')
    return createSlack({ ...slack, mention: slack.mention ?? null, token, userAgent, deadline })
  }
  return {
    ring: async (...args) => (await open()).ring(...args),
    update: async (...args) => (await open()).update(...args),
    reactions: async (...args) => (await open()).reactions(...args),
  }
}
