import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Host, Traffic } from './messages.ts'

/**
 * Stands between a program and a server of the sandbox: counts what passes, and keeps every request for `latencyMs`, as a network
 * would. Bytes are those of bodies, both ways; the sandbox sends them as they are, the real services compress theirs.
 */
export interface Tap {
  readonly url: string
  readonly close: () => Promise<void>
}

export interface Counter {
  readonly latencyMs: () => number
  readonly began: (host: Host, userAgent: string, isWrite: boolean) => Passing
}

export interface Passing {
  readonly moved: (bytes: number) => void
  readonly ended: () => void
}

export async function startTap(host: Host, target: string, counter: Counter): Promise<Tap> {
  const agent = new Agent({ keepAlive: true })
  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      agent.destroy()
      await new Promise((done) => server.close(done))
    },
  }

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const isWrite = host !== 'kubernetes' && incoming.method !== 'GET' && incoming.url !== '/graphql'
    const passing = counter.began(host, incoming.headers['user-agent'] ?? '', isWrite)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    passing.moved(body.length)
    await new Promise((done) => setTimeout(done, counter.latencyMs()))
    const { method = 'GET', url = '/', headers } = incoming
    const onward = ask(new URL(url, target), { method, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (chunk: Buffer) => passing.moved(chunk.length))
      answer.once('end', () => passing.ended())
      answer.pipe(outgoing)
    })
    // The sandbox broke off, as a fault would have it: so does the tap.
    onward.once('error', () => outgoing.destroy())
    onward.end(body)
  }
}

/** Counts by host; `depth` is the longest chain of requests of which each began after the one before it had ended. */
export function createTraffic(): {
  readonly counter: Counter
  readonly read: () => Traffic
  readonly reset: (latencyMs: number) => void
} {
  let latency = 0
  let depthEnded = 0
  let traffic = emptyTraffic()
  const inFlight: { [host in Host]: number } = { github: 0, t3: 0, kubernetes: 0 }
  return {
    counter: {
      latencyMs: () => latency,
      began: (host, userAgent, isWrite) => {
        const own = traffic.hosts[host]
        const depth = depthEnded + 1
        own.requests += 1
        if (isWrite) traffic.writes += 1
        inFlight[host] += 1
        own.inFlight = Math.max(own.inFlight, inFlight[host])
        if (!traffic.userAgents.includes(userAgent)) traffic.userAgents.push(userAgent)
        return {
          moved: (bytes) => void (own.bytes += bytes),
          ended: () => {
            inFlight[host] -= 1
            depthEnded = Math.max(depthEnded, depth)
            traffic.depth = depthEnded
          },
        }
      },
    },
    read: () => traffic,
    reset: (latencyMs) => {
      latency = latencyMs
      depthEnded = 0
      traffic = emptyTraffic()
    },
  }
}

function emptyTraffic(): Traffic {
  const none = () => ({ requests: 0, bytes: 0, inFlight: 0 })
  return { hosts: { github: none(), t3: none(), kubernetes: none() }, depth: 0, writes: 0, userAgents: [] }
}
