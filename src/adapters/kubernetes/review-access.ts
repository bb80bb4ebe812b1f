// Beside `client.ts` and not in it: that one is what the CronJob programs load.
import { AuthorizationV1Api } from '@kubernetes/client-node'
import { call } from './call.ts'
import type { CallOptions, Called } from './repeat.ts'

/** Asks the API server whether whoever asks may do this. A POST by form only: nothing is stored. */
export function reviewAccess(
  options: CallOptions,
  resourceAttributes: { verb: string; group: string; resource: string; namespace: string; name?: string },
): Promise<Called> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  return call(options, 'again', (config, request) =>
    config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReviewWithHttpInfo({ body }, request),
  )
}
