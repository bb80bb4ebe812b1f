import type { Lock } from '../../ports/lock.ts'
import { PortError } from '../../ports/errors.ts'
import type { ObjectName } from './requests.ts'
import type { Failure } from './read-failure.ts'
import type { CallOptions, Called, RawAnswer } from './repeat.ts'
import type { LeaseState } from './lease-state.ts'
import { isHeld, readLease } from './lease-state.ts'
import { freeLease, heldLease } from './lease-writes.ts'
import { leaseRequests } from './lease-requests.ts'

type Acquired = Awaited<ReturnType<Lock['acquire']>>

/** What holding takes, all of it decided: see `LeaseOptions`. */
export interface Holding extends CallOptions, ObjectName {
  readonly identity: string
  readonly durationSeconds: number
  readonly wallClock?: () => number
}

/** What `createLease` promises, for one identity. */
export async function holdLease(options: Holding): Promise<Acquired> {
  const { getLease, putLease } = await leaseRequests(options.access)
  // A second look is needed after a lost race or a lost answer; more would only fight over a Lease that others are taking.
  for (let look = 1; look <= 2; look += 1) {
    const seen = await getLease(options, options)
    const { lease, now } = requireLease(options, seen)
    // Ours already: the write of the first look was done, only its answer was lost.
    if (look > 1 && lease.holder === options.identity) return held(options, lease, now)
    if (isHeld(lease, now)) return { held: false, by: lease.holder }
    const put = await putLease(options, options, heldLease(lease, options.identity, now, options.durationSeconds))
    if (put.ok) return held(options, requireLease(options, put).lease, now)
    if (put.failure.category === 'conflict') continue
    if (put.failure.category !== 'unavailable' || look === 2) throw asError(options, put.failure)
  }
  return { held: false, by: 'another process (the Lease changed twice while it was being taken)' }
}

function held(options: Holding, lease: LeaseState, now: number): Acquired {
  let released = false
  return {
    held: true,
    release: async () => {
      if (released) return
      released = true
      await release(options, lease, now)
    },
  }
}

/**
 * Gives it back, with its own few seconds even after the tick's deadline. A Lease that meanwhile changed or went is no longer ours to
 * give; what fails otherwise is thrown, and costs only time: the Lease ends by itself.
 */
async function release(options: Holding, lease: LeaseState, now: number): Promise<void> {
  const { putLease } = await leaseRequests(options.access)
  const patient = {
    ...options,
    deadline: () => Math.max(options.deadline(), RELEASE_MS),
    timeout: Math.min(options.timeout ?? RELEASE_MS, RELEASE_MS),
  }
  let put = await putLease(patient, options, freeLease(lease, now))
  // Safe to repeat: was the first one done, the second meets a newer resourceVersion and changes nothing.
  if (!put.ok && put.failure.category === 'unavailable') put = await putLease(patient, options, freeLease(lease, now))
  if (put.ok || put.failure.category === 'conflict' || put.failure.category === 'not-found') return
  throw asError(options, put.failure, 'release')
}

const RELEASE_MS = 3_000

function requireLease(options: Holding, called: Called): { readonly lease: LeaseState; readonly now: number } {
  if (!called.ok) throw asError(options, called.failure)
  const read = readLease(called.answer.data)
  if (!read.ok)
    throw new PortError(
      'lock',
      'acquire',
      'contract',
      `${describe(options)}: the answer is no Lease (missing or wrong: ${read.where})`,
    )
  return { lease: read.lease, now: serverNow(called.answer) ?? (options.wallClock ?? Date.now)() }
}

/** Whole seconds, rounded down (RFC 9110): a Lease may end a second early, of the fifteen and more that its duration has to spare. */
function serverNow({ headers }: RawAnswer): number | null {
  const at = Date.parse(headers['date'] ?? '')
  return Number.isNaN(at) ? null : at
}

function asError(options: Holding, failure: Failure, operation = 'acquire'): PortError {
  const more = { status: failure.status, retryAfter: failure.retryAfter }
  if (failure.category === 'not-found') {
    return new PortError(
      'lock',
      operation,
      'config',
      `${describe(options)} does not exist, and afk may not create it: apply the Lease manifests of deploy/base (kubectl apply -k), or correct AFK_LEASE_NAMESPACE`,
      more,
    )
  }
  if (failure.category === 'forbidden') {
    return new PortError(
      'lock',
      operation,
      'forbidden',
      `${describe(options)}: the service account may not get and update it: apply the Role and RoleBinding of deploy/base`,
      more,
    )
  }
  return new PortError('lock', operation, failure.category, `${describe(options)}: ${failure.message}`, more)
}

function describe({ namespace, name }: Holding): string {
  return `Lease ${namespace}/${name}`
}
