import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './answer.ts'
import type { Tokens } from './auth.ts'
import { createFaults, type Faults, type RecordedRequest } from './faults.ts'
import type { Pairings } from './oauth.ts'
import { respondWith } from './respond-with.ts'
import { route, type RouteContext } from './routes.ts'
import type { T3State } from './state.ts'

export interface T3ServerOptions {
  /** By token. The object is read on each request, so a test may revoke one in the middle. */
  tokens: Tokens
  /** One-time credentials for `POST /oauth/token`. */
  pairings?: Iterable<string>
  /** Unknown GETs answer the web page (default, as installed) or, false, 503 (as built from source for the samples). */
  hasWebBundle?: boolean
  /** Connections accepted in the first so many milliseconds of the state's life are never answered; 200 is what was measured. Default 0. */
  startupSilenceMs?: number
  /** Default 0: any free port. */
  port?: number
}

export interface T3Server {
  url: string
  port: number
  /** All that came in, in order; `status` is filled in with the answer. */
  requests: RecordedRequest[]
  faults: Faults
  /** What went wrong in the sandbox itself or in an agent's code: such a request gets an empty 500. */
  errors: unknown[]
  close(): Promise<void>
}

/** T3's HTTP API on loopback. A restart of the state cuts every connection; the port stays. */
export async function startT3Server(state: T3State, options: T3ServerOptions): Promise<T3Server> {
  const faults = createFaults()
  const requests: RecordedRequest[] = []
  const errors: unknown[] = []
  const pairings: Pairings = new Set(options.pairings)
  const deaf = new WeakSet<object>()
  const context: RouteContext = {
    state,
    tokens: options.tokens,
    pairings,
    hasWebBundle: options.hasWebBundle ?? true,
    sessionExpiresAt: new Date(state.clock.now() + 30 * 86_400_000).toISOString(),
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    const recorded = describe(state, request, body)
    requests.push(recorded)
    if (deaf.has(request.socket)) return
    const answer = (): Answer =>
      guard(errors, () =>
        route(context, {
          method: recorded.method,
          path: recorded.path,
          authorization: request.headers.authorization,
          contentType: request.headers['content-type'],
          body,
        }),
      )
    respondWith(state, response, recorded, faults.take(recorded), answer)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      // The client went away in the middle of its body: nobody is left to answer.
      response.destroy()
    })
  })
  // T3 runs on the same HTTP server with this default; the time is told in its `keep-alive` header.
  server.keepAliveTimeout = 5000
  server.on('connection', (socket) => {
    if (state.clock.now() - state.startedAt() < (options.startupSilenceMs ?? 0)) deaf.add(socket)
  })
  const unsubscribe = state.onRestart(() => server.closeAllConnections())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    faults,
    errors,
    close: () => {
      unsubscribe()
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      server.closeAllConnections()
      return closed
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function describe(state: T3State, request: IncomingMessage, body: string): RecordedRequest {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const recorded = {
    method: request.method ?? 'GET',
    path,
    status: null,
    at: state.clock.now(),
    fault: null,
  }
  return { ...recorded, ...describeCommand(path, body) }
}

function describeCommand(path: string, body: string): Pick<RecordedRequest, 'commandType' | 'commandId' | 'threadId'> {
  let command: Record<string, unknown> = {}
  try {
    if (path === '/api/orchestration/dispatch') command = Object(JSON.parse(body)) as Record<string, unknown>
  } catch {
    // Malformed on purpose: recorded as a request without a command.
  }
  const text = (name: string): string | null => {
    const value = command[name]
    return typeof value === 'string' ? value : null
  }
  return { commandType: text('type'), commandId: text('commandId'), threadId: text('threadId') }
}

function guard(errors: unknown[], answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    errors.push(error)
    return { status: 500, body: '' }
  }
}
