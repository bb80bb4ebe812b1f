import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Fault } from './faults.ts'

/** A request as it reached the proxy. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly authorization: string | null
  readonly isWrite: boolean
  /** Requests before this one. */
  readonly earlier: number
  readonly struck: boolean
}

export interface Faulty {
  readonly url: string
  readonly seen: readonly Seen[]
  /** What another host, to which a redirect leads, was asked for. */
  readonly strangers: readonly Pick<Seen, 'method' | 'authorization'>[]
  readonly close: () => Promise<void>
}

export interface FaultyOptions {
  /** A sandbox's server, without a slash at its end. */
  readonly upstream: string
  readonly fault: Fault
  /** Which requests the fault may strike. */
  readonly aims: (request: Omit<Seen, 'struck'>) => boolean
  /** How this service words a failure. */
  readonly words: (status: number) => { readonly type: string; readonly body: string }
}

/** A real HTTP server before a sandbox's, at which one thing goes wrong, the same way for every service. */
export async function startFaulty(options: FaultyOptions): Promise<Faulty> {
  const { fault, aims } = options
  const seen: Seen[] = []
  const strangers: Pick<Seen, 'method' | 'authorization'>[] = []
  const stranger = await listen((request, response) => {
    strangers.push({ method: request.method ?? '', authorization: request.headers.authorization ?? null })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  let strikes = 0
  const proxy = await listen((incoming, outgoing) => {
    const serve = async (): Promise<void> => {
      const body = await buffer(incoming)
      const request = { ...describe(incoming), earlier: seen.length }
      const struck = strikes < fault.times && aims(request)
      if (struck) strikes += 1
      seen.push({ ...request, struck })
      if (struck) await strike({ ...options, elsewhere: stranger.url }, incoming, outgoing, body)
      else send(outgoing, await relay(options.upstream, incoming, body))
    }
    // The case is over, and the sandbox behind this is closed.
    serve().catch(() => outgoing.destroy())
  })
  return {
    url: proxy.url,
    seen,
    strangers,
    close: async () => void (await Promise.all([proxy.close(), stranger.close()])),
  }
}

const moved = '/here-now'

async function strike(
  { fault, upstream, words, elsewhere }: FaultyOptions & { readonly elsewhere: string },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  body: Buffer,
): Promise<void> {
  const { does } = fault
  switch (does.kind) {
    case 'answer': {
      const { type, body: said } = does.says ?? words(does.status)
      const date = new Date().toUTCString()
      outgoing.writeHead(does.status, { 'content-type': type, date, ...does.headers }).end(said)
      return
    }
    case 'moved': {
      const location = does.to === 'here' ? `${moved}${incoming.url}` : `${elsewhere}${incoming.url}`
      const { type, body: said } = words(301)
      outgoing.writeHead(301, { 'content-type': type, location }).end(said)
      return
    }
    case 'hang':
      return
    case 'reset':
      outgoing.socket?.resetAndDestroy()
      return
    case 'lost':
      await relay(upstream, incoming, body)
      outgoing.socket?.resetAndDestroy()
      return
    case 'half': {
      const answer = await relay(upstream, incoming, body)
      const length = String(Math.max(2, answer.body.length))
      outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': length })
      outgoing.write(answer.body.subarray(0, answer.body.length / 2), () => outgoing.socket?.resetAndDestroy())
      return
    }
    case 'cut': {
      const answer = await relay(upstream, incoming, body)
      send(outgoing, { ...answer, body: answer.body.subarray(0, answer.body.length / 2) })
      return
    }
    case 'clock': {
      const answer = await relay(upstream, incoming, body)
      const date = new Date(Date.parse(answer.headers['date'] ?? '') + does.aheadMs).toUTCString()
      send(outgoing, { ...answer, headers: { ...answer.headers, date } })
      return
    }
  }
}

interface Relayed {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Of the connection, not of the message. */
const perHop = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'host', 'expect']

async function relay(upstream: string, incoming: IncomingMessage, body: Buffer): Promise<Relayed> {
  const path = (incoming.url ?? '/').replace(moved, '')
  const asked = Object.entries(incoming.headers).flatMap(([name, value]) =>
    perHop.includes(name) ? [] : [[name, String(value)] as const],
  )
  const response = await fetch(`${upstream}${path}`, {
    method: incoming.method ?? 'GET',
    headers: Object.fromEntries(asked),
    redirect: 'manual',
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  })
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !perHop.includes(name)))
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) }
}

function send(outgoing: ServerResponse, { status, headers, body }: Relayed): void {
  // A 204 has no body, and no length either.
  const length = body.length === 0 ? {} : { 'content-length': String(body.length) }
  outgoing.writeHead(status, { ...headers, ...length }).end(body)
}

function describe({ method = 'GET', url = '/', headers }: IncomingMessage): Omit<Seen, 'struck' | 'earlier'> {
  const isQuery = url.endsWith('/graphql')
  return {
    method,
    path: url,
    authorization: headers.authorization ?? null,
    isWrite: method !== 'GET' && !isQuery,
  }
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
