import type * as z from 'zod'
import { describe, expect, it } from 'vitest'
import { parseAnswer } from '../../../src/adapters/t3/parse.ts'
import { shellAnswer, threadAnswer } from '../../../src/adapters/t3/schemas.ts'
import { PortError } from '../../../src/ports/errors.ts'
import { sample } from '../../sandbox/t3/harness.ts'

type Json = Record<string, unknown>

/** A recorded answer with one place changed; undefined takes the field away. */
function changed(file: string, path: readonly (string | number)[], value: unknown): unknown {
  const body = sample(file) as unknown as Json
  const [last, ...rest] = path.toReversed()
  let at = body
  for (const step of rest.toReversed()) at = at[step] as Json
  at[String(last)] = value
  return JSON.parse(JSON.stringify(body)) as unknown
}

function errorOf(schema: z.ZodType, body: unknown): PortError {
  try {
    parseAnswer(schema, body, 'detail', 'GET /x')
  } catch (error) {
    if (error instanceof PortError) return error
    throw error
  }
  throw new Error('expected an error')
}

describe('a missing or ill-typed field', () => {
  const file = 'thread-interrupted'
  it.each<[string, readonly (string | number)[], unknown, string]>([
    ['no thread', ['thread'], undefined, 'thread: expected object, got nothing'],
    ['no session key', ['thread', 'session'], undefined, 'thread.session: expected object, got nothing'],
    ['no latestTurn key', ['thread', 'latestTurn'], undefined, 'thread.latestTurn: expected object, got nothing'],
    ['no status', ['thread', 'session', 'status'], undefined, 'thread.session.status: expected string, got nothing'],
    ['no role', ['thread', 'messages', 1, 'role'], undefined, 'thread.messages[1].role: expected string, got nothing'],
    [
      'a null time',
      ['thread', 'messages', 0, 'createdAt'],
      null,
      'thread.messages[0].createdAt: expected string, got null',
    ],
    ['no time', ['thread', 'createdAt'], 'a sentence of an issue', 'thread.createdAt: expected an ISO 8601 time'],
    [
      'messages that are none',
      ['thread', 'messages'],
      'a sentence of an issue',
      'thread.messages: expected array, got string',
    ],
  ])('%s', (_, path, value, words) => {
    const error = errorOf(threadAnswer, changed(file, path, value))
    expect(error).toMatchObject({ port: 'executor', operation: 'detail', category: 'contract' })
    expect(error.message).toBe(`GET /x: ${words}; afk reads T3 Code 0.0.28, look at the version of this server`)
  })

  it('of one thread spoils the list: half a list would dispatch a second run (SPEC 5)', () => {
    const error = errorOf(
      shellAnswer,
      changed('shell-snapshot-sample', ['threads', 1, 'latestUserMessageAt'], undefined),
    )
    expect(error.message).toContain('threads[1].latestUserMessageAt: expected string, got nothing')
  })

  it.each([null, [], 'text', 7])('in place of an answer: %j', (body) => {
    expect(errorOf(threadAnswer, body).message).toContain('the answer: expected object')
  })

  it('counts the others', () => {
    expect(errorOf(threadAnswer, { thread: { id: 1 } }).message).toMatch(/\(and \d+ more\)/)
  })
})

describe('a newer T3', () => {
  it('may add fields', () => {
    expect(threadAnswer.safeParse(changed('thread-interrupted', ['thread', 'novel'], { a: 1 })).success).toBe(true)
  })
  it('may add words, which become unknown', () => {
    const parsed = threadAnswer.parse(changed('thread-interrupted', ['thread', 'session', 'status'], 'hibernating'))
    expect(parsed.thread.session?.status).toBe('unknown')
    expect(
      threadAnswer.parse(changed('thread-interrupted', ['thread', 'latestTurn', 'state'], 'queued')).thread.latestTurn
        ?.state,
    ).toBe('unknown')
  })
})
