import type { Card } from '../card/card.ts'
import type { ThreadView } from '../model.ts'
import { isDrivenByPerson } from './turns.ts'

/**
 * What an operator's halt (`afk halt`, SPEC 14) is to its run once the watcher sees it again. An interrupted turn is shown by T3 like
 * one that failed; it is no failure of the agent's, so the turn that follows it costs no retry. One turn for one halt: with that turn
 * recorded the mark is gone, and what fails then counts as ever, and so do budget and time all along.
 */

/** The mark stands, and the newest turn is the one that was interrupted: nobody has spoken to the agent since. */
export function isHalted(card: Card, thread: ThreadView): boolean {
  return card.halted !== undefined && !isDrivenByPerson(card, thread)
}

/** Something of the run goes on, or it has ended. */
export function unhalted(card: Card): Card {
  const { halted: _, ...rest } = card
  return rest
}

/**
 * The mark as the facts leave it: gone where there is nothing to continue, because the agent had come to its end by itself before the
 * interrupt reached it, or a person has spoken to it since. What cannot be seen changes nothing.
 */
export function haltOf(card: Card, thread: ThreadView, reachable: boolean): Pick<Card, 'halted'> {
  const { halted } = card
  if (halted === undefined) return {}
  const over = thread.state === 'finished' && card.reviews?.at(-1)?.state !== 'asked'
  return reachable && thread.state !== 'absent' && (over || !isHalted(card, thread)) ? {} : { halted }
}
