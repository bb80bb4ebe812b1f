import type { Card } from '../core/card/card.ts'
import type { Effect } from '../core/effects.ts'
import { type Category, PortError } from '../ports/errors.ts'
import type { Notifier } from '../ports/notifier.ts'
import type { ApplyContext, Outcome } from './apply.ts'
import { requireCardAsRead } from './apply-card.ts'
import type { Tick } from './tick.ts'

/** A bell is recorded after it rang (SPEC 9), so that another process may have rung it since this one looked: it looks once more. */
export async function ring(
  effect: Extract<Effect, { kind: 'doorbell.ring' }>,
  context: ApplyContext,
): Promise<Outcome> {
  const { tick, memory } = context
  const notifier = requireNotifier(tick, 'ring')
  await requireCardAsRead(context)
  memory.receipts.set(effect.cause, await notifier.ring(effect.message, { thread: effect.thread }))
  return { kind: 'done' }
}

/**
 * Makes an earlier message say what has become of it. A message that somebody has deleted, or that cannot be edited any more, needs no
 * edit: that is no failure, and is not tried again.
 */
export async function updateBell(
  effect: Extract<Effect, { kind: 'doorbell.update' }>,
  { tick, memory }: ApplyContext,
): Promise<Outcome> {
  try {
    await requireNotifier(tick, 'update').update(effect.place, effect.message)
    return { kind: 'done' }
  } catch (thrown) {
    if (thrown instanceof PortError && final.includes(thrown.category)) return { kind: 'replayed' }
    memory.unsettled.add(effect.cause)
    throw thrown
  }
}

const final: readonly Category[] = ['not-found', 'refused']

/** What is known of the doorbells only after they rang or were edited: the card writes that follow carry it. */
export function withBells(card: Card, { memory }: ApplyContext): Card {
  const bells = { ...card.bells }
  for (const [cause, receipt] of memory.receipts) {
    const bell = bells[cause]
    if (bell) bells[cause] = { ...bell, ...receipt }
  }
  for (const cause of memory.unsettled) {
    const bell = bells[cause]
    if (bell?.resolved === undefined) continue
    const { resolved: _, ...open } = bell
    bells[cause] = { ...open, tries: (bell.tries ?? 0) + 1 }
  }
  return { ...card, bells }
}

/** Throws for one that has refused everything in this tick, too: it is not asked once more for each run (SPEC 10). */
function requireNotifier({ world, failures }: Tick, operation: string): Notifier {
  const { notifier } = world
  if (notifier === null) throw new PortError('notifier', operation, 'config', 'no notifier is configured')
  const stopped = failures.stopped('notifier')
  if (stopped === 'deadline') {
    throw new PortError('notifier', operation, 'unavailable', 'no time is left in this tick', { isTooLate: true })
  }
  if (stopped !== null)
    throw new PortError('notifier', operation, stopped, 'refused earlier in this tick, not asked again')
  return notifier
}
