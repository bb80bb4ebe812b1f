/**
 * The whole configuration, for a process whose gates are open (SPEC 3.2: an inert tick does not come here).
 * Import it only then: it loads zod, and yaml when a file is configured.
 */
import type { Policy } from '../core/policy.ts'
import type { RepoEntry } from './config-file.ts'
import { readConfigFile } from './config-file.ts'
import { readEnvTunables } from './env-tunables.ts'
import { readGates } from './gates.ts'
import { labelProblems } from './label-problems.ts'
import { mergeLayers } from './layer.ts'
import type { ConfigProblems } from './problems.ts'
import type { RepoName } from './repo-name.ts'
import { resolvePolicy } from './resolve-policy.ts'
import type { Secrets } from './secrets.ts'
import { readSecrets } from './secrets.ts'
import type { Settings } from './settings.ts'
import { readSettings } from './settings.ts'
import type { Env, Files } from './sources.ts'
import { envValue } from './sources.ts'
import { unknownVariables } from './unknown-variables.ts'

export interface Config {
  readonly policy: Policy
  readonly settings: Settings
  readonly secrets: Secrets
  readonly allowlist: readonly RepoName[]
}

export interface LoadedConfig {
  readonly ok: true
  readonly config: Config
  readonly warnings: readonly string[]
}

/** Configuration and warnings, or **all** problems of gates, tunables, file, settings and secrets. Never rejects. */
export async function loadConfig(env: Env, files: Files): Promise<LoadedConfig | ConfigProblems> {
  const gates = readGates(env, files)
  const fromEnv = readEnvTunables(env)
  const fromFile = await readConfigFile(envValue(env, 'AFK_CONFIG_FILE'), files)
  const { settings, problems: settingProblems, warnings } = readSettings(env)
  const { secrets, problems: secretProblems } = readSecrets(env, files)
  const shared = mergeLayers(fromFile.layer, fromEnv.layer)
  const problems = [
    ...(gates.ok ? [] : gates.problems),
    ...fromEnv.problems,
    ...fromFile.problems,
    ...labelProblems(shared, fromFile.repos),
    ...settingProblems,
    ...secretProblems,
  ]
  if (!gates.ok || settings === undefined || secrets === undefined || problems.length > 0)
    return { ok: false, problems }

  const own = new Map(fromFile.repos.map(({ repo, layer }) => [repo.key, layer]))
  const config: Config = {
    policy: resolvePolicy(shared, own),
    settings,
    secrets,
    allowlist: gates.allowlist,
  }
  return {
    ok: true,
    config,
    warnings: [...unlisted(fromFile.repos, gates.allowlist), ...warnings, ...unknownVariables(env)],
  }
}

function unlisted(entries: readonly RepoEntry[], allowlist: readonly RepoName[]): string[] {
  const allowed = new Set(allowlist.map(({ key }) => key))
  return entries
    .filter(({ repo }) => !allowed.has(repo.key))
    .map(({ repo, source }) => `${repo.fullName} (${source}) has settings but is not in AFK_ALLOWLIST`)
}
