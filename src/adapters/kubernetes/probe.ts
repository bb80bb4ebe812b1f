import * as z from 'zod'
import type { ClusterProbe } from '../../ports/probe.ts'
import { PortError } from '../../ports/errors.ts'
import type { CallOptions, Called } from './repeat.ts'

/** A cluster, as far as only `afk doctor` asks it. Everyone who is known may ask what they may (`system:basic-user`). */
export function createClusterProbe(options: CallOptions): ClusterProbe {
  return {
    may: async ({ verb, group, resource, namespace, name }) => {
      const { reviewAccess } = await import('./review-access.ts')
      const attributes = { verb, group, resource, namespace, ...(name === undefined ? {} : { name }) }
      const called = await reviewAccess(options, attributes)
      if (!called.ok) throw failed('may', called)
      return allowedIn(called.answer.data)
    },
    lease: async (namespace, name) => {
      const { getLease } = await import('./requests.ts')
      const called = await getLease(options, { namespace, name })
      if (called.ok) return 'there'
      if (called.failure.category === 'not-found') return 'missing'
      if (called.failure.category === 'forbidden') return 'forbidden'
      throw failed('lease', called)
    },
  }
}

/** What the API server answers to a SelfSubjectAccessReview. Throws PortError. */
export function allowedIn(data: unknown): boolean {
  const parsed = reviewAnswer.safeParse(data)
  if (parsed.success) return parsed.data.status.allowed
  const message = 'the Kubernetes API answers a SelfSubjectAccessReview without status.allowed'
  throw new PortError('rollout', 'may', 'contract', message)
}

const reviewAnswer = z.object({ status: z.object({ allowed: z.boolean() }) })

function failed(operation: string, { failure }: Called & { ok: false }): PortError {
  const { category, message, status, retryAfter } = failure
  return new PortError('rollout', operation, category, message, { status, retryAfter })
}
