import type { ServerResponse } from 'node:http'
import type { Reply } from './exchange.ts'
import type { FaultKind } from './faults.ts'

export interface Sending {
  reply: Reply
  /** Epoch milliseconds: the Date header is the sandbox's clock, not this machine's. */
  now: number
  tamper: FaultKind | null
  isHead: boolean
}

/** Writes a reply, or breaks off where a fault says so: before it, in its middle, or with half of its JSON. */
export function sendReply(outgoing: ServerResponse, { reply, now, tamper, isHead }: Sending): void {
  if (tamper === 'lost-answer') return void outgoing.socket?.resetAndDestroy()
  const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
  const sent = tamper === 'truncated-json' ? text.slice(0, Math.floor(text.length / 2)) : text
  const payload = Buffer.from(sent, 'utf8')
  outgoing.writeHead(reply.status, {
    date: new Date(now).toUTCString(),
    server: 'github.com',
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8', 'content-length': payload.length }),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `SAND:${now.toString(16)}`,
    ...reply.headers,
  })
  if (tamper === 'reset-mid-body') {
    outgoing.write(payload.subarray(0, Math.floor(payload.length / 2)), () => outgoing.socket?.resetAndDestroy())
    return
  }
  outgoing.end(isHead ? undefined : payload)
}
