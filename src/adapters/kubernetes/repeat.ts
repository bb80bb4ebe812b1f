import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterAccess } from './cluster-access.ts'
import type { Failure } from './read-failure.ts'

export interface CallOptions {
  readonly access: ClusterAccess
  readonly userAgent: string
  /** Milliseconds that the tick has left. */
  readonly deadline: () => number
  /** Milliseconds one request may take; 10 s unless a test says otherwise. */
  readonly timeout?: number
  /** Called for every request, repeats included. */
  readonly sent?: () => void
}

/** The part of an answer that afk looks at; `data` is still unparsed. */
export interface RawAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
}

export type Called =
  | { readonly ok: true; readonly answer: RawAnswer }
  | { readonly ok: false; readonly failure: Failure }

/** How often the request may be sent: `again` = once more after no answer or a 5xx (reads), `once` = never (writes). */
export type Repeat = 'again' | 'once'

/** Sends the request once, within `timeout` milliseconds; `fresh` when the credentials are to be read anew. */
type Attempt = (timeout: number, fresh: boolean) => Promise<Called>

/**
 * One operation on the API server, with a timeout, never throwing for what server or network do. A 401 reads the credentials
 * again, once; a limit is waited for within the deadline (the server sends it with `Retry-After` and has done nothing).
 */
export async function repeat(options: CallOptions, how: Repeat, attempt: Attempt): Promise<Called> {
  let fresh = true
  let refreshed = false
  let attempts = 0
  for (;;) {
    const timeout = Math.min(options.timeout ?? 10_000, Math.floor(options.deadline()))
    if (timeout <= 0) return { ok: false, failure: noTime() }
    attempts += 1
    options.sent?.()
    const called = await attempt(timeout, fresh)
    fresh = false
    if (called.ok) return called
    const { failure } = called
    if (failure.category === 'auth' && !refreshed) {
      refreshed = true
      fresh = true
      continue
    }
    const wait = waitBefore(failure, how, attempts)
    if (wait === null || wait + 500 > options.deadline()) return called
    await pause(wait)
  }
}

function waitBefore(failure: Failure, how: Repeat, attempts: number): number | null {
  if (failure.category === 'rate' && attempts < 4) return (failure.retryAfter ?? 1) * 1_000
  if (failure.category === 'unavailable' && how === 'again' && attempts < 3) {
    // Jitter, so that two programs that lost the same server do not come back together.
    return 100 * 3 ** attempts * (0.5 + Math.random())
  }
  return null
}

function noTime(): Failure {
  return { category: 'unavailable', status: null, retryAfter: null, reason: null, message: 'the tick has no time left' }
}
