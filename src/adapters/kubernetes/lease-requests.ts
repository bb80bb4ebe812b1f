import type { ClusterAccess } from './cluster-access.ts'
import type { LeaseObject } from './lease-writes.ts'
import { plainCall } from './plain-call.ts'
import { findPlainServer } from './plain-server.ts'
import type { CallOptions, Called } from './repeat.ts'
import type { ObjectName } from './requests.ts'

interface LeaseRequests {
  readonly getLease: (options: CallOptions, name: ObjectName) => Promise<Called>
  /** Replaces the Lease if it is still the one that was read (`metadata.resourceVersion`), else 409. Sent once. */
  readonly putLease: (options: CallOptions, name: ObjectName, body: LeaseObject) => Promise<Called>
}

/**
 * How a Lease is read and replaced. Every tick does, also one that finds nothing to do, and the vendor's client costs more CPU than all
 * the rest of such a tick: three plain requests do the same wherever the credentials are plain ones, in every pod above all. Whatever
 * needs more (plugins, proxies, several files, files with faults) is left to the vendor's client.
 */
export async function leaseRequests(access: ClusterAccess): Promise<LeaseRequests> {
  if ((await findPlainServer(access)) === null) return import('./requests.ts')
  return {
    getLease: (options, name) => plainCall(options, 'again', { method: 'GET', path: pathOf(name) }),
    putLease: (options, name, body) => plainCall(options, 'once', { method: 'PUT', path: pathOf(name), body }),
  }
}

function pathOf({ namespace, name }: ObjectName): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases/${encodeURIComponent(name)}`
}
