import type { Fetch, ResponseHeaders } from '../../ports/fetch.ts'

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: ResponseHeaders
  readonly text: string
}

/** `lost`: whether the server did it is unknown. `unsent`: it certainly did not. */
export type Exchanged =
  | Answer
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'unsent'; readonly why: string }

export type Exchange = (request: {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly token: string | null
  readonly body?: string
}) => Promise<Exchanged>

export interface ExchangeOptions {
  readonly url: string
  readonly userAgent: string
  readonly deadline: () => number
  readonly meter: { requests: number }
  /** The global one by default. */
  readonly fetch?: Fetch
}

/** Some requests at its start T3 never answers (contracts, 0.10). */
const timeoutMs = 10_000

/** One request and its whole answer, in 10 s and never beyond the tick. Throws for nothing that the network does. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { url, userAgent, deadline, meter } = options
  const send: Fetch = options.fetch ?? ((address, init) => fetch(address, init))
  const base = url.endsWith('/') ? url.slice(0, -1) : url
  return async ({ method, path, token, body }) => {
    const left = Math.floor(Math.min(timeoutMs, deadline()))
    if (left <= 0) return { kind: 'unsent', why: 'not sent: the time of this tick is over' }
    const signal = AbortSignal.timeout(left)
    meter.requests += 1
    try {
      const response = await send(`${base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          'user-agent': userAgent,
          // T3 takes no other spelling of the scheme: `bearer` counts as missing.
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
        // Followed, a redirect could carry the token to another host.
        redirect: 'manual',
        signal,
      })
      return { kind: 'answer', status: response.status, headers: response.headers, text: await response.text() }
    } catch (error) {
      return { kind: 'lost', why: signal.aborted ? `no answer within ${left} ms` : `no answer (${codeOf(error)})` }
    }
  }
}

/** The code of a failed connection, such as `ECONNRESET`; the texts around it could quote what was sent. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z_0-9]{1,40}$/.test(at.code)) return at.code
  }
  return 'the connection failed'
}
