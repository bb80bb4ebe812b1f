import type { OpenBell } from './bell-places.ts'
import type { Card } from '../card/card.ts'
import type { BellSubject } from './doorbell-parts.ts'
import { resolvedBell } from './doorbell-resolved.ts'
import type { Effect, Resolution } from '../effects.ts'
import type { Instant } from '../model.ts'

/** An open doorbell, and what has become of what it asked for. */
export interface SettledBell {
  readonly bell: OpenBell
  readonly resolution: Resolution
}

/** The edits of messages that ask for nothing any more. Each is recorded by {@link withSettled} after it is made. */
export function settleEffects(subject: BellSubject, settled: readonly SettledBell[]): readonly Effect[] {
  return settled.map(({ bell: { cause, kind, place }, resolution }) => ({
    kind: 'doorbell.update',
    cause,
    place,
    message: resolvedBell({ ...subject, kind, resolution }),
  }))
}

/** The card with these doorbells as settled: none is edited twice. */
export function withSettled(card: Card, settled: readonly SettledBell[], at: Instant): Card {
  const bells = { ...card.bells }
  for (const { bell } of settled) {
    const known = bells[bell.cause]
    if (known) bells[bell.cause] = { ...known, resolved: at }
  }
  return { ...card, bells }
}

/**
 * The writes of a run that goes on, with the edits of its answered doorbells. They come last, for nothing may wait for a courtesy; only
 * a card that would be written last is written after them, so that it is written once. The subject's card is the last one written.
 */
export function withSettledBells(
  effects: readonly Effect[],
  subject: BellSubject,
  settled: readonly SettledBell[],
  at: Instant,
): readonly Effect[] {
  if (settled.length === 0) return effects
  const last = effects.at(-1)
  const body = last?.kind === 'card.write' ? effects.slice(0, -1) : effects
  return [
    ...body,
    ...settleEffects(subject, settled),
    { kind: 'card.write', card: withSettled(subject.card, settled, at) },
  ]
}
