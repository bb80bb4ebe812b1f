import type { Policy, RepoPolicy } from '../core/policy.ts'
import type { Layer } from './layer.ts'
import { mergeLayers } from './layer.ts'
import { globalPolicySchema, repoPolicySchema } from './schema.ts'
import type { Tunable } from './tunables.ts'
import { TUNABLES } from './tunables.ts'

/** A repo's policy, and what the schema knows beyond what the core uses today. */
type ResolvedRepoPolicy = RepoPolicy & { readonly maxQuestions: number }

/**
 * The policy from validated layers: `shared` holds the file under the environment, `repos` each repo's own entry by
 * lower-case name, which beats both (SPEC 4). Throws on an invalid value: that is a missed validation, not bad input.
 */
export function resolvePolicy(shared: Layer, repos: ReadonlyMap<string, Layer>): Policy {
  const everyone = resolveRepo(shared)
  const own = new Map([...repos].map(([key, layer]) => [key, resolveRepo(mergeLayers(shared, layer))]))
  return {
    ...globalPolicySchema.parse(nested(shared, ['global'])),
    repo: (repo) => own.get(repo.toLowerCase()) ?? everyone,
  }
}

function resolveRepo(layer: Layer): ResolvedRepoPolicy {
  const { readyLabel, inProgressLabel, humanLabel, ...rest } = repoPolicySchema.parse(
    nested(layer, ['shared', 'repo-only']),
  )
  return { ...rest, labels: { ready: readyLabel, inProgress: inProgressLabel, human: humanLabel } }
}

/** Flat names to the schema's nesting (at most one level deep). */
function nested(layer: Layer, scopes: readonly Tunable['scope'][]): Record<string, unknown> {
  const top: Record<string, unknown> = {}
  for (const { name, path, scope } of TUNABLES) {
    const setting = layer.get(name)
    const [first, second] = path
    if (setting === undefined || first === undefined || !scopes.includes(scope)) continue
    if (second === undefined) top[first] = setting.value
    else
      top[first] = {
        ...(top[first] as Record<string, unknown> | undefined),
        [second]: setting.value,
      }
  }
  return top
}
