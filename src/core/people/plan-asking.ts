import { threadOf } from '../doorbell/bell-places.ts'
import type { Card } from '../card/card.ts'
import type { DoorbellMessage, Effect } from '../effects.ts'
import { bellPatienceSeconds } from '../run/end-run.ts'
import { age } from '../label-history.ts'
import type { Instant } from '../model.ts'
import { noteTag } from './note-comments.ts'
import { noteIn, spoken } from './notes.ts'
import type { RunFacts } from '../run/run-facts.ts'

/**
 * Something is asked of people: a comment once, the doorbell once, and then the card that knows of it. While the doorbell cannot be
 * rung it is tried again; past the patience that an end has too (SPEC 9), who reads GitHub must not wait for it any longer.
 */
export function planAsking(
  facts: RunFacts,
  asking: {
    /** The issue or the pull request that it stands on. */
    readonly on: number
    readonly cause: string
    readonly body: string
    readonly message: DoorbellMessage
    /** As it stands once it was asked, at this instant. */
    readonly asked: (at: Instant) => Card
  },
): readonly Effect[] {
  const { on, cause, body, message } = asking
  const { runId } = facts.run
  const said = noteIn(spoken(facts), runId, cause)
  const at = said?.createdAt ?? facts.now.tracker
  const asked = asking.asked(at)
  const card: Card = { ...asked, bells: { ...asked.bells, [cause]: { at } } }
  const write: Effect = { kind: 'card.write', card }
  const comment: Effect = { kind: 'comment.say', on, tag: noteTag(runId, cause), body }
  if (!facts.canRing) return [comment, write]
  const ring: Effect = { kind: 'doorbell.ring', cause, message, thread: threadOf(facts.card) }
  const late = age(facts.now.tracker, at) > bellPatienceSeconds * 1000
  return late ? [comment, write, ring, write] : [comment, ring, write]
}
