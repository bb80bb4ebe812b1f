import { describe, expect, it } from 'vitest'
import { htmlPage } from './html.ts'

describe('links on a page of the demo', () => {
  it.each([
    ['an issue', 'https://github.com/acme/shop/issues/2', '/#acme/shop/2'],
    ['a comment', 'https://github.com/acme/shop/issues/2#issuecomment-7', '/#acme/shop/2'],
    ['a commit', 'https://github.com/acme/shop/commit/188936000ca0', '#made-up'],
    ['a pull request', 'https://github.com/acme/shop/pull/2', '#made-up'],
    ['a thread', 'http://127.0.0.1:41041/bcc70488/deedb1d3', '#made-up'],
  ])('to %s leave the page for no other site', (_what, from, to) => {
    const page = htmlPage('Doorbell', `<p><a class="button" href="${from}">there</a></p>`, '')
    expect(page).toContain(`<a class="button" href="${to}">there</a>`)
    expect(page).toContain('<p id="made-up">')
    expect(page).not.toContain(from)
  })
})
