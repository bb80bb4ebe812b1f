import { kindOf } from './bell-places.ts'
import { resolutionOf } from './bell-resolution.ts'
import type { Bell, Card } from '../card/card.ts'
import type { AskingKind } from './doorbell-resolved.ts'

/** What people are asked now, as far as the card knows, whether they could be rung or not, in the order in which the card holds it. */
export function standingBells(
  card: Card,
): readonly { readonly cause: string; readonly kind: AskingKind; readonly bell: Bell }[] {
  return Object.entries(card.bells).flatMap(([cause, bell]) => {
    const kind = kindOf(cause)
    if (kind === undefined || bell.resolved !== undefined) return []
    return resolutionOf({ kind, cause }, card, bell.at, () => null) === null ? [{ cause, kind, bell }] : []
  })
}
