import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { classify } from '../../../src/adapters/github/errors.ts'
import { createRecorder } from '../../../src/adapters/github/meter.ts'
import { runBatch } from '../../../src/adapters/github/graphql.ts'
import { mutate } from '../../../src/adapters/github/mutate.ts'
import { createStates, statesBatch } from '../../../src/adapters/github/states.ts'
import { createTransport } from '../../../src/adapters/github/transport.ts'
import { commands } from '../../../src/cli/commands.ts'
import { parseCommandLine } from '../../../src/cli/parse-command-line.ts'
import { replayDocument } from '../../../src/cli/replay-document.ts'
import { replayText } from '../../../src/cli/replay-text.ts'
import type { TickRecord } from '../../../src/app/recorder.ts'
import { describeValue } from '../../../src/config/problems.ts'
import { readYamlFile } from '../../../src/config/yaml-file.ts'
import { parseCard } from '../../../src/core/card/card-parse.ts'
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

describe('the desk', () => {
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
