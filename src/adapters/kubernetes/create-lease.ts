import { randomUUID } from 'node:crypto'
import type { Lock } from '../../ports/lock.ts'
import { PortError } from '../../ports/errors.ts'
import type { CallOptions } from './repeat.ts'
import { holdLease } from './hold-lease.ts'

export interface LeaseOptions extends CallOptions {
  readonly namespace: string
  /** `afk-poller` or `afk-watcher`. */
  readonly name: string
  /** Who holds it, for people: the pod's name. Made unique here. */
  readonly holder: string
  /**
   * Longer than the longest that the program can live: tick deadline plus grace (SPEC 11). The default, 70, goes with
   * the default deadline of 45 (SPEC 10).
   */
  readonly durationSeconds?: number
  /** Milliseconds since the epoch, used only when the API server's answer carries no `Date`; the pod's clock unless a test says otherwise. */
  readonly wallClock?: () => number
}

/**
 * A Lock on a Lease that exists already (the manifests bring it; afk may only get and update it).
 *
 * Taking it is a read and one replacement that carries the `resourceVersion` read: of two that try at once the API server lets one
 * through. A dead holder's Lease is taken over when its `renewTime + leaseDurationSeconds` has passed **on the API server's clock**
 * (the `Date` of its answer, which is also what the times written come from), so that no two pods' clocks are ever compared.
 * It is never renewed: a tick is shorter than the Lease.
 *
 * Throws PortError: `config` when the Lease is not there, `forbidden` without the right, `unavailable`, `auth`, `rate`, `contract`.
 */
export function createLease(options: LeaseOptions): Lock {
  const { durationSeconds = 70 } = options
  if (!Number.isInteger(durationSeconds) || durationSeconds < 1) {
    const message = `lease duration: expected whole seconds from 1 up, got ${durationSeconds}`
    throw new PortError('lock', 'create', 'config', message)
  }
  // Two processes of one pod's name must not both take themselves for the holder.
  const identity = `${options.holder}_${randomUUID()}`
  return { acquire: () => holdLease({ ...options, durationSeconds, identity }) }
}
