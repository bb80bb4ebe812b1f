import type { Card } from '../card/card.ts'
import { ringEffects } from '../doorbell/ring-effects.ts'
import type { DoorbellMessage, Effect } from '../effects.ts'
import type { Instant } from '../model.ts'
import { noteTag } from './note-comments.ts'
import { noteIn, spoken } from './notes.ts'
import type { RunFacts } from '../run/run-facts.ts'

/**
 * Something is asked of people: a comment once, the doorbell until it was rung once, and the card that knows of it. Who reads GitHub
 * answers the comment, and never waits for a doorbell that cannot be rung.
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
  const { card, canRing, now, run } = facts
  const said = noteIn(spoken(facts), run.runId, cause)
  const askedAt = card.bells[cause]?.at ?? said?.createdAt ?? now.tracker
  // Asked before, and only not rung: the comment was seen then, and need not be looked for in every tick.
  const isSaid = said !== null && card.bells[cause] !== undefined
  const comment: Effect = { kind: 'comment.say', on, tag: noteTag(run.runId, cause), body }
  return [
    ...(isSaid ? [] : [comment]),
    ...ringEffects(asking.asked(askedAt), { cause, message, askedAt, now: now.tracker, canRing }),
  ]
}
