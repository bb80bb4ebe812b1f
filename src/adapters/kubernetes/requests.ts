import { call } from './call.ts'
import type { EventsV1Event } from './client.ts'
import { AppsV1Api, BatchV1Api, CoordinationV1Api, EventsV1Api, V1MicroTime } from './client.ts'
import type { LeaseObject } from './lease-writes.ts'
import type { CallOptions, Called } from './repeat.ts'
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

export interface ObjectName {
  readonly namespace: string
  readonly name: string
}

export function getLease(options: CallOptions, { name, namespace }: ObjectName): Promise<Called> {
  return call(options, 'again', (config, request) =>
    config.makeApiClient(CoordinationV1Api).readNamespacedLeaseWithHttpInfo({ name, namespace }, request),
  )
}

/** Replaces the Lease if it is still the one that was read (`metadata.resourceVersion`), else 409. Sent once. */
export function putLease(options: CallOptions, { name, namespace }: ObjectName, lease: LeaseObject): Promise<Called> {
  const { acquireTime, renewTime } = lease.spec
  // The client writes times itself, and takes no text for one.
  const times = { acquireTime: new V1MicroTime(acquireTime), renewTime: new V1MicroTime(renewTime) }
  const body = { ...lease, spec: { ...lease.spec, ...times } }
  return call(options, 'once', (config, request) =>
    config.makeApiClient(CoordinationV1Api).replaceNamespacedLeaseWithHttpInfo({ name, namespace, body }, request),
  )
}

/** Sent once, like the Event it is for: nobody waits for those. */
export function getCronJob(options: CallOptions, { name, namespace }: ObjectName): Promise<Called> {
  return call(options, 'once', (config, request) =>
    config.makeApiClient(BatchV1Api).readNamespacedCronJobWithHttpInfo({ name, namespace }, request),
  )
}

/** Sent once: a second Event is not the same Event. */
export function postEvent(options: CallOptions, namespace: string, body: EventsV1Event): Promise<Called> {
  return call(options, 'once', (config, request) =>
    config.makeApiClient(EventsV1Api).createNamespacedEventWithHttpInfo({ namespace, body }, request),
  )
}
