import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPushedShas, readReports, type Speech } from '../../../src/adapters/t3/reports.ts'
import { startCpuClock } from '../../tools/cpu-clock.ts'

const said = (...texts: readonly string[]): readonly Speech[] =>
  texts.map((text, i) => ({ text, at: (i + 1) * 1000, streaming: false }))
const reportOf = (...texts: readonly string[]) => readReports(said(...texts)).report?.report ?? null
const phaseOf = (...texts: readonly string[]) => readReports(said(...texts)).phase

describe('report lines', () => {
  it.each([
    ['AFK-RESULT: pushed 0123abc', { kind: 'pushed', sha: '0123abc' }],
    [`AFK-RESULT: pushed ${'A'.repeat(40)}`, { kind: 'pushed', sha: 'a'.repeat(40) }],
    ['AFK-RESULT:\tpushed\t0123abc \t', { kind: 'pushed', sha: '0123abc' }],
    ['All done.\r\n\r\nAFK-RESULT: pushed 0123abc\r\nBye.', { kind: 'pushed', sha: '0123abc' }],
    ['AFK-RESULT: blocked the tests need a database', { kind: 'blocked', words: 'the tests need a database' }],
    [
      'AFK-RESULT: needs-clarification Which `colour`, red or blue?',
      { kind: 'needs-clarification', words: 'Which `colour`, red or blue?' },
    ],
    ['AFK-RESULT: no-change it is done already', { kind: 'no-change', words: 'it is done already' }],
    ['AFK-RESULT: blocked one\u2028two\tthree', { kind: 'blocked', words: 'one two three' }],
  ])('%j counts', (text, report) => {
    expect(reportOf(text)).toEqual(report)
  })

  it.each([
    'I will say AFK-RESULT: pushed 0123abc',
    ' AFK-RESULT: pushed 0123abc',
    '> AFK-RESULT: pushed 0123abc',
    '**AFK-RESULT: pushed 0123abc**',
    'AFK-RESULT: pushed 0123abc and more',
    'AFK-RESULT: pushed 0123ab',
    `AFK-RESULT: pushed ${'a'.repeat(41)}`,
    'AFK-RESULT: pushed <sha>',
    'AFK-RESULT: pushed',
    'AFK-RESULT: blocked',
    'AFK-RESULT: blocked   ',
    'AFK-RESULT:blocked x',
    'AFK-RESULT: done x',
    'AFK-RESULT: Blocked x',
    'AFK-RESULT blocked x',
    'afk-result: blocked x',
    '```\nAFK-RESULT: blocked x\n```',
    '~~~ text\nAFK-RESULT: blocked x\n~~~',
    '````\n```\nAFK-RESULT: blocked x\n````',
    '```\n~~~\nAFK-RESULT: blocked x',
    '```\n``` not a close\nAFK-RESULT: blocked x',
    '   ```js\nAFK-RESULT: blocked x',
  ])('%j does not', (text) => {
    expect(reportOf(text)).toBeNull()
  })

  it.each([
    '```\ncode\n```\nAFK-RESULT: blocked x',
    '```\ncode\n`````  \nAFK-RESULT: blocked x',
    '``` inline ```\nAFK-RESULT: blocked x',
    '    ```\nAFK-RESULT: blocked x',
  ])('%j counts: no fence is open', (text) => {
    expect(reportOf(text)).toEqual({ kind: 'blocked', words: 'x' })
  })

  it('ends a fence with its message', () => {
    expect(reportOf('```\nAFK-RESULT: blocked x', 'AFK-RESULT: blocked y')).toEqual({ kind: 'blocked', words: 'y' })
  })

  it('takes the last one, at the time of its message', () => {
    const messages = said(
      'AFK-RESULT: blocked x\nAFK-RESULT: no-change y',
      'AFK-RESULT: pushed 0123abc',
      'AFK-RESULT: pushed nothing',
      'bye',
    )
    expect(readReports(messages).report).toEqual({ report: { kind: 'pushed', sha: '0123abc' }, at: 2000 })
  })

  it('does not read the line that is still being streamed', () => {
    const streaming = { text: 'AFK-PHASE: green\nAFK-RESULT: pushed 0123abc', at: 1, streaming: true }
    expect(readReports([streaming])).toEqual({ phase: 'green', report: null })
    expect(readPushedShas([streaming])).toEqual([])
  })

  it.each(['blocked', 'needs-clarification', 'no-change'])('keeps 4000 characters of the words of %s', (kind) => {
    const words = `${'is it so?  '.repeat(399)}ENDMARK?`
    const line = words.replaceAll('  ', ' ')
    expect(line).toHaveLength(3998)
    expect(reportOf(`AFK-RESULT: ${kind} ${words}`)).toEqual({ kind, words: line })
  })

  it('cuts words to one line of 4000 characters, and no character in half', () => {
    const report = reportOf(`AFK-RESULT: blocked ${'😀'.repeat(10_000)}`)
    const words = report?.kind === 'blocked' ? report.words : ''
    expect(words).toHaveLength(3999)
    expect(words.isWellFormed()).toBe(true)
    expect(words.endsWith('😀…')).toBe(true)
  })
})

