import type { LeaseState } from './lease-state.ts'

/** A Lease as it is written. */
export interface LeaseObject {
  readonly apiVersion: 'coordination.k8s.io/v1'
  readonly kind: 'Lease'
  readonly metadata: object
  readonly spec: Readonly<Record<string, unknown>> & { readonly acquireTime: string; readonly renewTime: string }
}

/** The Lease as ours from `now` on; everything else in the object stays, its `resourceVersion` above all. */
export function heldLease(lease: LeaseState, identity: string, now: number, durationSeconds: number): LeaseObject {
  return withSpec(lease, {
    holderIdentity: identity,
    leaseDurationSeconds: durationSeconds,
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: lease.holder === identity ? lease.transitions : lease.transitions + 1,
  })
}

/** The Lease as nobody's, in the form that client-go's leader election leaves behind (`ReleaseOnCancel`). */
export function freeLease(lease: LeaseState, now: number): LeaseObject {
  return withSpec(lease, {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: lease.transitions,
  })
}

function withSpec(lease: LeaseState, changes: LeaseObject['spec']): LeaseObject {
  const { metadata, spec } = lease.object as { metadata: object; spec?: Record<string, unknown> }
  return { metadata, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: { ...spec, ...changes } }
}

/** Six decimals: the API server refuses a time with three. */
function microTime(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '000Z')
}
