import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from './faults.ts'
import type { Answer } from './status.ts'
import { failure } from './status.ts'

const REASONS: Readonly<Record<string, readonly [number, string, string]>> = {
  '401': [401, 'Unauthorized', 'Unauthorized'],
  '403': [403, 'Forbidden', 'forbidden by a fault of the sandbox'],
  '404': [404, 'NotFound', 'not found by a fault of the sandbox'],
  '409': [
    409,
    'Conflict',
    'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again',
  ],
  '429': [429, 'TooManyRequests', 'The apiserver is currently overloaded, please try again later'],
  '500': [500, 'InternalError', 'Internal error occurred: etcdserver: request timed out'],
}

/** Sends `handle`'s answer, or what a fault makes of it. Only `slow`, `race` and `lost-answer` let the request be carried out. */
export async function send(response: ServerResponse, fault: Fault | undefined, handle: () => Answer): Promise<void> {
  if (fault === undefined) return write(response, handle())
  const known = REASONS[fault.kind]
  if (known !== undefined) {
    const [code, reason, message] = known
    const headers = fault.kind === '429' ? { 'retry-after': String(fault.retryAfter ?? 1) } : {}
    return write(response, { ...failure(code, reason, message), headers })
  }
  switch (fault.kind) {
    case 'hang':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'lost-answer':
      handle()
      response.socket?.resetAndDestroy()
      return
    case 'race':
      fault.meanwhile?.()
      return write(response, handle())
    case 'slow':
      await pause(fault.ms ?? 200, undefined, { ref: false })
      return write(response, handle())
    case 'truncated-json': {
      const text = JSON.stringify(handle().body)
      response.writeHead(200, { 'content-type': 'application/json' }).end(text.slice(0, Math.floor(text.length / 2)))
      return
    }
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>')
      return
    case '502':
      // What a load balancer before the API server says, in its own words.
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html><body><h1>502 Bad Gateway</h1></body></html>')
      return
    default:
      throw new Error(`a fault without an effect: ${fault.kind}`)
  }
}

function write(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    ...answer.headers,
  })
  response.end(JSON.stringify(answer.body))
}
