import * as z from 'zod'
import { whereWrong } from './where-wrong.ts'

/** A Lease as afk reads it. Instants are milliseconds. */
export interface LeaseState {
  readonly resourceVersion: string
  /** Null when nobody holds it; a released one has an empty holder. */
  readonly holder: string | null
  /** When its holder's time is over, on the API server's clock; null when the holder never said. */
  readonly endsAt: number | null
  readonly transitions: number
  /** The object as it came: what a replacement must carry on. */
  readonly object: Readonly<Record<string, unknown>>
}

// The client leaves MicroTime as the text that came.
const time = z.union([
  z.date().transform(Number),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
])

const schema = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string().min(1) }),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.int().nullish(),
      acquireTime: time.nullish(),
      renewTime: time.nullish(),
      leaseTransitions: z.int().nullish(),
    })
    .prefault({}),
})

export type ReadLease =
  | { readonly ok: true; readonly lease: LeaseState }
  | { readonly ok: false; readonly where: string }

/** `where` names the field that is not as expected. */
export function readLease(answer: unknown): ReadLease {
  const parsed = schema.safeParse(answer)
  if (!parsed.success) return { ok: false, where: whereWrong(parsed.error) }
  const { metadata, spec } = parsed.data
  const since = spec.renewTime ?? spec.acquireTime ?? null
  const seconds = spec.leaseDurationSeconds ?? null
  return {
    ok: true,
    lease: {
      resourceVersion: metadata.resourceVersion,
      holder: spec.holderIdentity === undefined || spec.holderIdentity === '' ? null : spec.holderIdentity,
      endsAt: since === null || seconds === null ? null : since + seconds * 1_000,
      transitions: spec.leaseTransitions ?? 0,
      object: answer as Readonly<Record<string, unknown>>,
    },
  }
}

/**
 * Held by someone who may still be alive at `now`. A holder that never said until when is taken over: nobody could ever tell that it
 * is gone.
 */
export function isHeld(lease: LeaseState, now: number): lease is LeaseState & { holder: string } {
  return lease.holder !== null && lease.endsAt !== null && now < lease.endsAt
}