describe('phase lines', () => {
  it.each(['worktree', 'tests-red', 'green', 'pushed'])('%s', (phase) => {
    expect(phaseOf(`on it\nAFK-PHASE: ${phase}  \nmore`)).toBe(phase)
  })
  it.each([
    'AFK-PHASE: done',
    'AFK-PHASE: CI',
    'AFK-PHASE: green now',
    'AFK-PHASE:',
    '- AFK-PHASE: green',
    '```\nAFK-PHASE: green',
  ])('%j is none', (text) => {
    expect(phaseOf(text)).toBeNull()
  })
  it('takes the last one', () => {
    expect(phaseOf('AFK-PHASE: pushed', 'AFK-PHASE: worktree\nAFK-PHASE: tests-red', 'AFK-PHASE: never')).toBe(
      'tests-red',
    )
  })
})

describe('pushed commits', () => {
  it('are all of them, oldest first', () => {
    const messages = said(
      'AFK-RESULT: pushed aaaaaaa\nAFK-RESULT: pushed bbbbbbb',
      'AFK-RESULT: blocked x',
      '```\nAFK-RESULT: pushed ccccccc',
      'AFK-RESULT: pushed ddddddd',
    )
    expect(readPushedShas(messages)).toEqual(['aaaaaaa', 'bbbbbbb', 'ddddddd'])
  })
})

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'AFK-RESULT: ',
      'AFK-PHASE: ',
      'pushed ',
      'blocked ',
      'green',
      'abcdef0',
      '```',
      '~~~',
      '\n',
      '\r',
      ' ',
      '\t',
      '`',
      '\u2028',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))

  it('never throws, and what it gives is one short line or a commit', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
        const report = reportOf(...texts)
        if (report?.kind === 'pushed') expect(report.sha).toMatch(/^[0-9a-f]{7,40}$/)
        else if (report?.kind === 'pr') expect(report.number).toBeGreaterThan(0)
        else if (report !== null) {
          expect(report.words.length).toBeLessThanOrEqual(4000)
          expect(report.words).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('finds a line put at its end, unless a fence is open', () => {
    fc.assert(
      fc.property(
        text.filter((t) => !/`{3}|~{3}/.test(t)),
        (before) => {
          expect(reportOf(`${before}\nAFK-RESULT: blocked here`)).toEqual({ kind: 'blocked', words: 'here' })
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['blanks', `AFK-RESULT: blocked${' '.repeat(1_000_000)}`],
    ['blanks inside', `AFK-RESULT: blocked x${' '.repeat(1_000_000)}y`],
    ['tabs before the kind', `AFK-RESULT:${'\t'.repeat(1_000_000)}!`],
    ['kinds', `AFK-RESULT: ${'a-'.repeat(500_000)}`],
    ['backticks', `AFK-\n${'`'.repeat(1_000_000)}x\``],
    ['fences', `AFK-\n${'```\n~~~\n'.repeat(125_000)}`],
    ['line ends', `AFK-${'\r'.repeat(500_000)}${'\r\n'.repeat(250_000)}`],
    ['hex', `AFK-RESULT: pushed ${'a'.repeat(1_000_000)}`],
  ])('is linear: 1 MB of %s', (_, big) => {
    const cpuMs = startCpuClock()
    readReports(said(big))
    // Linear takes a few ms; quadratic would take minutes.
    expect(cpuMs()).toBeLessThan(1000)
  })
})
