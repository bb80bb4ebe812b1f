import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { plainFetch } from '../src/plain-fetch.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that answers so; its address. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const patience = () => ({ redirect: 'manual' as const, signal: AbortSignal.timeout(5000) })

it('sends method, headers and body, and tells status, headers in any case and text', async () => {
  const seen: unknown[] = []
  const url = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers['x-one'], request.headers['content-length']])
      seen.push(Buffer.concat(chunks).toString('utf8'))
      response.writeHead(201, 'Made', { 'X-Two': 'zwei', 'set-cookie': ['a=1', 'b=2'] }).end('grün')
    })
  })
  const answer = await plainFetch(`${url}/a?b=c`, {
    ...patience(),
    method: 'POST',
    headers: { 'x-one': 'eins' },
    body: '{"ä":1}',
  })
  expect(seen).toEqual([['POST', '/a?b=c', 'eins', '8'], '{"ä":1}'])
  expect([answer.status, answer.statusText]).toEqual([201, 'Made'])
  expect([answer.headers.get('x-two'), answer.headers.get('X-Two'), answer.headers.get('x-three')]).toEqual([
    'zwei',
    'zwei',
    null,
  ])
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'x-two': 'zwei', 'set-cookie': 'a=1, b=2' })
  expect(await answer.text()).toBe('grün')
  expect(Buffer.from(await answer.arrayBuffer()).toString('utf8')).toBe('grün')
})

it('undoes gzip, which it asks for', async () => {
  const url = await serve((request, response) => {
    expect(request.headers['accept-encoding']).toBe('gzip')
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(10_000)))
  })
  const answer = await plainFetch(url, patience())
  expect(await answer.text()).toBe('x'.repeat(10_000))
})

it('follows no redirect', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
  const answer = await plainFetch(url, patience())
  expect([answer.status, answer.headers.get('location'), await answer.text()]).toEqual([302, 'http://127.0.0.1:1/', ''])
})

it.each([
  ['nobody listens', (): Promise<string> => Promise.resolve('http://127.0.0.1:1'), 'ECONNREFUSED'],
  ['the connection ends without an answer', () => serve((request) => request.socket.resetAndDestroy()), 'ECONNRESET'],
])('rejects with the code of the error when %s', async (_, begin, code) => {
  await expect(plainFetch(await begin(), patience())).rejects.toMatchObject({ code })
})

it.each([
  ['before the headers', () => {}],
  ['in the body', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(200).write('half')],
])('an abort ends it %s', async (_, answer) => {
  const url = await serve(answer)
  const asked = plainFetch(url, { redirect: 'manual', signal: AbortSignal.timeout(100) })
  await expect(asked.then((got) => got.text())).rejects.toMatchObject({ name: 'TimeoutError' })
})

it.each([
  ['is cut off', { 'content-length': 100 }, 'half', { code: 'ECONNRESET' }],
  ['is no gzip', { 'content-encoding': 'gzip', 'content-length': 4 }, 'half', { code: 'Z_DATA_ERROR' }],
])('a body that %s is an error, for whoever reads it', async (_, headers, body, expected) => {
  const url = await serve((_request, response) => {
    response.writeHead(200, headers).write(body, () => setTimeout(() => response.destroy(), 20))
  })
  const answer = await plainFetch(url, patience())
  await expect(answer.text()).rejects.toMatchObject(expected)
})

it('refuses a header that is none, without quoting it', async () => {
  const asked = plainFetch('http://127.0.0.1:1', { ...patience(), headers: { authorization: 'Bearer se\ncret' } })
  await expect(asked).rejects.toThrow(/^(?!.*cret)/)
})
