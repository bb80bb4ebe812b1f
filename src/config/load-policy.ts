import type { Policy } from '../core/policy.ts'
import { approvalProblems } from './approval-problems.ts'
import type { RepoEntry } from './config-file.ts'
import { readConfigFile } from './config-file.ts'
import { readEnvTunables } from './env-tunables.ts'
import { labelProblems } from './label-problems.ts'
import { mergeLayers } from './layer.ts'
import type { Problem } from './problems.ts'
import { resolvePolicy } from './resolve-policy.ts'
import type { Env, Files } from './sources.ts'

/**
 * The tunables alone: those of a file (none: no path) under those of the environment, over the defaults. Call `policy` only when there
 * are no problems. Never rejects. `named`: what a problem of the whole file is called by, when it is not `AFK_CONFIG_FILE`.
 */
export async function loadPolicy(
  path: string | undefined,
  env: Env,
  files: Files,
  named?: string,
): Promise<{
  readonly policy: () => Policy
  readonly problems: readonly Problem[]
  readonly repos: readonly RepoEntry[]
}> {
  const fromEnv = readEnvTunables(env)
  const fromFile = await readConfigFile(path, files, named)
  const { repos } = fromFile
  const shared = mergeLayers(fromFile.layer, fromEnv.layer)
  return {
    policy: () => resolvePolicy(shared, new Map(repos.map(({ repo, layer }) => [repo.key, layer]))),
    problems: [
      ...fromEnv.problems,
      ...fromFile.problems,
      ...labelProblems(shared, repos),
      ...approvalProblems(shared, repos),
    ],
    repos,
  }
}
