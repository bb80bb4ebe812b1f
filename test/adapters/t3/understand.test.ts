import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/adapters/t3/exchange.ts'
import { isFromT3, understand } from '../../../src/adapters/t3/understand.ts'
import { PortError } from '../../../src/ports/errors.ts'
import { sample } from '../../sandbox/t3/harness.ts'

interface Recorded {
  readonly status: number
  readonly contentType: string | null
  readonly body: unknown
}

const answer = (
  status: number,
  contentType: string | null,
  text: string,
  headers: Record<string, string> = {},
): Answer => ({
  kind: 'answer',
  status,
  headers: new Headers({ ...headers, ...(contentType === null ? {} : { 'content-type': contentType }) }),
  text,
})

function errorOf(given: Answer, method: 'GET' | 'POST' = 'POST'): PortError {
  try {
    understand(given, { operation: 'startTurn', method, endpoint: `${method} /x` })
  } catch (error) {
    if (error instanceof PortError) return error
    throw error
  }
  throw new Error('expected an error')
}

const recorded = ['dispatch-and-errors', 'auth-and-routes', 'bootstrap-and-turnstart'].flatMap((file) =>
  Object.entries(sample(file) as unknown as Record<string, Recorded>)
    // Two were noted without their content-type.
    .filter(([, { status, contentType }]) => typeof status === 'number' && contentType !== undefined)
    .map(([name, { status, contentType, body }]) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return {
        name: `${file}: ${name}`,
        given: answer(status, contentType, text),
        body: body as Record<string, unknown>,
      }
    }),
)

describe('every recorded answer', () => {
  it('is there', () => {
    expect(recorded.length).toBeGreaterThan(60)
    expect(new Set(recorded.map(({ given }) => given.status))).toEqual(
      new Set([200, 400, 401, 403, 404, 415, 500, 503]),
    )
  })

  it.each(recorded)('$name', ({ given, body }) => {
    if (given.status === 200) {
      expect(understand(given, { operation: 'threads', method: 'GET', endpoint: 'GET /x' }).body).toEqual(body)
      return
    }
    const error = errorOf(given)
    const reason = body['reason']
    const expected = {
      400: 'contract',
      401: 'auth',
      403: 'forbidden',
      404: reason === 'thread_not_found' ? 'not-found' : 'contract',
      415: 'contract',
      // Trap 8: violated invariants and malformed JSON share a status.
      500: reason === 'orchestration_dispatch_failed' ? 'refused' : 'unavailable',
      503: 'unavailable',
    }[given.status]
    expect(error).toMatchObject({ port: 'executor', operation: 'startTurn', category: expected, status: given.status })
    expect(error.message).toContain('POST /x')
    if (typeof body['traceId'] === 'string') expect(error.message).toContain(body['traceId'])
  })
})

describe('answers of a proxy, or of the wrong server', () => {
  it.each<[string, Answer, string]>([
    ['the web page', answer(200, 'text/html; charset=utf-8', '<html></html>'), 'contract'],
    ['JSON without its type', answer(200, 'text/plain', '{}'), 'contract'],
    ['broken JSON', answer(200, 'application/json', '{"sequence":'), 'contract'],
    ['an empty 200', answer(200, null, ''), 'contract'],
    ['201', answer(201, 'application/json', '{}'), 'contract'],
    ['a redirect', answer(302, null, '', { location: 'https://login.example/' }), 'contract'],
    ['a page for 404', answer(404, 'text/html', '<html></html>'), 'contract'],
    ['an empty 500', answer(500, null, ''), 'unavailable'],
    ['502', answer(502, 'text/html', '<html></html>'), 'unavailable'],
    ['504', answer(504, null, ''), 'unavailable'],
    [
      'another 500 of T3',
      answer(500, 'application/json', '{"_tag":"EnvironmentInternalError","reason":"orchestration_snapshot_failed"}'),
      'unavailable',
    ],
    ['429', answer(429, null, '', { 'retry-after': '17' }), 'rate'],
  ])('%s', (_, given, category) => {
    expect(errorOf(given)).toMatchObject({ category, status: given.status })
  })

  it('a read is never refused, for it has no receipt', () => {
    const body = '{"_tag":"EnvironmentInternalError","reason":"orchestration_dispatch_failed"}'
    expect(errorOf(answer(500, 'application/json', body), 'GET').category).toBe('unavailable')
  })

  it('keep their Retry-After, in seconds or as a date on their clock', () => {
    const date = 'Sat, 21 Nov 2026 03:52:49 GMT'
    const json = 'application/json'
    expect(errorOf(answer(429, json, '{}', { 'retry-after': '17' })).retryAfter).toBe(17)
    expect(errorOf(answer(429, json, '{}', { date, 'retry-after': 'Sat, 21 Nov 2026 03:53:00 GMT' })).retryAfter).toBe(
      11,
    )
    expect(errorOf(answer(429, json, '{}', { date, 'retry-after': 'soon' })).retryAfter).toBeNull()
  })

  it('put no word of their bodies into the error', () => {
    const hidden = 'a sentence of an issue'
    const bodies = [
      hidden,
      JSON.stringify({ _tag: hidden, reason: hidden, traceId: hidden, requiredScope: hidden }),
      JSON.stringify({ message: hidden }),
    ]
    for (const text of bodies) {
      for (const status of [200, 400, 401, 403, 404, 429, 500, 503]) {
        const type = status === 200 ? hidden : 'application/json'
        expect(errorOf(answer(status, type, text)).message).not.toContain('sentence')
      }
    }
  })
})

describe('isFromT3', () => {
  it('knows T3 by its own words', () => {
    expect(isFromT3(answer(500, 'application/json', '{"_tag":"EnvironmentInternalError"}'))).toBe(true)
    expect(isFromT3(answer(500, 'application/json', '{"error":"x"}'))).toBe(false)
    expect(isFromT3(answer(500, null, ''))).toBe(false)
  })
})
