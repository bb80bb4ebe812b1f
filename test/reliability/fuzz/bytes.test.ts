import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient, type ClientOptions } from '../../../src/adapters/github/client.ts'
import { createFile } from '../../../src/adapters/github/file.ts'
import { createRecorder } from '../../../src/adapters/github/meter.ts'
import { probeOver } from '../../../src/adapters/github/probe.ts'
import { createT3 } from '../../../src/adapters/t3/t3.ts'
import { canary } from './hostile.ts'

/** Bytes that are no UTF-8, from a real server: what a campaign over texts cannot show. */

const wrong = Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f])
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(type: string, body: Buffer): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': type, connection: 'close' }).end(body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function optionsOf(url: string) {
  const token = { read: () => 'x', reload: () => 'x' }
  const clock = { now: () => performance.now(), sleep: async () => {} }
  return { apiUrl: url, url, publicUrl: url, token, userAgent: 'afk/test', clock, deadline: () => 60_000 } as const
}

function gitHub(url: string) {
  const options: ClientOptions = optionsOf(url)
  return createClient(options, createRecorder())
}

/** Replaces the one `@` in a text by the wrong bytes. */
function withBytes(text: string): Buffer {
  const [before = '', after = ''] = text.split('@')
  return Buffer.concat([Buffer.from(before), wrong, Buffer.from(after)])
}

describe('GitHub', () => {
  it('a name with bytes that are no UTF-8 is a name all the same', async () => {
    const client = gitHub(
      await serve('application/json; charset=utf-8', withBytes('[{"name":"ready@"},{"name":"bug"}]')),
    )
    const [first, second] = await probeOver(client, optionsOf('').token).labels('acme/shop')
    expect(first).toMatch(/^ready\uFFFD/)
    expect(first?.isWellFormed()).toBe(true)
    expect(second).toBe('bug')
  })

  it('such bytes in the place of JSON break the contract, and are not repeated', async () => {
    const client = gitHub(await serve('application/json; charset=utf-8', withBytes(`[{"name":@"${canary}"}]`)))
    const labels = probeOver(client, optionsOf('').token).labels('acme/shop')
    await expect(labels).rejects.toMatchObject({ category: 'contract' })
    await expect(labels).rejects.not.toThrow(canary)
  })

  it('.github/afk.md in another encoding is read, with signs in the place of what it is not', async () => {
    const client = gitHub(await serve('application/vnd.github.raw+json; charset=utf-8', withBytes('Use tabs @ only')))
    const text = await createFile(client)('acme/shop', '.github/afk.md')
    expect(text).toMatch(/^Use tabs \uFFFD.* only$/u)
    expect(text?.isWellFormed()).toBe(true)
  })
})

describe('T3', () => {
  const snapshot = JSON.parse(
    readFileSync(new URL('../../samples/t3/shell-snapshot-sample.json', import.meta.url), 'utf8'),
  ) as { threads: { title: string }[] }

  it('a title with bytes that are no UTF-8 is a title all the same', async () => {
    const [thread, ...others] = snapshot.threads
    const threads = [{ ...thread, title: 'acme/shop#1 x@' }, ...others]
    const body = withBytes(JSON.stringify({ ...snapshot, threads }).replaceAll(/@(?!")/g, ''))
    const { executor } = createT3(optionsOf(await serve('application/json', body)))
    const [first] = (await executor.threads()).threads
    expect(first?.title).toMatch(/^acme\/shop#1 x\uFFFD/)
    expect(first?.title.isWellFormed()).toBe(true)
  })

  it('such bytes in the place of JSON break the contract, and are not repeated', async () => {
    const { executor } = createT3(optionsOf(await serve('application/json', withBytes(`{"threads":@"${canary}"}`))))
    const threads = executor.threads()
    await expect(threads).rejects.toMatchObject({ category: 'contract' })
    await expect(threads).rejects.not.toThrow(canary)
  })
})
