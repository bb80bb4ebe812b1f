import { request as requestOverHttp, type IncomingMessage } from 'node:http'
import { findPlainServer, type PlainServer } from './plain-server.ts'
import { readFailure, type Refusal } from './read-failure.ts'
import { repeat, type CallOptions, type Called, type RawAnswer, type Repeat } from './repeat.ts'

interface PlainRequest {
  readonly method: 'GET' | 'PUT'
  readonly path: string
  readonly body?: object
}

/** One JSON request to the API server on Node's own HTTP client, repeated as {@link repeat} says. Never throws for what server or network do. */
export function plainCall(options: CallOptions, how: Repeat, request: PlainRequest): Promise<Called> {
  let server: PlainServer | null = null
  return repeat(options, how, async (timeout, fresh) => {
    try {
      if (fresh || server === null) server = await findPlainServer(options.access)
      if (server === null) throw new Error('the credentials are no plain ones any more')
      return { ok: true, answer: await send(server, request, options.userAgent, timeout) }
    } catch (error) {
      return { ok: false, failure: readFailure(error) }
    }
  })
}

/** Connection, headers and body within `timeout`. Rejects with a {@link Refusal} for any other status than a success. */
async function send(
  server: PlainServer,
  request: PlainRequest,
  userAgent: string,
  timeout: number,
): Promise<RawAnswer> {
  const { method, path, body } = request
  const { address, token, tls } = server
  const over = address.protocol === 'https:' ? process.getBuiltinModule('node:https').request : requestOverHttp
  const text = body === undefined ? undefined : JSON.stringify(body)
  const signal = AbortSignal.timeout(timeout)
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = over(new URL(withoutSlash(address.pathname) + path, address), {
      ...tls,
      method,
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
      signal,
    })
    sent.on('error', reject)
    sent.once('response', resolve)
    sent.end(text)
  })
  const chunks: Buffer[] = []
  try {
    for await (const chunk of answer) chunks.push(chunk as Buffer)
  } catch (error) {
    // A body that is broken off by our own clock ends like any other: only the signal knows why.
    throw signal.aborted ? signal.reason : error
  }
  const told = Buffer.concat(chunks).toString('utf8')
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]))
  const status = answer.statusCode ?? 0
  if (status < 200 || status > 299) throw refusal(status, told, headers)
  return { headers, data: JSON.parse(told) as unknown }
}

function refusal(code: number, body: string, headers: unknown): Refusal {
  return Object.assign(new Error(`status ${code}`), { code, body, headers })
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
