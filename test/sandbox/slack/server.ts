import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmulator } from 'emulate'
import type { Receipt } from '../../../src/ports/notifier.ts'
import type { SlackFault, SlackFaults } from './faults.ts'
import { createSlackFaults } from './faults.ts'
import { type PostedMessage, readMessages } from './messages.ts'
import { refusalOf, shortenUsers } from './refusals.ts'
import { channel, slackSeed, tokenOf } from './seed.ts'
import { createUpstream, mustSucceed, type Upstream } from './upstream.ts'

export interface RecordedSlackRequest {
  readonly method: string
  /** The form as it was sent, without the token. */
  readonly form: Readonly<Record<string, string>>
  readonly userAgent: string
  /** Whether the token was a known one. */
  readonly authorized: boolean
}

export interface SlackSandbox {
  /** Ends in `/api/`, as the client's `slackApiUrl` wants it. */
  readonly apiUrl: string
  /** A page that shows the messages, for people. */
  readonly inspectorUrl: string
  readonly token: string
  readonly channel: string
  readonly faults: SlackFaults
  readonly requests: readonly RecordedSlackRequest[]
  /** What stands in the channel and in its threads, oldest first. */
  readonly messages: () => Promise<readonly PostedMessage[]>
  /** From now on only this token is known. */
  readonly rotate: (token: string) => void
  /** One of the people (`seed.ts`) reacts to a message, or takes the reaction back. */
  readonly react: (message: Receipt, user: string, name: string) => Promise<void>
  readonly unreact: (message: Receipt, user: string, name: string) => Promise<void>
  /** Somebody deletes a message of the bot's. */
  readonly remove: (message: Receipt) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Slack, as the `emulate` package plays it, behind a proxy for what it does not play: unknown tokens (the emulator takes them for an
 * administrator's), the validation of blocks, replies to what is gone, short lists of users, and every failure. `port` is the
 * inspector's. `scopes` are the bot's, and missing ones are refused.
 */
export async function startSlack(
  options: { readonly port?: number; readonly token?: string; readonly scopes?: readonly string[] } = {},
): Promise<SlackSandbox> {
  const seeded = 'xoxb-sandbox-inside'
  const scopes = options.scopes ?? ['chat:write', 'channels:history', 'reactions:read']
  const first = options.token ?? 'xoxb-sandbox-token'
  const emulator = await createEmulator({
    service: 'slack',
    port: options.port ?? 0,
    seed: slackSeed({ token: seeded, scopes }),
  })
  const upstream = createUpstream(emulator.url, seeded)
  const world: World = { upstream, known: first, scopes, faults: createSlackFaults(), requests: [] }
  const proxy = createServer((request, response) => void serve(world, request, response))
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    apiUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/`,
    inspectorUrl: `${emulator.url}/`,
    token: first,
    channel,
    faults: world.faults,
    requests: world.requests,
    messages: () => readMessages(upstream),
    rotate: (token) => void (world.known = token),
    react: ({ channel: id, ts }, user, name) =>
      mustSucceed(upstream, 'reactions.add', { channel: id, timestamp: ts, name }, tokenOf(user)),
    unreact: ({ channel: id, ts }, user, name) =>
      mustSucceed(upstream, 'reactions.remove', { channel: id, timestamp: ts, name }, tokenOf(user)),
    remove: ({ channel: id, ts }) => mustSucceed(upstream, 'chat.delete', { channel: id, ts }),
    close: async () => {
      const closed = once(proxy, 'close')
      proxy.close()
      proxy.closeAllConnections()
      await Promise.all([closed, emulator.close()])
    },
  }
}

interface World {
  readonly upstream: Upstream
  known: string
  readonly scopes: readonly string[]
  readonly faults: SlackFaults
  readonly requests: RecordedSlackRequest[]
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = /^\/api\/([a-z][\w.]*)$/i.exec(request.url ?? '')?.[1]
  const body = await readText(request)
  if (method === undefined || request.method !== 'POST') return sendPage(response, 404)
  const form = new URLSearchParams(body)
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  const authorized = token === world.known
  world.requests.push({
    method,
    form: Object.fromEntries(form),
    userAgent: request.headers['user-agent'] ?? '',
    authorized,
  })
  const fault = world.faults.take(method)
  if (fault !== undefined && fault.kind !== 'lost-answer') return fail(response, fault)
  if (!authorized) return sendJson(response, { ok: false, error: token === undefined ? 'not_authed' : 'invalid_auth' })
  const refusal = await refusalOf(method, form, world.upstream)
  if (refusal !== null) return sendJson(response, refusal)
  const answer = await world.upstream(method, body)
  const text = method === 'reactions.get' ? shortenUsers(await answer.text(), form) : await answer.text()
  if (fault !== undefined) return void response.socket?.resetAndDestroy()
  // Slack tells a token's scopes with every answer to it.
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-oauth-scopes': world.scopes.join(',') }
  response.writeHead(answer.status, headers).end(text)
}

function fail(response: ServerResponse, fault: SlackFault): void {
  const { kind } = fault
  if (typeof kind === 'object') return sendJson(response, { ok: false, error: kind.error })
  switch (kind) {
    case '429': {
      const retryAfter = fault.retryAfter === undefined ? 30 : fault.retryAfter
      response.writeHead(429, retryAfter === null ? {} : { 'retry-after': String(retryAfter) }).end()
      return
    }
    case 'ratelimited':
      return sendJson(response, { ok: false, error: 'ratelimited' })
    case '500':
      return sendPage(response, 500)
    case 'html':
      return sendPage(response, 200)
    case 'truncated-json':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"channel":"C0')
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
    case 'lost-answer':
      return
  }
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

function sendPage(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html><title>Slack</title>')
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
