import { expect, it } from 'vitest'
import { classify } from '../../../src/adapters/github/errors.ts'
import { createRecorder } from '../../../src/adapters/github/meter.ts'
import { restPages } from '../../../src/adapters/github/pages.ts'
import { createTransport, isTransportFailure } from '../../../src/adapters/github/transport.ts'
import { secondsToWait, serverTimeOf } from '../../../src/adapters/t3/understand.ts'
import type { Answer } from '../../../src/adapters/t3/exchange.ts'
import type { ResponseHeaders } from '../../../src/ports/fetch.ts'
import * as z from 'zod'
import { campaign } from './campaign.ts'
import { canary, pick, spoil, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { clientThat } from './client-that.ts'
import { withoutTimeouts } from './without-timeouts.ts'

const timeout = 600_000
const date = 'Sat, 21 Nov 2026 03:00:00 GMT'

const values = [
  '0',
  '5',
  '60',
  '-1',
  '1.5',
  '1e300',
  '1e999',
  'Infinity',
  'NaN',
  '0x10',
  '',
  ' 7 ',
  '5, 6',
  '99999999999999999999',
  '1795232590',
  date,
  'Sat, 21 Nov 2026 03:10:00 GMT',
  'Sat, 21 Nov 275760 03:10:00 GMT',
  '2026-11-21T03:00:00Z',
  'soon',
  canary,
]

function value(plain: string, random: () => number): string {
  const choice = random()
  if (choice < 0.3) return plain
  return choice < 0.7 ? pick(values, random) : spoil(pick([plain, ...values], random), random).slice(0, 200)
}

/** Some of these headers, as a service, a proxy, or nobody would write them. */
function headersOf(plain: Readonly<Record<string, string>>, random: () => number): Map<string, string> {
  const names = Object.keys(plain).filter(() => random() < 0.8)
  return new Map(names.map((name) => [name, value(plain[name] ?? '', random)]))
}

function asHeaders(given: ReadonlyMap<string, string>): ResponseHeaders {
  return { get: (name) => given.get(name) ?? null, [Symbol.iterator]: () => given[Symbol.iterator]() }
}

const ofGitHub = {
  date,
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': '4999',
  'x-ratelimit-reset': '1795236190',
  'x-ratelimit-resource': 'core',
  'github-authentication-token-expiration': '2026-12-01 09:00:00 UTC',
}

it("GitHub's limits and clock: numbers and instants that can be told, or nothing", { timeout }, async () => {
  let told = 0
  const problems = await campaign('GitHub headers', (random, noted) => {
    const recorder = createRecorder()
    for (let answers = 1 + Math.floor(random() * 2); answers > 0; answers -= 1)
      recorder.answered(asHeaders(new Map(noted([...headersOf(ofGitHub, random)]))))
    const { remaining, resetsAt, rest, graphql } = recorder.meter
    if (remaining !== null && !(remaining >= 0 && remaining <= 1)) return `a share of ${remaining}`
    if (rest !== null && !(rest.left >= 0 && rest.limit > 0 && Number.isFinite(rest.limit))) return JSON.stringify(rest)
    for (const at of [resetsAt, recorder.now(), recorder.tokenEndsAt(), rest?.resetsAt ?? null]) {
      if (at !== null && Number.isNaN(new Date(at).getTime())) return `no instant: ${at}`
    }
    if (remaining !== null && resetsAt !== null) told += 1
    return strangeIn([rest, graphql])
  })
  expect(problems).toEqual([])
  expect(told).toBeGreaterThan(1000)
})

it("GitHub's refusals: a category, and a time to wait that is one", { timeout }, async () => {
  const plain = { ...ofGitHub, 'retry-after': '30', 'x-ratelimit-remaining': '0' }
  const waits = new Map<string, number>()
  const problems = await campaign('GitHub refusals', (random, noted) => {
    const status = pick([200, 301, 401, 403, 403, 404, 409, 422, 429, 451, 500, 503], random)
    const headers = noted(Object.fromEntries(headersOf(plain, random)))
    const data = random() < 0.5 ? { errors: [{ type: pick(['RATE_LIMIT', 'x', canary], random) }] } : canary
    const message = pick([canary, 'You have exceeded a secondary rate limit', ''], random)
    const { category, retryAfter, words } = classify(
      Object.assign(new Error(message), { status, response: { headers, data } }),
    )
    waits.set(category, (waits.get(category) ?? 0) + 1)
    if (words.includes(canary)) return 'quotes the answer'
    if (status === 429 && category !== 'rate') return `429 is ${category}`
    if (category === 'rate' && retryAfter === null) return 'a limit without an end'
    return retryAfter === null || (Number.isFinite(retryAfter) && retryAfter >= 0) ? null : `waits for ${retryAfter}`
  })
  expect(problems).toEqual([])
  expect([...waits.keys()].toSorted()).toEqual(
    ['auth', 'conflict', 'contract', 'forbidden', 'not-found', 'rate', 'refused', 'unavailable'].toSorted(),
  )
})

it('redirects: followed on the same host alone, and never thrown at', { timeout }, async () => {
  const from = 'https://api.github.example/repos/acme/shop'
  const places = [
    '/repositories/7',
    'https://api.github.example/x',
    'https://evil.example/',
    '//evil.example',
    'http://api.github.example/',
    'https://',
    'data:,x',
    '',
  ]
  withoutTimeouts()
  let followed = 0
  const problems = await campaign('redirects', async (random, noted) => {
    const given = noted([...headersOf({ location: pick(places, random) }, random)])
    const location = given.length === 0 ? null : spoilOften(pick(places, random), random)
    const asked: string[] = []
    const send = createTransport({
      deadline: () => 60_000,
      timeoutMs: 10_000,
      maxInFlight: 8,
      sent: () => {},
      answered: () => {},
      fetch: async (url) => {
        asked.push(new URL(url).origin)
        const headers = new Map(location === null ? [] : [['location', location]])
        const status = asked.length > 1 ? 200 : pick([301, 302, 307, 308], random)
        return {
          status,
          statusText: '',
          headers: asHeaders(headers),
          arrayBuffer: async () => new ArrayBuffer(0),
          text: async () => '',
        }
      },
    })
    try {
      await send(from)
      followed += 1
    } catch (error) {
      if (!isTransportFailure(error)) return `threw ${String(error)}`
      if (error.message.length > 500) return 'an endless message'
    }
    return asked.every((origin) => origin === 'https://api.github.example') ? null : `asked ${asked.join(', ')}`
  })
  expect(problems).toEqual([])
  expect(followed).toBeGreaterThan(1000)
})

it('pages: another one only where the header says so', { timeout }, async () => {
  const next = '<https://api.github.example/x?page=2>; rel="next", <https://api.github.example/x?page=9>; rel="last"'
  const call = { port: 'tracker', operation: 'x', subject: 'x' } as const
  const texts = z.array(z.string())
  let more = 0
  const problems = await campaign('Link headers', async (random, noted) => {
    const link = random() < 0.1 ? undefined : noted(spoilOften(next, random))
    let asked = 0
    const client = clientThat(async () => {
      asked += 1
      return { status: 200, headers: asked === 1 && link !== undefined ? { link } : {}, data: [] }
    })
    for await (const page of restPages(client, call, 'GET /x', {}, texts)) if (page.length > 0) return 'a page'
    if (asked > 1) more += 1
    return asked === (link?.includes('rel="next"') === true ? 2 : 1) ? null : `asked ${asked} times`
  })
  expect(problems).toEqual([])
  expect(more).toBeGreaterThan(1000)
})

it("T3's clock and limits: an instant, seconds, or nothing", { timeout }, async () => {
  const plain = { date, 'retry-after': '5', 'content-type': 'application/json; charset=utf-8' }
  let told = 0
  const problems = await campaign('T3 headers', (random, noted) => {
    const headers = asHeaders(new Map(noted([...headersOf(plain, random)])))
    const status = pick([200, 403, 429, 429, 503], random)
    const answer: Answer = { kind: 'answer', status, headers, text: '{}' }
    const at = serverTimeOf(headers)
    if (at !== null && Number.isNaN(new Date(at).getTime())) return `no instant: ${at}`
    if (at !== null) told += 1
    const seconds = secondsToWait(answer)
    if (seconds !== null && status !== 429 && status !== 403) return `waits after ${status}`
    return seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0) ? null : `waits for ${seconds}`
  })
  expect(problems).toEqual([])
  expect(told).toBeGreaterThan(1000)
})
