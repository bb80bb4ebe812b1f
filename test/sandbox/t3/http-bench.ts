import { adminScopes, type Tokens } from './auth.ts'
import { bench, type Bench } from './harness.ts'
import { startT3Server, type T3Server, type T3ServerOptions } from './server.ts'
import type { T3Options } from './state.ts'

export interface HttpAnswer {
  status: number
  contentType: string | null
  /** Parsed when it is JSON, else text, as in the recordings. */
  body: unknown
  headers: Headers
}

export interface HttpBench extends Bench {
  server: T3Server
  tokens: Tokens
  request(
    method: string,
    path: string,
    init?: { headers?: Record<string, string>; body?: string; signal?: AbortSignal },
  ): Promise<HttpAnswer>
  /** With an admin token, which `request` never adds by itself. */
  get(path: string): Promise<HttpAnswer>
  post(command: unknown): Promise<HttpAnswer>
}

export const admin = { authorization: 'Bearer admin' }

/** A bench whose state is also served over HTTP; the caller closes `server`. */
export async function httpBench(
  options: Partial<T3Options> = {},
  serverOptions: Partial<T3ServerOptions> = {},
): Promise<HttpBench> {
  const b = bench(options)
  const tokens: Tokens = {
    admin: adminScopes,
    reader: ['orchestration:read'],
    old: 'expired',
    gone: 'revoked',
  }
  const server = await startT3Server(b.state, { tokens, ...serverOptions })
  const request: HttpBench['request'] = async (method, path, init = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      signal: AbortSignal.timeout(5000),
      ...init,
    })
    const contentType = response.headers.get('content-type')
    const text = await response.text()
    const body: unknown = contentType === 'application/json' && text !== '' ? JSON.parse(text) : text
    return { status: response.status, contentType, body, headers: response.headers }
  }
  return {
    ...b,
    server,
    tokens,
    request,
    get: (path) => request('GET', path, { headers: admin }),
    post: (command) =>
      request('POST', '/api/orchestration/dispatch', {
        headers: { ...admin, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      }),
  }
}
