import type { Card } from '../card/card.ts'
import type { Effect } from '../effects.ts'
import { age } from '../label-history.ts'
import { noChangeReply, noteTag } from '../people/note-comments.ts'
import { bellPatienceSeconds } from '../run/end-run.ts'
import type { RunFacts } from '../run/run-facts.ts'

/**
 * An agent that sees nothing to change in what people asked for in their conversations ends its run, and a person decides: why is said
 * where they asked (SPEC 15.4), once in each conversation that the last turn held and that is still open. `card`: with the outcome. The
 * rest of the end waits for it no longer than for the doorbell.
 */
export function noChangeReplies({ landing, now }: RunFacts, card: Card): readonly Effect[] {
  const { outcome, runId, turns, findings = [] } = card
  if (landing.kind !== 'open' || outcome?.reason !== 'no-change') return []
  if (age(now.tracker, outcome.at) > bellPatienceSeconds * 1000) return []
  const isAnswer = turns.findLast(({ retry }) => !retry)?.purpose.startsWith('review:') ?? false
  const asked = isAnswer ? (findings.at(-1)?.threads ?? []) : []
  const tag = noteTag(runId, 'no-change')
  return landing.asks
    .filter(({ id, comments }) => asked.includes(id) && !comments.some((one) => isReply(one, tag)))
    .map(({ id }) => ({
      kind: 'review.reply',
      pull: landing.pull.number,
      thread: id,
      tag,
      body: noChangeReply(outcome.detail),
    }))
}

/** One of afk's own with this tag, which stands at its end. */
export function isReply({ own, body }: { readonly own: boolean; readonly body: string }, tag: string): boolean {
  return own && body.trimEnd().endsWith(tag)
}
