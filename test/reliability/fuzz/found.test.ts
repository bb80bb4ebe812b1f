import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createClient } from '../../../src/adapters/github/client.ts'
import { createCredentials } from '../../../src/adapters/github/credentials.ts'
import { classify } from '../../../src/adapters/github/errors.ts'
import { createFile } from '../../../src/adapters/github/file.ts'
import { createRecorder } from '../../../src/adapters/github/meter.ts'
import { runBatch } from '../../../src/adapters/github/graphql.ts'
import { mutate } from '../../../src/adapters/github/mutate.ts'
import { createPeople } from '../../../src/adapters/github/people.ts'
import { createStates, statesBatch } from '../../../src/adapters/github/states.ts'
import { createTransport } from '../../../src/adapters/github/transport.ts'
import { readLease } from '../../../src/adapters/kubernetes/lease-state.ts'
import { readFailure } from '../../../src/adapters/kubernetes/read-failure.ts'
import { posted } from '../../../src/adapters/slack/create-slack.ts'
import { readAnswer } from '../../../src/adapters/slack/outcome.ts'
import { parseAnswer } from '../../../src/adapters/t3/parse.ts'
import { shellAnswer } from '../../../src/adapters/t3/schemas.ts'
import { tokenEndOf } from '../../../src/adapters/t3/token-end.ts'
import { understand } from '../../../src/adapters/t3/understand.ts'
import { commands } from '../../../src/cli/commands.ts'
import { configurationFindings } from '../../../src/cli/doctor/configuration.ts'
import type { Desk } from '../../../src/cli/desk.ts'
import { parseCommandLine } from '../../../src/cli/parse-command-line.ts'
import { readRecords } from '../../../src/cli/read-records.ts'
import { replayDocument } from '../../../src/cli/replay-document.ts'
import { replayText } from '../../../src/cli/replay-text.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
//  '../../../src/cli/replay-text.ts'
import type { TickRecord } from '../../../src/app/recorder.ts'
import { describeValue, renderProblems } from '../../../src/config/problems.ts'
import { readYamlFile } from '../../../src/config/yaml-file.ts'
import { parseCard } from '../../../src/core/card/card-parse.ts'
import { PortError } from '../../../src/ports/errors.ts'
import { thePolicy } from '../../builders/policy.ts'
import { canary } from './hostile.ts'
import { clientThat } from './client-that.ts'

/** What the campaigns beside this file have found, one test each, so that it stays found whatever the seed is. */

afterEach(() => {
  vi.restoreAllMocks()
})

const call = { port: 'tracker', operation: 'react', subject: 'acme/shop#1' } as const

describe('GitHub', () => {
  it.each(['constructor', 'toString', canary])('an error of the type %j is refused, and not repeated', async (type) => {
    const client = clientThat(async () => ({ data: null, errors: [{ type }] }))
    const failure = mutate(client, call, 'mutation X { x }', {}, { idempotent: true })
    await expect(failure).rejects.toMatchObject({ category: 'refused' })
    await expect(failure).rejects.not.toThrow(canary)
  })

  it('the type and the path of an error in an answer are not repeated', async () => {
    const repos = [{ repo: 'acme/shop', number: 1 }]
    const answer = { data: { item0: null }, errors: [{ type: canary, path: ['item0', canary] }] }
    const asked = { port: 'tracker', operation: 'states' } as const
    const [one] = await runBatch(
      clientThat(async () => answer),
      asked,
      statesBatch,
      repos,
    )
    expect(one?.ok === false ? one.error.message : '').toContain('GraphQL error (another word) at (key)')
    const whole = createStates(clientThat(async () => ({ data: null, errors: [{ type: canary }] })))(repos)
    await expect(whole).rejects.toThrow('got errors ((another word))')
  })

  it.each(['1e999', 'Infinity', '1e300', '99999999999999999999', ''])(
    'a limit that begins anew at %j has no time',
    (reset) => {
      const recorder = createRecorder()
      const headers = new Headers({
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '9',
        'x-ratelimit-reset': reset,
      })
      recorder.answered(headers)
      expect(recorder.meter).toMatchObject({ remaining: 9 / 5000, resetsAt: null })
    },
  )

  it.each(['', '1e300', '-1', 'soon'])('after a Retry-After of %j a minute is waited', (after) => {
    const response = { headers: { 'retry-after': after }, data: '' }
    expect(classify(Object.assign(new Error('x'), { status: 429, response })).retryAfter).toBe(60)
  })

  it('a redirect to what is no address is no failure of the network', async () => {
    const headers = new Headers({ location: 'https://' })
    const answer = {
      status: 301,
      statusText: '',
      headers,
      arrayBuffer: async () => new ArrayBuffer(0),
      text: async () => '',
    }
    const send = createTransport({
      deadline: () => 1000,
      timeoutMs: 1000,
      maxInFlight: 1,
      sent: () => {},
      answered: () => {},
      fetch: async () => answer,
    })
    await expect(send('https://api.github.example/x')).rejects.toMatchObject({
      name: 'TransportFailure',
      kind: 'redirect',
    })
  })
})

