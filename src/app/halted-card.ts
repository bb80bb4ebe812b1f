import type { Card } from '../core/card/card.ts'
import { parseCard } from '../core/card/card-parse.ts'
import { cardsOf } from '../core/card/cards-of.ts'
import { reviewThreadIdOf } from '../core/ids.ts'
import type { Instant, IssueFacts } from '../core/model.ts'

/** The open card of the run that a thread belongs to, and how far it is afk's to edit. */
export type ThreadCard =
  | { readonly kind: 'own'; readonly card: Card; readonly changedAt: Instant; readonly doubles: readonly number[] }
  /** Written by another account than this token's. */
  | { readonly kind: 'foreign'; readonly card: Card; readonly author: string | null }
  /** Somebody edited it: not believed, and whose run it is nobody knows for sure. */
  | { readonly kind: 'tampered' }

/** By the run's own thread or by that of one of its reviews. Null: none stands there that is still open. */
export function cardOfThread(facts: IssueFacts, thread: string): ThreadCard | null {
  const { cards, doubles, tampered } = cardsOf(facts)
  const own = cards.find(({ card }) => isOf(card, thread))
  if (own !== undefined) {
    const comment = facts.comments.find(({ id }) => id === own.comment)
    const changedAt = comment?.editedAt ?? comment?.createdAt ?? 0
    return own.card.outcome === null ? { kind: 'own', card: own.card, changedAt, doubles } : null
  }
  for (const { own: isOwn, body, author } of facts.comments) {
    const parsed = parseCard(body)
    if (!isOwn && parsed.kind === 'card' && parsed.card.outcome === null && isOf(parsed.card, thread)) {
      return { kind: 'foreign', card: parsed.card, author: author?.login ?? null }
    }
  }
  return tampered.length > 0 ? { kind: 'tampered' } : null
}

function isOf({ runId, reviews = [] }: Card, thread: string): boolean {
  return runId === thread || reviews.some(({ round }) => reviewThreadIdOf(runId, round) === thread)
}
