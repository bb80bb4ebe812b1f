import { describe, expect, it } from 'vitest'
import { cleanText, codeQuote, cutText, cutToTail, markdownLink, oneLine } from '../../src/core/text/escape.ts'

describe('oneLine', () => {
  it.each([
    ['a\n b\r\n\tc', 'a b c'],
    [' a ', 'a'],
    ['a\u202Eb\u200Bc\u2028d', 'abc d'],
    ['a \u200B b', 'a b'],
    ['a\u0000\u001B[31mb', 'a[31mb'],
    ['a\uD800b', 'a\uFFFDb'],
    ['', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected)
  })

  it('is cut to its limit, the ellipsis included, and never through a character', () => {
    expect(oneLine('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`)
    expect(oneLine('x'.repeat(300))).toHaveLength(300)
    expect(oneLine('😀😀😀', 4)).toBe('😀…')
    expect(oneLine(`a${' '.repeat(100_000)}b`, 10)).toBe('a…')
  })
})

describe('codeQuote', () => {
  it.each([
    ['@team see #1', '`@team see #1`'],
    ['a`b``c', "`a'b''c`"],
    ['a | b', '`a ¦ b`'],
    ['<!-- afk:v1 {} -->', '`< !-- afk:v1 {} -->`'],
    ['<\u200B!-- x', '`< !-- x`'],
    ['\n', '(empty)'],
  ])('%j becomes %j', (text, expected) => {
    expect(codeQuote(text)).toBe(expected)
  })
})

describe('markdownLink', () => {
  it('links plain web addresses', () => {
    expect(markdownLink('CI', 'https://x.example/a_(b)?q=[1]#c')).toBe('[CI](https://x.example/a_%28b%29?q=%5B1%5D#c)')
  })

  it.each([
    'javascript:alert(1)',
    'https://x y',
    'https://x\n',
    'https://x">',
    'ftp://x',
    '',
    `https://${'x'.repeat(1001)}`,
    'https://\uD800',
  ])('has only the words for %j', (url) => {
    expect(markdownLink('CI', url)).toBe('CI')
  })
})

describe('cutting', () => {
  it('leaves whole characters at either end', () => {
    expect(cutText('a😀', 2)).toBe('a')
    expect(cutText('ab', 2)).toBe('ab')
    expect(cutText('abc', -1)).toBe('')
    expect(cutToTail('😀a', 2)).toBe('a')
    expect(cutToTail('abc', 2)).toBe('bc')
    expect(cutToTail('abc', 0)).toBe('')
  })
})

describe('cleanText', () => {
  it('keeps tabs and lines, and nothing else that is no character', () => {
    expect(cleanText('a\tb\r\nc\rd\u0000\u0007\u0085\uDC00')).toBe('a\tb\nc\nd\uFFFD')
  })
})
