import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Answer } from '../../../src/adapters/t3/exchange.ts'
import { parseAnswer } from '../../../src/adapters/t3/parse.ts'
import { dispatchAnswer, environmentAnswer } from '../../../src/adapters/t3/schemas.ts'
import { isFromT3, understand } from '../../../src/adapters/t3/understand.ts'
import { campaign } from './campaign.ts'
import { canary, pick, spoilOften } from './hostile.ts'
import { read } from './read.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 600_000

interface Recorded {
  readonly status: number
  readonly contentType?: string | null
  readonly body: unknown
}

const recorded = ['dispatch-and-errors', 'auth-and-routes']
  .flatMap((name) => Object.values(sample(name)))
  .filter((one): one is Recorded => typeof one === 'object' && one !== null && 'status' in one && 'body' in one)
const statuses = [200, 200, 200, 202, 302, 400, 401, 403, 404, 429, 500, 503]

it("T3's recorded answers with anything in them: JSON, or a failure that quotes none of it", { timeout }, async () => {
  expect(recorded.length).toBeGreaterThan(40)
  let good = 0
  const problems = await campaign('answers of T3, any status', (random, noted) => {
    const { status, contentType = 'application/json', body } = pick(recorded, random)
    const spoiled = random() < 0.8 ? spoilJson(body, random) : body
    const json = typeof spoiled === 'string' ? spoiled : (JSON.stringify(spoiled) ?? '')
    const text = random() < 0.1 ? spoilOften(json, random) : json
    const type = random() < 0.9 ? contentType : pick(['text/html', canary, 'application/jsonx', ''], random)
    const answer: Answer = {
      kind: 'answer',
      status: random() < 0.7 ? status : pick(statuses, random),
      headers: headersOf({ 'content-type': type, date: 'Sat, 21 Nov 2026 03:00:00 GMT' }),
      text,
    }
    noted({ status: answer.status, type, text })
    const method = random() < 0.5 ? 'GET' : 'POST'
    return read(() => {
      const { body: understood, at } = understand(answer, { operation: 'threads', method, endpoint: `${method} /x` })
      good += 1
      if (answer.status !== 200) throw new Error(`took a ${answer.status} for an answer`)
      if (JSON.stringify(understood) !== JSON.stringify(JSON.parse(text))) throw new Error('understood something else')
      return [at, isFromT3(answer)]
    })
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it('receipts and the name of the server: read, or the field that is wrong', { timeout }, async () => {
  const receipt = { sequence: 41 }
  const environment = { environmentId: 'env-1', label: 'desk', serverVersion: '0.0.28', capabilities: { x: true } }
  expect(parseAnswer(dispatchAnswer, receipt, 'startTurn', 'x')).toEqual(receipt)
  let good = 0
  const problems = await campaign('T3 receipts', (random, noted) => {
    const isReceipt = random() < 0.5
    const body = noted(spoilJson(isReceipt ? receipt : environment, random))
    return read(() => {
      const value = isReceipt
        ? parseAnswer(dispatchAnswer, body, 'startTurn', 'POST /x')
        : parseAnswer(environmentAnswer, body, 'link', 'GET /x')
      good += 1
      return value
    })
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function headersOf(given: Readonly<Record<string, string | null>>): Answer['headers'] {
  const entries = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null)
  const map = new Map(entries)
  return { get: (name) => map.get(name) ?? null, [Symbol.iterator]: () => map[Symbol.iterator]() }
}

function sample(name: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`../../samples/t3/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text) as Record<string, unknown>
}
