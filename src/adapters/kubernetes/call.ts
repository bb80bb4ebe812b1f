import { setTimeout as pause } from 'node:timers/promises'
import type { ConfigurationOptions, RequestContext, ResponseContext } from './client.ts'
import { KubeConfig, Observable } from './client.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { loadConfig } from './load-config.ts'
import type { Failure } from './read-failure.ts'
import { readFailure } from './read-failure.ts'

export interface CallOptions {
  readonly access: ClusterAccess
  readonly userAgent: string
  /** Milliseconds that the tick has left. */
  readonly deadline: () => number
  /** Milliseconds one request may take; 10 s unless a test says otherwise. */
  readonly timeout?: number
}

/** The part of the vendor's answer that afk looks at; `data` is still unparsed. */
export interface RawAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
}

export type Called =
  | { readonly ok: true; readonly answer: RawAnswer }
  | { readonly ok: false; readonly failure: Failure }

/** How often the request may be sent: `again` = once more after no answer or a 5xx (reads), `once` = never (writes). */
export type Repeat = 'again' | 'once'

type Send = (config: KubeConfig, options: ConfigurationOptions) => Promise<RawAnswer>

/**
 * One operation on the API server, with a timeout, never throwing for what server or network do. A 401 reads the credentials
 * again, once; a 429 is waited for within the deadline (the server sends it with `Retry-After` and has done nothing).
 */
export async function call(options: CallOptions, repeat: Repeat, send: Send): Promise<Called> {
  let config = open(options)
  let refreshed = false
  let attempts = 0
  for (;;) {
    if (!(config instanceof KubeConfig)) return { ok: false, failure: config }
    const timeout = Math.min(options.timeout ?? 10_000, Math.floor(options.deadline()))
    if (timeout <= 0) return { ok: false, failure: noTime() }
    attempts += 1
    const called = await attempt(config, options.userAgent, timeout, send)
    if (called.ok) return called
    const { failure } = called
    if (failure.category === 'auth' && !refreshed) {
      refreshed = true
      config = open(options)
      continue
    }
    const wait = waitBefore(failure, repeat, attempts)
    if (wait === null || wait + 500 > options.deadline()) return called
    await pause(wait)
  }
}

function open(options: CallOptions): KubeConfig | Failure {
  try {
    return loadConfig(options.access)
  } catch (error) {
    return readFailure(error)
  }
}

async function attempt(config: KubeConfig, userAgent: string, timeout: number, send: Send): Promise<Called> {
  try {
    return { ok: true, answer: await send(config, withTimeout(timeout, userAgent)) }
  } catch (error) {
    return { ok: false, failure: readFailure(error) }
  }
}

/** The client has no timeout of its own; the signal covers connection, headers and body. */
function withTimeout(ms: number, userAgent: string): ConfigurationOptions {
  return {
    middleware: [
      {
        pre: (context: RequestContext) => {
          context.setSignal(AbortSignal.timeout(ms))
          context.setHeaderParam('User-Agent', userAgent)
          return new Observable(Promise.resolve(context))
        },
        post: (context: ResponseContext) => new Observable(Promise.resolve(context)),
      },
    ],
    middlewareMergeStrategy: 'append',
  }
}

function waitBefore(failure: Failure, repeat: Repeat, attempts: number): number | null {
  if (failure.category === 'rate' && attempts < 4) return (failure.retryAfter ?? 1) * 1_000
  if (failure.category === 'unavailable' && repeat === 'again' && attempts < 3) {
    // Jitter, so that two programs that lost the same server do not come back together.
    return 100 * 3 ** attempts * (0.5 + Math.random())
  }
  return null
}

function noTime(): Failure {
  return { category: 'unavailable', status: null, retryAfter: null, reason: null, message: 'the tick has no time left' }
}
