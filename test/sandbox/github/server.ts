import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveGraphql } from './graphql/serve.ts'
import type { ApiRequest, Reply } from './http/exchange.ts'
import { createFaults, faultReply, type Fault, type Faults } from './http/faults.ts'
import { createRateBook, type RateBook } from './http/rate.ts'
import { sendReply } from './http/send.ts'
import { loadDescription } from './openapi/description.ts'
import { createRouter } from './openapi/route.ts'
import { createValidator, type Violation } from './openapi/validate.ts'
import { serveRest } from './rest/serve.ts'
import { findCheck } from './state/checks.ts'
import type { GitHubState } from './state/model.ts'
import { settle } from './state/settle.ts'

/** Read and compiled once a process: they depend on nothing but GitHub's description, and compiling takes 0.1 s a schema. */
const description = loadDescription()
const route = createRouter(description.operations)
const validator = createValidator(description)

export interface RecordedRequest {
  method: string
  path: string
  query: Record<string, string>
  /** `operationId`, `graphql`, or null when nothing was matched. */
  operation: string | null
  /** 0: the connection ended without an answer. */
  status: number
  /** GraphQL points, or 1 for a REST request. */
  points: number
  /** The request's body as it came. */
  text: string
  fault: Fault['kind'] | null
}

export interface GitHubServer {
  /** What `AFK_GITHUB_API_URL` gets: REST at its root. */
  url: string
  graphqlUrl: string
  requests: RecordedRequest[]
  /** Exchanges that break GitHub's published contract; a test ends by asserting that there are none. */
  violations: Violation[]
  faults: Faults
  rate: RateBook
  close: () => Promise<void>
}

/**
 * Serves the state as GitHub's REST and GraphQL API on a free port of the loopback interface. Limits are points and
 * requests an hour for each login.
 */
export async function startGitHubServer(
  state: GitHubState,
  options: { restLimit?: number; graphqlLimit?: number } = {},
): Promise<GitHubServer> {
  const requests: RecordedRequest[] = []
  const violations: Violation[] = []
  const faults = createFaults()
  const rate = createRateBook(() => state.clock.now(), {
    core: options.restLimit ?? 5000,
    graphql: options.graphqlLimit ?? 5000,
  })
  const context = {
    state,
    base: '',
    route,
    validator,
    rate,
    violations,
  }

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming)
    const fault = faults.take(request)
    const record: RecordedRequest = {
      method: request.method,
      path: request.path,
      query: request.query,
      operation: null,
      status: 0,
      points: 0,
      text: request.text,
      fault: fault?.kind ?? null,
    }
    requests.push(record)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') return void outgoing.socket?.resetAndDestroy()
    if (fault?.kind === 'slow') await new Promise((done) => setTimeout(done, fault.delayMs ?? 500))
    const reply = (fault && faultReply(fault, state.clock.now(), context.base)) ?? (await serve(request, record))
    record.status = fault?.kind === 'lost-answer' ? 0 : reply.status
    sendReply(outgoing, {
      reply,
      now: state.clock.now(),
      tamper: fault?.kind ?? null,
      isHead: request.method === 'HEAD',
    })
  }

  const serve = async (request: ApiRequest, record: RecordedRequest): Promise<Reply> => {
    settle(state)
    const file = request.path.startsWith('/_files/') ? serveFile(state, request.path) : null
    if (file) return file
    if (request.path === '/graphql' && request.method === 'POST') {
      const { reply, points } = await serveGraphql(context, request)
      Object.assign(record, { operation: 'graphql', points })
      return reply
    }
    const { reply, operation } = serveRest(context, request)
    Object.assign(record, { operation, points: 1 })
    return reply
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      violations.push({
        operation: `${incoming.method} ${incoming.url}`,
        text: `the sandbox itself failed: ${error instanceof Error ? error.stack : String(error)}`,
      })
      if (!outgoing.headersSent) outgoing.writeHead(500).end('{"message":"the sandbox failed"}')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  context.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url: context.base,
    graphqlUrl: `${context.base}/graphql`,
    requests,
    violations,
    faults,
    rate,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const url = new URL(incoming.url ?? '/', 'http://loopback')
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    text: Buffer.concat(chunks).toString('utf8'),
  }
}

/** Job logs, behind the address that `/actions/jobs/{id}/logs` redirects to. No token is asked for: the address is the key. */
function serveFile(state: GitHubState, path: string): Reply {
  const match = /^\/_files\/job-logs\/(\d+)\/(\d+)\.txt$/.exec(path)
  const repo = state.repos.get(Number(match?.[1]))
  const found = repo ? findCheck(repo, Number(match?.[2])) : null
  if (!found)
    return {
      status: 404,
      text: 'The specified blob does not exist.',
      headers: { 'content-type': 'text/plain' },
    }
  return {
    status: 200,
    text: found.check.log,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  }
}
