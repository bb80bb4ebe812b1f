import { describe, expect, it } from 'vitest'
import { cardsOf } from '../../src/core/card/cards-of.ts'
import type { IssueComment } from '../../src/core/model.ts'
import { anIssue, maria, aComment } from '../builders/issue.ts'
import { aCard, cardComment } from '../builders/card.ts'
import { minutes, t0 } from '../builders/time.ts'

const card = aCard()
const other = aCard({ runId: 'another', epoch: 'LE_0' })

function cards(...comments: readonly IssueComment[]) {
  return cardsOf(anIssue({ comments }))
}

describe('cardsOf (SPEC 6.2)', () => {
  it('reads the cards of all runs, oldest first, whatever the order of the list', () => {
    const [a, b] = [
      cardComment(other, { id: 1, createdAt: t0 }),
      cardComment(card, { id: 2, createdAt: t0 + minutes(1) }),
    ]
    const expected = {
      cards: [
        { card: other, comment: 1 },
        { card, comment: 2 },
      ],
      doubles: [],
      tampered: [],
      broken: [],
      newer: [],
    }
    expect(cards(a, b)).toEqual(expected)
    expect(cards(b, a)).toEqual(expected)
  })

  it('ignores what others wrote, a card to the letter included', () => {
    const forged = cardComment(card, { own: false, author: maria })
    expect(cards(forged, aComment({ body: 'hello' }))).toMatchObject({ cards: [], tampered: [], broken: [] })
  })

  it('keeps the oldest of two cards of one run, and names the others', () => {
    const later = { ...card, tokens: 5 }
    const found = cards(cardComment(later, { id: 9, createdAt: t0 }), cardComment(card, { id: 3, createdAt: t0 }))
    expect(found).toMatchObject({ cards: [{ card, comment: 3 }], doubles: [9] })
  })

  it('believes no card that somebody else edited, well-formed, broken or newer', () => {
    const found = cards(
      cardComment(card, { id: 1, createdAt: t0, editedByOther: true }),
      aComment({ id: 2, body: '<!-- afk:v1 {} -->', editedByOther: true }),
      aComment({ id: 3, body: '<!-- afk:v9 {} -->', editedByOther: true }),
      aComment({ id: 4, body: 'only words', editedByOther: true }),
    )
    expect(found).toMatchObject({ cards: [], doubles: [], broken: [], newer: [] })
    expect(found.tampered.map(({ comment }) => comment)).toEqual([1, 2, 3])
  })

  it('tells the broken and the newer apart', () => {
    const found = cards(
      aComment({ id: 1, body: '<!-- afk:v1 {"runId":1} -->' }),
      aComment({ id: 2, body: '<!-- afk:v7 {} -->' }),
    )
    expect(found).toMatchObject({ cards: [], newer: [{ comment: 2, version: 7 }] })
    expect(found.broken).toMatchObject([{ comment: 1, why: expect.stringContaining('card') }])
  })
})
