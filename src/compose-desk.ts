import { setTimeout as pause } from 'node:timers/promises'
import { createGitHubProbe } from './adapters/github/probe.ts'
import { findClusterAccess } from './adapters/kubernetes/cluster-access.ts'
import { createClusterProbe } from './adapters/kubernetes/probe.ts'
import { createSlackProbe } from './adapters/slack/probe.ts'
import { createT3Probe } from './adapters/t3/probe.ts'
import { createT3 } from './adapters/t3/t3.ts'
import type { Clients, ExecutorOptions } from './cli/desk.ts'
import { compose, githubToken } from './compose.ts'
import type { Config } from './config/load.ts'
import type { Env } from './config/sources.ts'
import type { Clock } from './ports/clock.ts'
import type { Executor } from './ports/executor.ts'
import type { Probe } from './ports/probe.ts'
import { version } from './version.ts'

/** The same clients that a tick has, and those that only people at a desk need. No lock: the command line starts nothing. */
export function composeDesk(
  config: Config,
  env: Env,
  deadline: () => number,
  warn: (message: string) => void,
): Clients {
  const { world, meters } = compose('poller', config, env, deadline, warn)
  return { world, meters, probe: probeOf(config, env, deadline, warn) }
}

/** The executor alone, which is all that `afk halt` needs: it must work while everything else is down. */
export function composeExecutor({ url, publicUrl, token, deadline }: ExecutorOptions): Executor {
  return createT3({ url, publicUrl, token, userAgent: userAgent(), clock, deadline }).executor
}

function probeOf(config: Config, env: Env, deadline: () => number, warn: (message: string) => void): Probe {
  const { settings, secrets } = config
  const access = findClusterAccess(env)
  const { slack: token } = secrets
  const common = { userAgent: userAgent(), clock, deadline }
  return {
    tracker: createGitHubProbe({ ...settings.github, ...common, token: githubToken(config), log: warn }),
    executor: createT3Probe({ ...common, url: settings.t3.url, token: secrets.t3 }),
    notifier:
      settings.slack === undefined || token === undefined
        ? null
        : createSlackProbe({ ...settings.slack, token, userAgent: userAgent(), deadline }),
    cluster: access ? createClusterProbe({ access, userAgent: userAgent(), deadline }) : null,
  }
}

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}),
}

function userAgent(): string {
  return `afk/${version()}`
}
