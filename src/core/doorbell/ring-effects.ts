import { threadOf } from './bell-places.ts'
import type { Bell, Card } from '../card/card.ts'
import type { DoorbellMessage, Effect } from '../effects.ts'
import type { Instant } from '../model.ts'

/**
 * The doorbell for something that waits for people, and then the card that knows of it. Where it cannot be rung the card knows that it
 * was asked, so that answers count, and that nobody could be told: it is rung again with every look, until it was rung or nothing is
 * asked any more (SPEC 9: never zero times).
 */
export function ringEffects(
  card: Card,
  ring: {
    readonly cause: string
    readonly message: DoorbellMessage
    /** When it was asked first. */
    readonly askedAt: Instant
    readonly now: Instant
    /** A notifier is configured. */
    readonly canRing: boolean
  },
): readonly Effect[] {
  const { cause, message, askedAt, now, canRing } = ring
  const write = (bell: Bell): Effect => ({
    kind: 'card.write',
    card: { ...card, bells: { ...card.bells, [cause]: bell } },
  })
  if (!canRing) return [write({ at: askedAt })]
  const ifFailed = [write({ at: askedAt, undelivered: true })]
  // People have their time from the ring on (SPEC 3.8).
  return [{ kind: 'doorbell.ring', cause, message, thread: threadOf(card), ifFailed }, write({ at: now })]
}

/** It was rung, or nobody is to be rung. */
export function isRung(bell: Bell | undefined): bell is Bell {
  return bell !== undefined && bell.undelivered !== true
}

/** What can fail for as long as the notifier is away goes last: whatever does not depend on it stands before it. */
export function withBeforeRing(effects: readonly Effect[], others: readonly Effect[]): readonly Effect[] {
  const at = effects.findIndex(({ kind }) => kind === 'doorbell.ring')
  return at === -1 ? [...effects, ...others] : effects.toSpliced(at, 0, ...others)
}
