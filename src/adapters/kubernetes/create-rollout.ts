import type { RolloutFacts } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import type { Rollout } from '../../ports/rollout.ts'
import type { CallOptions, Called } from './repeat.ts'
import type { WorkloadTarget } from './workload-facts.ts'
import { describe, readWorkload } from './workload-facts.ts'

/**
 * Reads Deployments and StatefulSets (SPEC 7.3); needs `get` on them and nothing else. Not there and not allowed are facts, but only
 * when Kubernetes itself said so (a Status object); everything else throws PortError. Reads are repeated twice within the deadline.
 */
export function createRollout(options: CallOptions): Rollout {
  return {
    workload: async (target) => {
      const { getWorkload } = await import('./requests.ts')
      const called = await getWorkload(options, target)
      return called.ok ? requireFacts(target, called.answer.data) : asFactOrThrow(target, called)
    },
  }
}

function requireFacts(target: WorkloadTarget, data: unknown): RolloutFacts {
  const parsed = readWorkload(target, data)
  if (parsed.ok) return parsed.facts
  throw new PortError(
    'rollout',
    'workload',
    'contract',
    `${describe(target)}: the answer is no ${target.workload} (missing or wrong: ${parsed.where})`,
  )
}

function asFactOrThrow(target: WorkloadTarget, { failure }: Called & { ok: false }): RolloutFacts {
  if (failure.category === 'not-found') return { kind: 'missing', what: describe(target) }
  if (failure.category === 'forbidden') return { kind: 'forbidden', what: describe(target) }
  throw new PortError('rollout', 'workload', failure.category, `${describe(target)}: ${failure.message}`, {
    status: failure.status,
    retryAfter: failure.retryAfter,
  })
}
