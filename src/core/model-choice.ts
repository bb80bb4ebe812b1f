import type { ModelChoice } from './effects.ts'
import type { RepoPolicy } from './policy.ts'

/** What the executor is told to run a thread with. */
export function modelChoice(policy: RepoPolicy): ModelChoice {
  return { instanceId: policy.instanceId, model: policy.model, runtimeMode: policy.runtimeMode }
}
