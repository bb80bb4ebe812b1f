import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { FaultKind } from './faults.ts'
import { admin, httpBench, type HttpBench } from './http-bench.ts'

let open: HttpBench | null = null
const start = async (...args: Parameters<typeof httpBench>): Promise<HttpBench> => (open = await httpBench(...args))
afterEach(async () => {
  await open?.server.close()
  open = null
})

const SHELL = '/api/orchestration/shell'
const sequenceOf = (b: HttpBench): number => (b.state.shell() as { snapshotSequence: number }).snapshotSequence
const deletion = (b: HttpBench): object => {
  b.thread('t')
  return { type: 'thread.delete', commandId: 'del', threadId: 't' }
}

describe('the server', () => {
  it('records every request, with its command and without its token', async () => {
    const b = await start()
    await b.get(SHELL)
    await b.post({ type: 'thread.delete', commandId: 'c1', threadId: 'x' })
    expect(b.server.requests).toMatchObject([
      { method: 'GET', path: SHELL, status: 200, commandType: null, commandId: null },
      { method: 'POST', status: 500, commandType: 'thread.delete', commandId: 'c1', threadId: 'x' },
    ])
    expect(JSON.stringify(b.server.requests)).not.toContain('admin')
  })

  it('tells the time of the injected clock', async () => {
    const b = await start()
    b.clock.tick(86_400_000)
    const { headers } = await b.get('/.well-known/t3/environment')
    expect(headers.get('date')).toBe(new Date(b.clock.now()).toUTCString())
    expect(headers.get('keep-alive')).toBe('timeout=5')
  })

  it('answers an unknown GET with its web page and 200, when it has one', async () => {
    const b = await start()
    const answer = await b.get('/api/orchestration/shell-snapshot')
    expect(answer).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' })
  })

  it('takes a token away in the middle', async () => {
    const b = await start()
    expect((await b.get(SHELL)).status).toBe(200)
    b.tokens['admin'] = 'revoked'
    expect((await b.get(SHELL)).status).toBe(401)
  })

  it('cuts its connections on a restart and answers again on the same port', async () => {
    const b = await start()
    const socket = connect(b.server.port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    // One round trip, so that the server has this connection for certain.
    socket.write('GET /.well-known/t3/environment HTTP/1.1\r\nhost: x\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    b.state.restart({ kill: true })
    await closed
    expect((await b.get(SHELL)).status).toBe(200)
  })

  it('keeps the error of a broken agent and answers an empty 500', async () => {
    const b = await start({
      agent: {
        turn: () => {
          throw new Error('scripted bug')
        },
      },
    })
    b.thread('t')
    b.start('t', 'hi')
    b.clock.tick(1000)
    expect(await b.get(SHELL)).toMatchObject({ status: 500, body: '' })
    expect(b.server.errors).toEqual([new Error('scripted bug')])
  })
})

describe('faults', () => {
  it.each<[FaultKind, number, boolean]>([
    ['401', 401, false],
    ['403', 403, false],
    ['429', 429, false],
    ['500', 500, false],
    ['502', 502, false],
    ['html', 200, false],
    ['slow', 200, true],
    ['truncated-json', 200, true],
  ])('%s answers %d; written: %s', async (kind, status, written) => {
    const b = await start()
    const command = deletion(b)
    const before = sequenceOf(b)
    b.server.faults.add({ match: { commandType: 'thread.delete' }, kind, times: 1, delayMs: 20 })
    const init = {
      headers: { ...admin, 'content-type': 'application/json' },
      body: JSON.stringify(command),
    }
    const response = await fetch(`${b.server.url}/api/orchestration/dispatch`, {
      method: 'POST',
      ...init,
    })
    const text = await response.text()
    expect(response.status).toBe(status)
    expect(sequenceOf(b) > before).toBe(written)
    if (kind === 'truncated-json') expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    expect(await b.post(command)).toMatchObject({ status: 200, body: { sequence: before + 1 } })
  })

  it.each<[FaultKind, boolean]>([
    ['hang', false],
    ['reset', false],
    ['reset-mid-body', true],
    ['lost-answer', true],
  ])('%s never completes; written: %s', async (kind, written) => {
    const b = await start()
    const command = deletion(b)
    const before = sequenceOf(b)
    b.server.faults.add({ match: ({ commandId }) => commandId === 'del', kind, times: 1 })
    const init = {
      headers: { ...admin, 'content-type': 'application/json' },
      body: JSON.stringify(command),
    }
    await expect(
      b.request('POST', '/api/orchestration/dispatch', {
        ...init,
        signal: AbortSignal.timeout(200),
      }),
    ).rejects.toThrow(/fetch failed|timeout|aborted|terminated/i)
    expect(sequenceOf(b) > before).toBe(written)
    expect(b.server.requests[0]).toMatchObject({ fault: kind, status: null })
    expect(await b.post(command)).toMatchObject({ status: 200, body: { sequence: before + 1 } })
  })

  it('hits what matches, as often as told, until it is removed', async () => {
    const b = await start()
    const statuses = async (): Promise<number[]> => [
      (await b.get(SHELL)).status,
      (await b.get('/api/orchestration/snapshot')).status,
    ]
    b.server.faults.add({ match: { path: SHELL }, kind: '500', times: 1 })
    const remove = b.server.faults.add({
      match: { path: /snapshot$/, method: 'GET' },
      kind: '502',
    })
    expect(await statuses()).toEqual([500, 502])
    expect(await statuses()).toEqual([200, 502])
    remove()
    expect(await statuses()).toEqual([200, 200])
  })
})
