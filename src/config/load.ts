/**
 * The whole configuration, for a process whose gates are open (SPEC 3.2: an inert tick does not come here).
 * Import it only then: it loads zod, and yaml when a file is configured.
 */
import type { Policy } from '../core/policy.ts'
import type { RepoEntry } from './config-file.ts'
import { readGates } from './gates.ts'
import { loadPolicy } from './load-policy.ts'
import type { ConfigProblems, Warning } from './problems.ts'
import type { RepoName } from './repo-name.ts'
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
  readonly warnings: readonly Warning[]
}

/** Configuration and warnings, or **all** problems of gates, tunables, file, settings and secrets. Never rejects. */
export async function loadConfig(env: Env, files: Files): Promise<LoadedConfig | ConfigProblems> {
  const gates = readGates(env, files)
  const tunables = await loadPolicy(envValue(env, 'AFK_CONFIG_FILE'), env, files)
  const { settings, problems: settingProblems, warnings } = readSettings(env)
  const { secrets, problems: secretProblems } = readSecrets(env, files)
  const problems = [...(gates.ok ? [] : gates.problems), ...tunables.problems, ...settingProblems, ...secretProblems]
  if (!gates.ok || settings === undefined || secrets === undefined || problems.length > 0)
    return { ok: false, problems }

  const config: Config = {
    policy: tunables.policy(),
    settings,
    secrets,
    allowlist: gates.allowlist,
  }
  return {
    ok: true,
    config,
    warnings: [...unlisted(tunables.repos, gates.allowlist), ...warnings, ...unknownVariables(env)],
  }
}

function unlisted(entries: readonly RepoEntry[], allowlist: readonly RepoName[]): Warning[] {
  const allowed = new Set(allowlist.map(({ key }) => key))
  return entries
    .filter(({ repo }) => !allowed.has(repo.key))
    .map(({ repo, source }) => ({
      message: `${repo.fullName} (${source}) has settings but is not in AFK_ALLOWLIST`,
      remedy: `add ${repo.fullName} to AFK_ALLOWLIST to have it worked on; its settings do no harm meanwhile`,
    }))
}
