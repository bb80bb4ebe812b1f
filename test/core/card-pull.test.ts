import { describe, expect, it } from 'vitest'
import { openFindingsText, pullLine } from '../../src/core/card/card-pull.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import { CARD_CHARACTERS, renderCard } from '../../src/core/card/card-render.ts'
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

describe('what the newest review found', () => {
  const policy = { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false }
  const found = ['src/a.ts:3 forgets the `coupon` --> @team <b>', 'src/b.ts:9 is never called']
  const withIssues = { ...review, state: 'issues', found } as const

  it('stands on the card, each line in code quotes, and in its marker as it was', () => {
    const card = aCard({ pull, reviews: [withIssues] })
    const text = renderCard(card, policy)
    expect(text).toContain(
      "**Findings of review 1**, as they begin (all of them stand in the thread of that review; no later review has looked at the answer):\n\n- `src/a.ts:3 forgets the 'coupon' --> @team <b>`\n- `src/b.ts:9 is never called`\n\n",
    )
    expect(parseCard(text)).toEqual({ kind: 'card', card })
  })

  it.each<[string, Partial<Card>]>([
    ['of a card from before it was kept', { pull, reviews: [{ ...review, state: 'issues' }] }],
    ['once a later round is asked for', { pull, reviews: [withIssues, { ...review, round: 2 }] }],
    ['of an earlier pull request', { pull, reviews: [{ ...withIssues, pull: 5 }] }],
    ['where work lands by push', {}],
  ])('is not shown: %s', (_what, changes) => {
    expect(openFindingsText(aCard(changes))).toBe('')
  })

  it('goes short, and at last away, on a card that is too large', () => {
    const reds = Array.from({ length: 500 }, (_, nth) => ({
      head: sha('a'),
      signature: `s${nth}`,
      failing: Array.from({ length: 20 }, (_one, name) => `a name that is rather long ${name} of ${nth}`),
      after: 0,
    }))
    const text = renderCard(aCard({ pull, reviews: [withIssues], reds }), policy)
    const parsed = parseCard(text)
    expect(text.length).toBeLessThan(CARD_CHARACTERS)
    expect(parsed.kind === 'card' ? parsed.card.reviews : null).toEqual([
      { ...review, state: 'issues', found: [found[0]] },
    ])
  })
})
