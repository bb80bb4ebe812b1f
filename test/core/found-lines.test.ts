import { describe, expect, it } from 'vitest'
import { foundLines, withNewestFound } from '../../src/core/landing/found-lines.ts'
import { reviewNote, reviewNoteMarkdown } from '../../src/core/landing/review-note.ts'
import { aCard } from '../builders/card.ts'
import { sha, t0 } from '../builders/time.ts'

/** SPEC 15.4: what people are told of findings that no further review has looked at. */

describe('the first lines of what a review found', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'without its word to afk',
      '\n1. A fault.\r\n\n  2. Another.  \n\nAFK-REVIEW: issues\n',
      ['1. A fault.', '2. Another.'],
    ],
    ['four at most', 'a\nb\nc\nd\ne', ['a', 'b', 'c', 'd']],
    ['each of them short', `${'x'.repeat(400)}\nb`, [`${'x'.repeat(299)}…`, 'b']],
    ['none, where it says no more than that there are some', 'AFK-REVIEW: issues', []],
    ['none, of nothing', '', []],
  ])('%s', (_what, findings, lines) => {
    expect(foundLines(findings)).toEqual(lines)
  })

  it('are kept for the newest round alone', () => {
    const review = { round: 1, pull: 7, head: sha('a'), at: t0, state: 'issues', attempt: 1, tokens: 0 } as const
    expect(
      withNewestFound([
        { ...review, found: ['old'] },
        { ...review, round: 2, found: ['new'] },
      ]),
    ).toEqual([review, { ...review, round: 2, found: ['new'] }])
  })
})

describe('the note on open findings', () => {
  const pull = { number: 7, url: '', branch: '', merged: null }
  const review = { round: 1, pull: 7, head: sha('a'), at: t0, state: 'issues', attempt: 1, tokens: 0 } as const
  const text = 'Review 1 found issues. The agent answered them, and no further review has looked at the answer.'

  it('quotes how they begin, as one line', () => {
    const note = reviewNote(aCard({ pull, reviews: [{ ...review, found: ['A `fault`.', 'x'.repeat(300)] }] }))
    expect(note).toEqual({ text, quote: `A \`fault\`. ${'x'.repeat(288)}…` })
    expect(reviewNoteMarkdown(note)).toBe(`${text} It began: \`A 'fault'. ${'x'.repeat(288)}…\``)
  })

  it('says that there are some where nothing more is known', () => {
    const note = reviewNote(aCard({ pull, reviews: [review] }))
    expect(note).toEqual({ text })
    expect(reviewNoteMarkdown(note)).toBe(text)
  })

  it('is none after a clean round, and for another pull request', () => {
    expect(reviewNote(aCard({ pull, reviews: [{ ...review, state: 'clean' }] }))).toBeNull()
    expect(reviewNote(aCard({ pull, reviews: [{ ...review, pull: 6 }] }))).toBeNull()
    expect(reviewNoteMarkdown(null)).toBeNull()
  })
})
