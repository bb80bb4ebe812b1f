import { describe, expect, it } from 'vitest'
import { blockerRefs } from '../../src/core/dispatch/blockers.ts'

const refs = (body: string): readonly string[] =>
  blockerRefs(body, 'acme/shop').map((ref) => `${ref.repo}#${ref.number}`)

describe('a clause', () => {
  it.each([
    ['Blocked by #1', ['acme/shop#1']],
    ['blocked by #1, #2 and #3', ['acme/shop#1', 'acme/shop#2', 'acme/shop#3']],
    ['BLOCKED BY: acme/api#7', ['acme/api#7']],
    ['**Blocked by** #4', ['acme/shop#4']],
    ['- [ ] blocked  by\t(#5)', ['acme/shop#5']],
    ['This is #1, blocked by #2', ['acme/shop#2']],
    ['blocked by #1 and blocked by #2', ['acme/shop#1', 'acme/shop#2']],
    ['blocked by #1\r\nand #2', ['acme/shop#1']],
    ['blocked by #1\r#2', ['acme/shop#1']],
    ['Blocked by #1\nBlocked by #2', ['acme/shop#1', 'acme/shop#2']],
    ['blocked by [#6](https://example.com/x#9)', ['acme/shop#6']],
    ['blocked by a.b-c/d_e.f#8.', []],
    ['blocked by ab-c/d_e.f#8.', ['ab-c/d_e.f#8']],
    ['blocked by see...#3', ['acme/shop#3']],
  ])('%j names %j', (body, expected) => {
    expect(refs(body)).toEqual(expected)
  })

  it.each([
    ['no clause', '#1 and #2'],
    ['another word', 'unblocked by #1'],
    ['another word behind it', 'blocked bypass #1'],
    ['the next line', 'blocked by\n#1'],
    ['a number that goes on', 'blocked by #1st'],
    ['a page', 'blocked by page#1'],
    ['an address', 'blocked by https://example.com/page#1'],
    ['an entity', 'blocked by it&#39;s'],
    ['zero', 'blocked by #0'],
    ['no 32-bit number', 'blocked by #2147483648 and #99999999999'],
    ['no digits', 'blocked by # and #x'],
    ['too long for an owner', `blocked by ${'a'.repeat(40)}/b#1`],
    ['too long for a repo', `blocked by a/${'b'.repeat(200)}#1`],
  ])('is not: %s', (_, body) => {
    expect(refs(body)).toEqual([])
  })

  it('names each issue once, whatever the case of letters', () => {
    expect(refs('blocked by #1, ACME/Shop#1, acme/api#2\nblocked by Acme/API#2, #1')).toEqual([
      'acme/shop#1',
      'acme/api#2',
    ])
  })
})

describe('what is not shown as text', () => {
  it.each([
    ['a fenced block', '```\nblocked by #1\n```'],
    ['a fence of tildes', '~~~ text\nblocked by #1\n~~~'],
    ['a fence three spaces in', '   ```\nblocked by #1\n   ```'],
    ['a fence that is never closed', 'x\n```\nblocked by #1\n\nblocked by #2'],
    ['a shorter fence inside', '````\n```\nblocked by #1\n```\n````'],
    ['the other fence inside', '```\n~~~\nblocked by #1\n```'],
    ['a fence with words behind its end', '```\n``` x\nblocked by #1\n```'],
    ['inline code', 'so `blocked by #1` it is'],
    ['inline code of two', '``a ` blocked by #1``'],
    ['inline code over two lines', '`a\nblocked by #1`'],
    ['code between the words', 'blocked `x` by #1'],
    ['code before the reference', 'blocked by `#1`'],
    ['a comment after the words', 'blocked by <!-- #1 -->'],
    ['a comment', '<!-- blocked by #1 -->'],
    ['a comment over lines', 'a <!--\nblocked by #1\n--> b'],
    ['a comment that is never closed', 'a <!-- b\n\nblocked by #1'],
    ['a fence in a comment', '<!--\n```\n-->\n<!-- blocked by #1\n-->'],
    ['the end of the line in a comment', 'blocked by <!--\n--> #1'],
  ])('does not block: %s', (_, body) => {
    expect(refs(body)).toEqual([])
  })

  it.each([
    ['behind a fence', '```\nx\n```\nblocked by #1'],
    ['behind a fence with a longer end', '```\nx\n`````  \nblocked by #1'],
    ['behind a fence at the end', '~~~\n~~~\nblocked by #1'],
    ['four spaces in is no fence of ours', '    ```\nblocked by #1'],
    ['two backticks are no fence', '``\nblocked by #1'],
    ['a backtick in the info string', '``` a`b\nblocked by #1'],
    ['behind inline code', '`a` blocked by #1 `b`'],
    ['an escaped backtick', String.raw`\` blocked by #1 ${'`'}`],
    ['backticks of unlike length', '`` blocked by #1 `'],
    ['a blank line between backticks', '`a\n\nblocked by #1`'],
    ['another list item between backticks', '- a ` b\n- blocked by #1 ` c'],
    ['a numbered item between backticks', '1. a ` b\n2. blocked by #1 ` c'],
    ['a fence between backticks', '`a\n```\n`\n```\nblocked by #1'],
    ['behind a comment', '<!-- x --> blocked by #1'],
    ['a comment before the reference', 'blocked by <!-- y --> #1'],
    ['an empty comment', '<!--> blocked by #1'],
    ['a comment in code', '`<!--` blocked by #1'],
    ['something like a comment', '<!- blocked by #1'],
  ])('blocks: %s', (_, body) => {
    expect(refs(body)).toEqual(['acme/shop#1'])
  })
})
