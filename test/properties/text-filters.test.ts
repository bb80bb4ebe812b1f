import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeQuote, oneLine } from '../../src/core/text/escape.ts'
import { fenceFor } from '../../src/core/prompt/fence.ts'
import { maskSecrets } from '../../src/core/prompt/mask.ts'
import { cleanTerminal } from '../../src/core/prompt/terminal-text.ts'
import { startCpuClock } from '../tools/cpu-clock.ts'

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '`',
        '|',
        '<!-- afk:v1 ',
        '\n',
        '\r',
        '\u001B[',
        '\u001B]',
        'afk-data(0)',
        'AFK-DATA(1)',
        '\uD800',
        '\u202E',
        '@x',
        '#1',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

const filled = (part: string): string => part.repeat(Math.ceil(1_000_000 / part.length))

/** Milliseconds: enough for all runs on a busy machine. */
const slow = 60_000

describe('texts from outside', () => {
  it(
    'become one line within the limit, and the same line again',
    () => {
      fc.assert(
        fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, max) => {
          const line = oneLine(text, max)
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
          expect(line.length).toBeLessThanOrEqual(max)
          expect(line.isWellFormed()).toBe(true)
          expect(oneLine(line, max)).toBe(line)
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )

  it(
    'stay inside their code quotes',
    () => {
      fc.assert(
        fc.property(hostile, (text) => {
          const quoted = codeQuote(text)
          expect(quoted === '(empty)' || /^`[^`|\n]+`$/u.test(quoted)).toBe(true)
          expect(quoted).not.toContain('<!')
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )

  it(
    'never hold the fence that is put around them',
    () => {
      fc.assert(
        fc.property(fc.array(hostile), (texts) => {
          const fence = fenceFor(texts)
          expect(texts.some((text) => text.toLowerCase().includes(fence))).toBe(false)
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )

  it(
    'have no control characters behind the terminal filter, and are masked the same twice',
    () => {
      fc.assert(
        fc.property(hostile, (text) => {
          const clean = cleanTerminal(text)
          expect(clean).not.toMatch(/(?![\t\n])\p{Cc}/u)
          expect(cleanTerminal(clean)).toBe(clean)
          expect(maskSecrets(clean)).toBe(maskSecrets(clean))
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )

  it.each([
    'eyJ',
    'eyJaaaaaaaaa.',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'token',
    'token="',
    "token='",
    'token:',
    'authorization:',
    'bearer ',
    '://',
    'sk-',
    'ghp_',
    'xoxb-',
    'github_pat_',
    '\u001B]',
    '\u001B[1',
    'a\r',
    '\n',
    `${'A'.repeat(64)}\n`,
    'afk-data(0)',
  ])('are filtered in linear time: a megabyte of %j', (part) => {
    const text = filled(part)
    const cpuMs = startCpuClock()
    maskSecrets(text)
    cleanTerminal(text)
    fenceFor([text])
    // Some 0.15 s here; what is quadratic takes minutes.
    expect(cpuMs()).toBeLessThan(3000)
  })
})
