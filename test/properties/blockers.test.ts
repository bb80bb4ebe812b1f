import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockerRefs } from '../../src/core/dispatch/blockers.ts'

/** Milliseconds: enough for all runs on a busy machine. */
const slow = 60_000

describe('blockerRefs', () => {
  it(
    'never throws, and answers only references that can be',
    () => {
      const bits = fc.constantFrom(
        'blocked by ',
        '#1',
        'a/b#2',
        '`',
        '```\n',
        '~~~',
        '<!--',
        '-->',
        '\n',
        ' ',
        '\\',
        '#',
        '9',
        '\uD800',
      )
      const body = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(bits, { maxLength: 40 }).map((parts) => parts.join('')),
      )
      fc.assert(
        fc.property(body, (text) => {
          const found = blockerRefs(text, 'acme/shop')
          expect(found.every((ref) => Number.isInteger(ref.number) && ref.number > 0 && ref.repo.includes('/'))).toBe(
            true,
          )
          expect(new Set(found.map((ref) => `${ref.repo}#${ref.number}`.toLowerCase())).size).toBe(found.length)
        }),
        { numRuns: 3000 },
      )
    },
    slow,
  )

  it(
    'finds a clause that stands on a line of its own behind any finished text',
    () => {
      const prose = fc.stringMatching(/^[a-z .,]*$/)
      fc.assert(
        fc.property(prose, fc.integer({ min: 1, max: 99_999 }), (text, number) => {
          expect(blockerRefs(`${text}\n\nBlocked by #${number}`, 'a/b')).toContainEqual({ repo: 'a/b', number })
        }),
        { numRuns: 1000 },
      )
    },
    slow,
  )

  it(
    'reads a megabyte of anything in under 50 ms',
    () => {
      const script = fileURLToPath(new URL('blockers-speed.ts', import.meta.url))
      const times: unknown = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8', timeout: slow }))
      const measured = Object.entries(times as { readonly [text: string]: number })
      expect(measured).toHaveLength(21)
      expect(measured.filter(([, milliseconds]) => !(milliseconds < 50))).toEqual([])
    },
    slow,
  )
})
