import type { Fetch, Fetched, ResponseHeaders } from '../../ports/fetch.ts'
import { createSlots } from './slots.ts'

/** Why no answer came, in words that are fit for logs: an error code or a rule of ours, never a body. */
export interface TransportFailure extends Error {
  readonly name: 'TransportFailure'
  readonly kind: 'timeout' | 'deadline' | 'network' | 'redirect'
}

interface TransportOptions {
  /** Milliseconds left of the tick. */
  readonly deadline: () => number
  readonly timeoutMs: number
  readonly maxInFlight: number
  readonly sent: () => void
  readonly answered: (headers: ResponseHeaders) => void
  /** The global one by default. */
  readonly fetch?: Fetch | undefined
}

/** What Octokit looks at of a response. */
interface WholeResponse extends Fetched {
  readonly url: string
}

/** What Octokit asks for; its bodies are texts. */
interface Init {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly redirect?: string
}

/** GitHub's documentation names 301, 302 and 307; 308 is what some gateways send in their place. */
const redirects = new Set([301, 302, 307, 308])
const maxRedirects = 3

/**
 * The `fetch` under Octokit. Every request has a timeout that also covers the reading of the body and never outlasts the tick; a
 * limited number is in flight. Redirects are followed with the same method and body on the same host only (a renamed repo), unless
 * the caller asks for `redirect: 'manual'`. Rejects with {@link TransportFailure} alone.
 */
export function createTransport(options: TransportOptions): (url: string, init?: Init) => Promise<WholeResponse> {
  const inSlot = createSlots(options.maxInFlight)
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init))

  async function exchange(url: URL, init: Init): Promise<WholeResponse> {
    const left = options.deadline()
    if (left <= 0) throw transportFailure('deadline', 'not sent: the time of this tick is over')
    // Node refuses a fraction of a millisecond, and what is left of a tick is one.
    const limit = Math.ceil(Math.min(options.timeoutMs, left))
    const signal = AbortSignal.timeout(limit)
    options.sent()
    try {
      const response = await send(url, { ...init, redirect: 'manual', signal })
      options.answered(response.headers)
      // Read here, because Octokit takes a body that breaks off for an empty one.
      const body = await response.arrayBuffer()
      const { status, statusText, headers } = response
      return {
        url: url.href,
        status,
        statusText,
        headers,
        arrayBuffer: async () => body,
        text: async () => new TextDecoder().decode(body),
      }
    } catch (error) {
      if (signal.aborted) throw transportFailure('timeout', `no answer within ${String(limit)} ms`)
      throw transportFailure('network', errorCode(error))
    }
  }

  return async (input, init = {}) => {
    let url = new URL(input)
    for (let hops = 0; ; hops += 1) {
      const target = url
      const response = await inSlot(() => exchange(target, init))
      // A log is told by a 302 that the caller follows without credentials; a moved repo's 301 is followed here.
      if ((init.redirect === 'manual' && response.status === 302) || !redirects.has(response.status)) return response
      url = redirectTarget(url, response, init.method ?? 'GET', hops)
    }
  }
}

export function isTransportFailure(error: unknown): error is TransportFailure {
  return error instanceof Error && error.name === 'TransportFailure'
}

export function transportFailure(kind: TransportFailure['kind'], message: string): TransportFailure {
  return Object.assign(new Error(message), { name: 'TransportFailure' as const, kind })
}

/** The code of a failed connection, such as `ECONNRESET`; the texts around it may quote a URL. */
export function errorCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return 'the connection failed'
}

function redirectTarget(from: URL, response: WholeResponse, method: string, hops: number): URL {
  const location = response.headers.get('location')
  const status = String(response.status)
  if (location === null) throw transportFailure('redirect', `${status} without a Location`)
  if (hops >= maxRedirects) throw transportFailure('redirect', `more than ${String(maxRedirects)} redirects`)
  const target = URL.parse(location, from.href)
  if (target === null) throw transportFailure('redirect', `${status} with a Location that is no address`)
  if (target.origin !== from.origin) {
    throw transportFailure(
      'redirect',
      `${status} to another host (${target.host.slice(0, 253)}) is not followed: it would get the token`,
    )
  }
  if (response.status === 302 && method !== 'GET') {
    throw transportFailure('redirect', `302 is not followed for ${method}`)
  }
  return target
}
