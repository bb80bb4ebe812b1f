import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockerRefs } from '../../src/core/blockers.ts'

const megabyte = 1_000_000
const filled = (part: string): string => part.repeat(Math.ceil(megabyte / part.length)).slice(0, megabyte)
const risingRuns = (): string => {
  const parts: string[] = []
  for (let length = 1, size = 0; size < megabyte; length += 1, size += length) parts.push('`'.repeat(length))
  return parts.join('a')
}

describe('blockerRefs', () => {
  it('never throws, and answers only references that can be', () => {
    const bits = fc.constantFrom('blocked by ', '#1', 'a/b#2', '`', '```\n', '~~~', '<!--', '-->', '\n', ' ', '\\', '#', '9', '\uD800')
    const body = fc.oneof(fc.string({ unit: 'binary' }), fc.array(bits, { maxLength: 40 }).map((parts) => parts.join('')))
    fc.assert(
      fc.property(body, (text) => {
        const found = blockerRefs(text, 'acme/shop')
        expect(found.every((ref) => Number.isInteger(ref.number) && ref.number > 0 && ref.repo.includes('/'))).toBe(true)
        expect(new Set(found.map((ref) => `${ref.repo}#${ref.number}`.toLowerCase())).size).toBe(found.length)
      }),
      { numRuns: 3000 },
    )
  })

  it('finds a clause that stands on a line of its own behind any finished text', () => {
    const prose = fc.stringMatching(/^[a-z .,]*$/)
    fc.assert(
      fc.property(prose, fc.integer({ min: 1, max: 99_999 }), (text, number) => {
        expect(blockerRefs(`${text}\n\nBlocked by #${number}`, 'a/b')).toContainEqual({ repo: 'a/b', number })
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['comments that never end', '<!--'],
    ['comments', '<!---->'],
    ['lone backticks', '` '],
    ['pieces of code', '`a`'],
    ['fences', '```\n'],
    ['tildes', '~~~\n'],
    ['clauses', 'blocked by '],
    ['clauses on lines', 'blocked by #1\n'],
    ['hashes', '#'],
    ['references', '#1 '],
    ['glued references', 'a/b#1'],
    ['a word without end', 'a'],
    ['slashes', 'a/'],
    ['digits', '#123456789012'],
    ['spaces', 'blocked  '],
    ['blank lines', '\n'],
    ['escapes', '\\`'],
    ['list items', '- `\n'],
    ['everything', '`<!--```\n~~~blocked by #1 '],
  ])('reads a megabyte of %s in under 50 ms', (_, part) => {
    expect(quickest(`blocked by ${filled(part)}`)).toBeLessThan(50)
  })

  it('reads a megabyte of backtick runs that all differ in under 50 ms', () => {
    expect(quickest(`blocked by #1 ${risingRuns()}`)).toBeLessThan(50)
  })
})

/** The best of a few: a busy machine is slow, quadratic time is slow every time. */
function quickest(body: string): number {
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now()
    blockerRefs(body, 'acme/shop')
    return performance.now() - from
  })
  return Math.min(...times)
}
