import { describe, expect, it } from 'vitest'
import { pullLine } from '../../src/core/card/card-pull.ts'
import { renderCard } from '../../src/core/card/card-render.ts'
import type { Card } from '../../src/core/card/card.ts'
import { aCard } from '../builders/card.ts'
import { sha, t0 } from '../builders/time.ts'

const pull = { number: 7, url: 'https://github.com/acme/shop/pull/7', branch: 'afk/42-x', merged: null }
const review = { round: 1, pull: 7, head: sha('a'), at: t0, state: 'asked', attempt: 1, tokens: 0 } as const

describe('the line of the card for a pull request', () => {
  it.each<[string, Partial<Card>, string]>([
    ['none, where work lands by push', {}, ''],
    ['open', { pull }, 'Pull request [#7](https://github.com/acme/shop/pull/7)'],
    [
      'merged',
      { pull: { ...pull, merged: sha('b') } },
      `Pull request [#7](https://github.com/acme/shop/pull/7), merged as \`${sha('b').slice(0, 10)}\``,
    ],
    [
      'under review',
      { pull, reviews: [review] },
      'Pull request [#7](https://github.com/acme/shop/pull/7) · review 1 is under way',
    ],
    [
      'reviewed twice, and once on an earlier pull request',
      {
        pull,
        reviews: [
          { ...review, pull: 5, state: 'clean' },
          { ...review, round: 2, state: 'issues' },
          { ...review, round: 3, state: 'clean' },
        ],
      },
      'Pull request [#7](https://github.com/acme/shop/pull/7) · review 2 found issues · review 3 found nothing',
    ],
  ])('%s', (_what, changes, line) => {
    expect(pullLine(aCard(changes))).toBe(line)
  })

  it('stands on the card', () => {
    const text = renderCard(aCard({ pull }), { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false })
    expect(text).toContain('\n\nPull request [#7](')
  })
})
