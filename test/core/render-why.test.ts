import { describe, expect, it } from 'vitest'
import type { EligibilityCode, Facts } from '../../src/core/dispatch/eligibility.ts'
import { explainSkip } from '../../src/core/explain/explain.ts'
import { renderWhy } from '../../src/core/explain/render-why.ts'
import { whyCommentsOf } from '../../src/core/explain/why-comment.ts'
import { aComment } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'

/** The words of the comment that says why an issue does not start, as far as facts are known. */

const bodyOf = (code: EligibilityCode, facts: Facts) => renderWhy([{ code, facts, unblock: '' }], aPolicy().labels)
describe('the detail', () => {
  it.each<[EligibilityCode, Facts, string]>([
    [
      'human-label',
      { label: 'h', by: 'maria', at: '2026-11-21T05:00:00Z' },
      '`h` was put on by `maria`, 2026-11-21 05:00 UTC.',
    ],
    ['human-label', { label: 'h', by: null }, '`h` was put on by an account that is gone.'],
    ['untrusted-labeller', { by: 'tri', permission: 'triage' }, 'It was `tri` (permission: `triage`).'],
    ['untrusted-labeller', { by: 'ada', via: 'helper' }, 'It was `ada`, through the app `helper`.'],
    ['untrusted-labeller', { by: 'afk', account: "afk's own" }, "It was `afk` (afk's own)."],
    ['untrusted-labeller', { by: 'ada', event: 'not in the list' }, 'It was `ada`, and the event is not in the list.'],
    ['edited-after-label', { what: 'title', by: 'rea' }, 'The title was changed by `rea`.'],
    ['edited-after-label', { what: 'body', by: 'rea' }, 'The text was changed by `rea`.'],
    ['blocked', { by: ['acme/shop#3 (open)'] }, 'It waits for `acme/shop#3 (open)`.'],
    ['base-red', { branch: 'main' }, 'The branch is `main`.'],
    ['repo-moved', { now: 'acme/store' }, 'It is called `acme/store` now.'],
  ])('of %s %j', (code, facts, words) => {
    expect(bodyOf(code, facts)).toContain(` ${words}\n\n**What to do:**`)
  })

  it.each<[EligibilityCode, Facts]>([
    ['untrusted-labeller', { by: null }],
    ['blocked', { by: [], openDependencies: 2 }],
    ['blocked', { openDependencies: 2 }],
    // A rule that is explained by its meaning alone.
    ['draining', {}],
  ])('of %s %j is left out', (code, facts) => {
    const { meaning, remedy } = explainSkip(code)
    expect(bodyOf(code, facts)).toContain(`${meaning}\n\n**What to do:** ${remedy}\n`)
  })
})

describe('the tag', () => {
  const codesOf = (tag: string) =>
    whyCommentsOf({ comments: [aComment({ id: 7, body: `words\n\n${tag}` })] }).standing?.codes

  it.each([
    ['<!-- afk:why v1 {"codes":["blocked","of-the-future"]} -->', ['blocked', 'of-the-future']],
    ['<!-- afk:why v1 {"codes":["blocked",3]} -->', ['blocked']],
    ['<!-- afk:why v1 {"codes":"blocked"} -->', []],
    ['<!-- afk:why v1 {} -->', []],
    ['<!-- afk:why v1 {broken} -->', []],
    ['<!-- afk:why v1 -->', []],
  ])('%s names %j', (tag, codes) => {
    expect(codesOf(tag)).toEqual(codes)
  })
})
