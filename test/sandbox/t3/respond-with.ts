import type { ServerResponse } from 'node:http'
import { dispatchFailed, outOfScope, unauthorised, webPage, type Answer } from './answer.ts'
import type { Fault, RecordedRequest } from './faults.ts'
import type { T3State } from './state.ts'

/** Answers a request, or does to it what its fault says. `answer` does the work, so a fault that has nothing written never calls it. */
export function respondWith(
  state: T3State,
  response: ServerResponse,
  recorded: RecordedRequest,
  fault: Fault | null,
  answer: () => Answer,
): void {
  recorded.fault = fault?.kind ?? null
  const send = (content: Answer): void => {
    recorded.status = content.status
    write(state, response, content)
  }
  switch (fault?.kind) {
    case undefined:
      return send(answer())
    case '401':
      return send(unauthorised('invalid_credential', state.traceId()))
    case '403':
      return send(outOfScope('orchestration:operate', state.traceId()))
    // T3 itself never limits (contract 10); a proxy before it may.
    case '429':
      return send({
        status: 429,
        body: 'Too Many Requests',
        contentType: 'text/plain',
        headers: { 'retry-after': '2' },
      })
    case '500':
      return send(dispatchFailed(state.traceId()))
    case '502':
      return send({
        status: 502,
        body: '<html><h1>502 Bad Gateway</h1></html>',
        contentType: 'text/html',
      })
    case 'html':
      return send(webPage(true))
    case 'hang':
      return
    case 'lost-answer':
      answer()
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'slow': {
      const done = answer()
      const timer = setTimeout(() => send(done), fault?.delayMs ?? 1000)
      response.once('close', () => clearTimeout(timer))
      return
    }
    case 'truncated-json': {
      const done = answer()
      const body = textOf(done)
      return send({
        ...done,
        body: body.slice(0, Math.ceil(body.length / 2)),
        contentType: 'application/json',
      })
    }
    case 'reset-mid-body': {
      const done = answer()
      const body = textOf(done)
      head(state, response, done, Buffer.byteLength(body))
      response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.socket?.resetAndDestroy())
      return
    }
  }
}

function write(state: T3State, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return
  const body = textOf(answer)
  head(state, response, answer, Buffer.byteLength(body))
  response.end(body)
}

function head(state: T3State, response: ServerResponse, answer: Answer, length: number): void {
  const contentType = typeof answer.body === 'string' ? answer.contentType : 'application/json'
  response.writeHead(answer.status, {
    'access-control-allow-origin': '*',
    // The server's own clock, which is the injected one: readers take ages from it.
    date: new Date(state.clock.now()).toUTCString(),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(answer.status === 204 ? {} : { 'content-length': String(length) }),
    ...answer.headers,
  })
}

function textOf(answer: Answer): string {
  return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
}