describe('files of the repo', () => {
  it('64 KiB that are no UTF-8 are cut as fast as a text is, and only half a character goes', async () => {
    const fileOf = (bytes: Buffer) =>
      createFile(clientThat(async () => ({ status: 200, headers: {}, data: new Uint8Array(bytes).buffer })))('a/b', 'x')
    const started = process.threadCpuUsage()
    const text = await fileOf(Buffer.concat([Buffer.alloc(65_535, 0xff), Buffer.from('xyz')]))
    expect(text).toBe(`${'\uFFFD'.repeat(65_535)}x`)
    // It was 5 s.
    expect(process.threadCpuUsage(started).user).toBeLessThan(1_000_000)
    expect(await fileOf(Buffer.from(`${'x'.repeat(65_534)}\u20AC`))).toBe('x'.repeat(65_534))
  })
})

describe("a GitHub App's token", () => {
  const privateKey = () =>
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const credentials = (answers: (route: string) => unknown) =>
    createCredentials(
      { appId: 1, privateKey },
      Object.assign(async (route: string) => ({ status: 200, headers: {}, data: answers(route) }), {
        endpoint: {},
      }) as never,
    )
  const list = 'GET /app/installations'
  const whole = { token: 'ghs_x', expires_at: '2026-11-21T04:00:00Z', permissions: {}, repository_selection: 'all' }

  it('what failed once is asked again for the next request', async () => {
    let asked = 0
    const { current } = credentials((route) => {
      if (route !== list) return whole
      asked += 1
      if (asked === 1) throw Object.assign(new Error('x'), { status: 502 })
      return [{ id: 7 }]
    })
    await expect(current()).rejects.toMatchObject({ status: 502 })
    expect(await current()).toBe('ghs_x')
  })

  it.each([undefined, null, 7, '', 'a\nb', canary])(
    'that is %j breaks the contract, and is not sent',
    async (token) => {
      const { current } = credentials((route) => (route === list ? [{ id: 7 }] : { ...whole, token }))
      const first = current()
      await expect(first).rejects.toMatchObject({ name: 'PortError', category: 'contract' })
      await expect(first).rejects.not.toThrow(canary)
    },
  )

  it('a list of installations that is none breaks the contract', async () => {
    const { current } = credentials(() => [{ id: canary }])
    await expect(current()).rejects.toMatchObject({ category: 'contract' })
    await expect(current()).rejects.not.toThrow(canary)
  })
})

/** A stack would end at some ten thousand. */
describe.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('JSON of 200,000 levels of %s', (_name, open, close) => {
  const json = `${open.repeat(200_000)}1${close.repeat(200_000)}`

  it("is no answer of GitHub's", async () => {
    const token = { read: () => 'x', reload: () => 'x' }
    const clock = { now: () => 0, sleep: async () => {} }
    const client = createClient(
      {
        apiUrl: 'https://api.github.example',
        token,
        userAgent: 'afk/test',
        clock,
        deadline: () => 60_000,
        fetch: async () => new Response(json, { headers: { 'content-type': 'application/json' } }),
      },
      createRecorder(),
    )
    await expect(createPeople(client).permission('acme/shop', 'ada')).rejects.toMatchObject({ category: 'contract' })
    await expect(createStates(client)([{ repo: 'acme/shop', number: 1 }])).rejects.toMatchObject({
      category: 'contract',
    })
  })

  it("is no answer of T3's, of Slack's, or of Kubernetes'", () => {
    const headers = new Headers({ 'content-type': 'application/json' })
    const asked = { operation: 'threads', method: 'GET', endpoint: 'GET /x' } as const
    const { body } = understand({ kind: 'answer', status: 200, headers, text: json }, asked)
    expect(() => parseAnswer(shellAnswer, body, 'threads', 'GET /x')).toThrow(PortError)
    expect(tokenEndOf(`${Buffer.from(json).toString('base64url')}.c2ln`)).toBeNull()
    const answer = { kind: 'answer', status: 200, retryAfter: null, body: json } as const
    expect(readAnswer('chat.postMessage', posted, answer).ok).toBe(false)
    expect(readLease(JSON.parse(json)).ok).toBe(false)
    expect(readFailure(Object.assign(new Error('x'), { code: 403, body: json })).category).toBe('contract')
  })

  it('is no card, and no record of decisions', () => {
    expect(parseCard(`<!-- afk:v1 ${json} -->`).kind).toBe('broken')
    const record = JSON.stringify(sample('poller')).replace('"with":{', `"with":{"deep":${json},`)
    const found = readRecords(['r.json'], { files: { read: () => record }, list: () => null })
    const options = { defaults: thePolicy(), policy: null }
    const document = replayDocument(found, options, '1.0.0', { file: null, environment: false })
    expect(document.totals).toMatchObject({ records: 0, unreadable: 1 })
  })
})

