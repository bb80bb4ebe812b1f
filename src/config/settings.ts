/**
 * Endpoints and the runtime: what only the environment sets (SPEC 4, 10, 11), never the file.
 * Owns no tunable (`schema.ts`) and no secret's value (`secrets.ts`).
 */
import { readEndpoint } from './endpoint.ts'
import type { Read } from './env-option.ts'
import { readOption } from './env-option.ts'
import type { LockSettings } from './lock-settings.ts'
import { readLockSettings } from './lock-settings.ts'
import type { Problem, Warning } from './problems.ts'
import { describeValue, envProblem } from './problems.ts'
import type { SlackSettings } from './slack-settings.ts'
import { readSlackSettings } from './slack-settings.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'
import { isDecimal } from './words.ts'

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Settings {
  /** No slash at the end of either. */
  readonly github: { readonly apiUrl: string; readonly graphqlUrl: string }
  /** No slash at the end of either. */
  readonly t3: { readonly url: string; readonly publicUrl: string }
  /** Undefined: no doorbell, card and labels only. */
  readonly slack: SlackSettings | undefined
  readonly tickDeadlineSeconds: number
  readonly lock: LockSettings
  readonly kubeconfig: string | undefined
  readonly configFile: string | undefined
  readonly logLevel: LogLevel
  /** Undefined: no records. */
  readonly recordDir: string | undefined
}

/** Variable, default in words, meaning: for the docs table, and to know which variables are known. */
export const SETTING_VARIABLES: readonly (readonly [name: string, byDefault: string, meaning: string])[] = [
  ['AFK_GITHUB_API_URL', '`https://api.github.com`', 'GitHub; GraphQL is found beside it.'],
  ['AFK_T3_URL', 'required', 'The executor.'],
  ['AFK_T3_PUBLIC_URL', '`AFK_T3_URL`', 'The executor in links for people.'],
  ['AFK_SLACK_API_URL', '`https://slack.com/api/`', 'Slack.'],
  ['AFK_SLACK_CHANNEL', 'none', 'Channel of the doorbell; with a Slack token or not at all.'],
  [
    'AFK_SLACK_MENTION',
    'none',
    'Whom an escalation mentions: a user or group id such as U012ABCDEF, `here` or `channel`.',
  ],
  ['AFK_TICK_DEADLINE_SECONDS', '`45`', 'After it a tick starts nothing new.'],
  ['AFK_LOCK', '`lease` in a cluster, else `none`', 'What keeps two ticks apart.'],
  ['AFK_LEASE_NAMESPACE', 'none', 'Namespace of the leases.'],
  ['AFK_CONFIG_FILE', 'none', 'YAML file of tunables.'],
  [
    'AFK_LOG_LEVEL',
    '`info`',
    '`debug` (with decision records), `info`, `warn` (without decisions and effects) or `error` (errors and the summary).',
  ],
  [
    'AFK_RECORD_DIR',
    'none',
    'Folder that each tick writes its decision record into, for `afk replay`; afk deletes none.',
  ],
]

/** The settings, or every problem of theirs; warnings either way. */
export function readSettings(env: Env): {
  readonly settings: Settings | undefined
  readonly problems: readonly Problem[]
  readonly warnings: readonly Warning[]
} {
  const problems: Problem[] = []
  const take = <T>(read: Read<T>): T | undefined => {
    if ('value' in read) return read.value
    problems.push(read.problem)
    return undefined
  }
  const apiUrl = take(readEndpoint(env, 'AFK_GITHUB_API_URL', 'https://api.github.com'))
  const t3Url = take(readEndpoint(env, 'AFK_T3_URL'))
  // When the executor's own address is missing or wrong, that is told once.
  const publicSet = envValue(env, 'AFK_T3_PUBLIC_URL') !== undefined
  const publicUrl = publicSet ? take(readEndpoint(env, 'AFK_T3_PUBLIC_URL')) : t3Url
  const [slack] = readSlackSettings(env).map(take)
  const tickDeadlineSeconds = take(readDeadline(env))
  const lock = take(readLockSettings(env))
  const logLevel = take(readOption(env, 'AFK_LOG_LEVEL', LOG_LEVELS, 'info'))
  const warnings = warningsOf(env, lock)

  const complete = apiUrl !== undefined && t3Url !== undefined && publicUrl !== undefined
  if (!complete || tickDeadlineSeconds === undefined || lock === undefined || logLevel === undefined) {
    return { settings: undefined, problems, warnings }
  }
  if (problems.length > 0) return { settings: undefined, problems, warnings }
  const settings: Settings = {
    github: { apiUrl, graphqlUrl: graphqlUrlOf(apiUrl) },
    t3: { url: t3Url, publicUrl },
    slack,
    tickDeadlineSeconds,
    lock,
    kubeconfig: envValue(env, 'KUBECONFIG'),
    configFile: envValue(env, 'AFK_CONFIG_FILE'),
    logLevel,
    recordDir: envValue(env, 'AFK_RECORD_DIR'),
  }
  return { settings, problems, warnings }
}

/** GitHub's own: `/graphql` beside the REST root; an Enterprise server has REST at `/api/v3` and GraphQL at `/api/graphql`. */
function graphqlUrlOf(apiUrl: string): string {
  return `${apiUrl.replace(/\/api\/v3$/, '/api')}/graphql`
}

function readDeadline(env: Env): Read<number> {
  const name = 'AFK_TICK_DEADLINE_SECONDS'
  const raw = envValue(env, name) ?? '45'
  const value = isDecimal(raw) ? Number(raw) : Number.NaN
  if (value >= 1 && value <= 600) return { value }
  return {
    problem: envProblem(
      name,
      'a number of seconds from 1 to 600',
      describeValue(raw),
      `unset ${name} for 45, or correct it`,
    ),
  }
}

function warningsOf(env: Env, lock: LockSettings | undefined): Warning[] {
  const warnings: Warning[] = []
  if (lock?.kind === 'none') {
    const byDefault = envValue(env, 'AFK_LOCK') === undefined ? ' (the default outside a cluster)' : ''
    warnings.push({
      message: `AFK_LOCK=none${byDefault}: only the schedule keeps two ticks of a program apart`,
      remedy:
        'nothing to do where one scheduler on one machine starts afk; in a cluster set AFK_LEASE_NAMESPACE, which brings a Lease',
    })
  }
  if (envValue(env, 'AFK_SLACK_MENTION') !== undefined && envValue(env, 'AFK_SLACK_CHANNEL') === undefined) {
    warnings.push({
      message: 'AFK_SLACK_MENTION has no effect without AFK_SLACK_CHANNEL',
      remedy: 'set AFK_SLACK_CHANNEL and AFK_SLACK_BOT_TOKEN_FILE to have a doorbell, or unset AFK_SLACK_MENTION',
    })
  }
  return warnings
}
