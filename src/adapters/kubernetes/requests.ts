import type { CallOptions, Called } from './call.ts'
import { call } from './call.ts'
import type { V1Lease } from './client.ts'
import { AppsV1Api, CoordinationV1Api } from './client.ts'
import type { WorkloadTarget } from './workload-facts.ts'

/**
 * Every request that afk makes of a cluster. Callers import this file only when they ask something, and with it the client.
 */
export function getWorkload(options: CallOptions, { workload, name, namespace }: WorkloadTarget): Promise<Called> {
  return call(options, 'again', (config, request) => {
    const api = config.makeApiClient(AppsV1Api)
    return workload === 'Deployment'
      ? api.readNamespacedDeploymentWithHttpInfo({ name, namespace }, request)
      : api.readNamespacedStatefulSetWithHttpInfo({ name, namespace }, request)
  })
}

export interface LeaseName {
  readonly namespace: string
  readonly name: string
}

export function getLease(options: CallOptions, { name, namespace }: LeaseName): Promise<Called> {
  return call(options, 'again', (config, request) =>
    config.makeApiClient(CoordinationV1Api).readNamespacedLeaseWithHttpInfo({ name, namespace }, request),
  )
}

/** Replaces the Lease if it is still the one that was read (`metadata.resourceVersion`), else 409. Sent once. */
export function putLease(options: CallOptions, { name, namespace }: LeaseName, body: V1Lease): Promise<Called> {
  return call(options, 'once', (config, request) =>
    config.makeApiClient(CoordinationV1Api).replaceNamespacedLeaseWithHttpInfo({ name, namespace, body }, request),
  )
}
