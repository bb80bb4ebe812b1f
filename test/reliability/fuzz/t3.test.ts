import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseAnswer } from '../../../src/adapters/t3/parse.ts'
import { shellAnswer, threadAnswer } from '../../../src/adapters/t3/schemas.ts'
import { summaryOf } from '../../../src/adapters/t3/summary.ts'
import { tokenEndOf } from '../../../src/adapters/t3/token-end.ts'
import { viewOf } from '../../../src/adapters/t3/view.ts'
import { campaign } from './campaign.ts'
import { pick, spoilOften } from './hostile.ts'
import { read } from './read.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 600_000
const readAt = 1_795_232_590_000

it('T3 answers with anything in them are views, or break the contract', { timeout }, async () => {
  const shell = sample('shell-snapshot-sample')
  const threads = [
    'thread-two-turns',
    'thread-provider-error-400',
    'thread-pending-approval',
    'thread-pending-user-input',
  ]
    .map(sample)
    .map(withReports)
  // Two threads at a time: the others would be read again and again for nothing.
  const all = shell['threads'] as readonly unknown[]
  const shells = all.map((_, at) => ({ ...shell, threads: all.slice(at, at + 2) }))
  let good = 0
  const problems = await campaign('T3 answers', (random, noted) => {
    const isShell = random() < 0.25
    const body = noted(spoilJson(pick(isShell ? shells : threads, random), random))
    return read(() => {
      const found = isShell
        ? parseAnswer(shellAnswer, body, 'threads', 'test').threads.map(summaryOf)
        : viewOf(parseAnswer(threadAnswer, body, 'detail', 'test').thread, random() < 0.9 ? readAt : null)
      good += 1
      return found
    })
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it("T3's tokens: an instant or nothing", { timeout }, async () => {
  let good = 0
  const problems = await campaign('T3 tokens', (random, noted) => {
    const claims =
      random() < 0.5 ? spoilOften('{"exp":1795232590000}', random) : JSON.stringify(spoilJson({ exp: readAt }, random))
    const token = noted(`${Buffer.from(claims).toString('base64url')}.c2ln`)
    const end = tokenEndOf(random() < 0.2 ? spoilOften(token, random) : token)
    if (end !== null) good += 1
    return end === null || !Number.isNaN(new Date(end).getTime()) ? null : `no instant: ${end}`
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function sample(name: string): Record<string, unknown> {
  const text = readFileSync(new URL(`../../samples/t3/${name}.json`, import.meta.url), 'utf8')
  const found = JSON.parse(text) as Record<string, Record<string, unknown>>
  return found['body'] ?? found['response'] ?? found
}

/** The recorded agents said nothing to afk. */
function withReports(body: Record<string, unknown>): unknown {
  const thread = body['thread'] as { readonly messages: readonly { readonly role: string; readonly text: string }[] }
  const said = '\nAFK-PHASE: green\nAFK-REVIEW: issues\nAFK-RESULT: pushed 0123456789abcdef'
  const messages = thread.messages.map((one) => (one.role === 'assistant' ? { ...one, text: one.text + said } : one))
  return { ...body, thread: { ...thread, messages } }
}