describe('the desk', () => {
  it('the path of a configuration file is shown harmless, by every command', () => {
    const problem = { path: 'AFK_CONFIG_FILE', expected: 'x', got: 'y', remedy: 'z', source: '/a\u009B2J\r\n\u202Ey:1' }
    expect(renderProblems([problem])).toContain(String.raw`(/a\u{9b}2J\u{d}\u{a}\u{202e}y:1)`)
    const [finding] = configurationFindings({ ok: false, problems: [problem] })
    expect(JSON.stringify(finding)).not.toMatch(/\p{Cc}|\p{Cf}/u)
  })

  it('the name of a file is shown harmless in JSON, and is the same to whoever reads it', async () => {
    let said = ''
    const missing = () => {
      throw Object.assign(new Error('gone'), { code: 'ENOENT' })
    }
    const say = (text: string) => void (said += text)
    const desk = { env: {}, files: { read: missing }, list: missing, out: say, err: say, terminal: {} }
    await runCli(['replay', 'a\u009B2Jb', '--json'], desk as unknown as Desk)
    expect(said).not.toMatch(/(?!\n)\p{Cc}/u)
    expect(JSON.stringify(JSON.parse(said))).toContain('a\u009B2Jb')
  })

  it('an option of 100,000 characters is told at once', () => {
    const started = process.threadCpuUsage()
    expect(parseCommandLine(['plan', `--${'x'.repeat(100_000)}`], commands)).toMatchObject({ kind: 'wrong' })
    expect(process.threadCpuUsage(started).user).toBeLessThan(100_000)
  })

  it.each(['\u009B2J', '\u202Egnp', '\u200B'])('a word with %j in it is shown harmless', (text) => {
    const line = parseCommandLine(['plan', text], commands)
    expect(line.kind === 'wrong' ? line.message : '').toMatch(/^"\\u\{/)
    expect(describeValue(text)).not.toContain(text)
  })

  it.each([{ codes: 'x' }, { with: null }, { decision: { toString: 1 } }])(
    'a recorded decision with %j is unreadable',
    (change) => {
      const record = sample('poller') as { decisions: readonly object[] }
      const decisions = record.decisions.map((one) => ({ ...one, ...change }))
      const file = { file: 'r.json', record: { ...record, decisions } as unknown as TickRecord }
      const options = { defaults: thePolicy(), policy: null }
      const document = replayDocument([file], options, '1.0.0', { file: null, environment: false })
      expect(document.totals).toMatchObject({ records: 0, unreadable: 1 })
      expect(replayText(document, (_style, text) => text)).toContain('0 records')
    },
  )
})

it('a mapping for a key says nothing to standard error, where it would be quoted', async () => {
  const warn = vi.spyOn(process, 'emitWarning')
  await readYamlFile('/afk.yaml', { read: () => '{a: secret}: b\n' })
  await setImmediate()
  expect(warn).not.toHaveBeenCalled()
})

it('a field of a card that is no plain name is not repeated', () => {
  expect(parseCard(`<!-- afk:v1 {"${canary}":1} -->`)).toEqual({
    kind: 'broken',
    why: 'card: unknown field (another name)',
  })
})

function sample(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../samples/records/${name}.json`, import.meta.url), 'utf8'))
}
