import { describe, expect, it } from 'vitest'

import { nearestName } from '../../src/config/nearest.ts'
import { describeValue, renderProblems } from '../../src/config/problems.ts'

describe('renderProblems', () => {
  it('is one block a problem, in order', () => {
    const problem = { path: 'AFK_X', expected: 'a', got: 'b', remedy: 'c', source: 'env AFK_X' }
    const block = 'AFK_X (env AFK_X)\n  expected: a\n  got:      b\n  remedy:   c'
    expect(renderProblems([problem, { ...problem, path: 'AFK_Y' }])).toBe(
      `${block}\n${block.replace('AFK_X', 'AFK_Y')}`,
    )
    expect(renderProblems([])).toBe('')
  })
})

describe('describeValue', () => {
  it.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, 'nothing'],
    ['', '""'],
    ['a\u001B[31m"\n', String.raw`"a\u001b[31m\"\n"`],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [false, 'false'],
    [[1], 'a list'],
    [{ a: 1 }, 'a mapping'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}"… (81 characters)`],
    ['😀'.repeat(81), `"${'😀'.repeat(80)}"… (162 characters)`],
    ['ghp_0123456789abcdef', 'a text that looks like a secret'],
    ['github_pat_11AAAA', 'a text that looks like a secret'],
    ['xoxb-1-2-3', 'a text that looks like a secret'],
    ['eyJhbGciOiJIUzI1NiJ9.sig', 'a text that looks like a secret'],
  ])('%j', (value, words) => {
    expect(describeValue(value)).toBe(words)
  })
})

describe('nearestName', () => {
  const names = ['readyLabel', 'humanLabel', 'fixForward.maxAttempts', 'ci']

  it.each([
    ['readyLable', 'readyLabel'],
    ['READYLABEL', 'readyLabel'],
    ['maxAttempt', 'fixForward.maxAttempts'],
    ['fixForward.maxAttemps', 'fixForward.maxAttempts'],
    ['c', 'ci'],
    ['kubernetes', undefined],
    ['x'.repeat(65), undefined],
  ])('%s', (name, near) => {
    expect(nearestName(name, names)).toBe(near)
  })
})
