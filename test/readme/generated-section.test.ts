import { describe, expect, it } from 'vitest'
import { wantsUpdate, withSection } from './generated-section.ts'

const page = 'top\n<!-- a:start -->\nold\n<!-- a:end -->\nbottom\n'

describe('withSection', () => {
  it('replaces what stands between the markers, and nothing else', () => {
    expect(withSection(page, 'a', 'new')).toBe('top\n<!-- a:start -->\n\nnew\n\n<!-- a:end -->\nbottom\n')
  })

  it('changes nothing the second time', () => {
    const once = withSection(page, 'a', 'new')
    expect(withSection(once, 'a', 'new')).toBe(once)
  })

  it('keeps a content with dollar signs as it is', () => {
    expect(withSection(page, 'a', '$& $1')).toContain('\n$& $1\n')
  })

  it.each([
    ['no markers', 'top'],
    ['no end', '<!-- a:start -->'],
    ['the end first', '<!-- a:end --><!-- a:start -->'],
    ['two of them', `${page}${page}`],
  ])('refuses a page with %s', (_what, text) => {
    expect(() => withSection(text, 'a', 'new')).toThrow('expected <!-- a:start -->')
  })
})

describe('wantsUpdate', () => {
  it.each([
    [{}, false],
    [{ CI: 'true' }, false],
    [{ UPDATE_README: '' }, false],
    [{ UPDATE_README: '1' }, true],
  ])('%j: %s', (env, wanted) => {
    expect(wantsUpdate(env)).toBe(wanted)
  })

  it('is refused in CI', () => {
    expect(() => wantsUpdate({ UPDATE_README: '1', CI: 'true' })).toThrow('CI only compares')
  })
})
