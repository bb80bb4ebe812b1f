import { describe, expect, it } from 'vitest'
import { branchName } from '../../src/core/branch-name.ts'
import { costText } from '../../src/core/text/cost-text.ts'
import { fenceFor, quote } from '../../src/core/prompt/fence.ts'
import { instantText } from '../../src/core/text/instant-text.ts'
import { priorityOf } from '../../src/core/dispatch/priority.ts'

describe('priorityOf', () => {
  it.each([
    [[], 100],
    [['bug', 'ready-for-agent'], 100],
    [['priority:3'], 3],
    [['priority/20'], 20],
    [['PRIORITY: 7'], 7],
    [['P0'], 0],
    [['p9'], 9],
    [['P2', 'priority:1', 'priority/5'], 1],
    [['priority:0', 'P1'], 0],
    [['priority:999999'], 999_999],
    [['priority:1000000'], 100],
    [['priority:-1'], 100],
    [['priority:high', 'priority:', 'P10', 'P', 'XP1', 'P1 high'], 100],
    [['priority:1.5'], 100],
  ])('%j is %d', (labels, expected) => {
    expect(priorityOf(labels, 100)).toBe(expected)
  })
})

describe('fenceFor', () => {
  it('is the first of its series that no text has, in any case of letters', () => {
    expect(fenceFor([])).toBe('afk-data(0)')
    expect(fenceFor(['afk-data(1)'])).toBe('afk-data(0)')
    expect(fenceFor(['x afk-data(0) y', 'AFK-DATA(1)'])).toBe('afk-data(2)')
    expect(fenceFor(['afk-data(10)'])).toBe('afk-data(0)')
  })

  it('stands on both sides of the text', () => {
    expect(quote('afk-data(0)', 'body', 'a\nb')).toBe(
      '----- begin afk-data(0): body -----\na\nb\n----- end afk-data(0) -----',
    )
  })
})

describe('branchName', () => {
  const runId = '0d9d7b4e-5d2e-5c4b-9f3a-1b2c3d4e5f60'
  it.each([
    ['Add a cart', 'afk/42-add-a-cart-0d9d7b4e'],
    ['  Crème BRÛLÉE: 50% off!! ', 'afk/42-creme-brulee-50-off-0d9d7b4e'],
    ['', 'afk/42-issue-0d9d7b4e'],
    ['日本語', 'afk/42-issue-0d9d7b4e'],
    ['../..; rm -rf ~ `x`', 'afk/42-rm-rf-x-0d9d7b4e'],
    ['a'.repeat(100), `afk/42-${'a'.repeat(40)}-0d9d7b4e`],
    [`${'a'.repeat(39)} b`, `afk/42-${'a'.repeat(39)}-0d9d7b4e`],
  ])('%j gives %s', (title, expected) => {
    expect(branchName(42, title, runId)).toBe(expected)
  })
})

describe('instantText', () => {
  it.each([
    0, 1_795_237_200_000, 951_827_696_000, 951_782_400_000, -1, -2_208_988_800_001, 4_107_542_399_999,
    253_402_300_799_999,
  ])('says of %d what ECMAScript says', (at) => {
    expect(instantText(at)).toBe(`${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`)
  })

  it.each([Number.NaN, Infinity, 8.7e15])('does without a time it cannot know: %d', (at) => {
    expect(instantText(at)).toBe('an unknown time')
  })
})

describe('costText', () => {
  it.each([
    [0, 0, '0 tokens, about 0.00 USD'],
    [9999, 0.06, '9999 tokens, about 0.06 USD'],
    [12_345, 0.07, '12 k tokens, about 0.07 USD'],
    [1_234_567, 7.41, '1.2 M tokens, about 7.41 USD'],
  ])('%d tokens for %d', (tokens, usd, expected) => {
    expect(costText(tokens, usd)).toBe(expected)
  })
})
