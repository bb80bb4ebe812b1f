import type { Read } from './env-option.ts'
import { readOption } from './env-option.ts'
import { describeValue, envProblem } from './problems.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'

/** What keeps two ticks apart (SPEC 11). */
export type LockSettings = { readonly kind: 'none' } | { readonly kind: 'lease'; readonly namespace: string }

// A DNS label, as Kubernetes names its namespaces.
const NAMESPACE = /^(?=.{1,63}$)[a-z\d](?:[a-z\d-]*[a-z\d])?$/

/** A lease by default in a cluster, or wherever a namespace for it is named. */
export function readLockSettings(env: Env): Read<LockSettings> {
  const name = 'AFK_LEASE_NAMESPACE'
  const namespace = envValue(env, name)
  const inCluster = envValue(env, 'KUBERNETES_SERVICE_HOST') !== undefined || namespace !== undefined
  const kind = readOption(env, 'AFK_LOCK', ['none', 'lease'], inCluster ? 'lease' : 'none')
  if ('problem' in kind) return kind
  if (kind.value === 'none') return { value: { kind: 'none' } }
  if (namespace !== undefined && NAMESPACE.test(namespace)) return { value: { kind: 'lease', namespace } }
  const remedy = `set ${name} to the namespace of the pod, or AFK_LOCK=none`
  return { problem: envProblem(name, 'the Kubernetes namespace of the leases', describeValue(namespace), remedy) }
}
