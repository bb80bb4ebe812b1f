import type { V1Lease } from './client.ts'
import { V1MicroTime } from './client.ts'
import type { LeaseState } from './lease-state.ts'

/** The Lease as ours from `now` on; everything else in the object stays, its `resourceVersion` above all. */
export function heldLease(lease: LeaseState, identity: string, now: number, durationSeconds: number): V1Lease {
  return withSpec(lease, {
    holderIdentity: identity,
    leaseDurationSeconds: durationSeconds,
    // Six decimals: the API server refuses a time with three.
    acquireTime: new V1MicroTime(now),
    renewTime: new V1MicroTime(now),
    leaseTransitions: lease.holder === identity ? lease.transitions : lease.transitions + 1,
  })
}

/** The Lease as nobody's, in the form that client-go's leader election leaves behind (`ReleaseOnCancel`). */
export function freeLease(lease: LeaseState, now: number): V1Lease {
  return withSpec(lease, {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: new V1MicroTime(now),
    renewTime: new V1MicroTime(now),
    leaseTransitions: lease.transitions,
  })
}

function withSpec(lease: LeaseState, changes: Record<string, unknown>): V1Lease {
  const { metadata, spec } = lease.object as { metadata: object; spec?: Record<string, unknown> }
  return { metadata, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: { ...spec, ...changes } }
}
