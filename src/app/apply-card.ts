import type { Card } from '../core/card.ts'
import { renderCard } from '../core/card-render.ts'
import { cardsOf } from '../core/cards-of.ts'
import type { IssueFacts } from '../core/model.ts'
import type { ApplyContext, Outcome } from './apply.ts'

/**
 * Makes the run's one card say this: edited in place only when its text changes; posted only after the issue was searched for it once
 * more, because a comment is the one write of GitHub's that is not idempotent (SPEC 5.2).
 */
export async function writeCard(card: Card, context: ApplyContext): Promise<Outcome> {
  const { tick, issue, memory } = context
  const { tracker } = tick.world
  const policy = tick.policy.repo(issue.repo)
  const body = renderCard(card, {
    usdPerMillionTokens: policy.usdPerMillionTokens,
    maxAttempts: policy.fixForward.maxAttempts,
  })
  const standing =
    memory.card ?? standingIn(context.facts, card.runId) ?? standingIn(await searchAgain(context), card.runId)
  if (standing === null) {
    memory.card = { comment: await tracker.comment(issue, body), body }
    return { kind: 'done' }
  }
  await deleteDoubles(context)
  if (standing.body === body) {
    memory.card = standing
    return { kind: 'replayed' }
  }
  await tracker.editComment(issue, standing.comment, body)
  memory.card = { comment: standing.comment, body }
  return { kind: 'done' }
}

/** The comment of this run's card; one that somebody tampered with is written over. */
function standingIn(facts: IssueFacts | null, runId: string): { comment: number; body: string } | null {
  if (facts === null) return null
  const { cards, tampered } = cardsOf(facts)
  const comment = cards.find(({ card }) => card.runId === runId)?.comment ?? tampered.at(-1)
  const found = facts.comments.find(({ id }) => id === comment)
  return found ? { comment: found.id, body: found.body } : null
}

async function searchAgain({ tick, issue }: ApplyContext): Promise<IssueFacts | null> {
  const { labels } = tick.policy.repo(issue.repo)
  const [found] = await tick.world.tracker.look([{ ...issue, labels }])
  if (found === undefined) return null
  if (!found.ok) throw found.error
  return found.value
}

/** Two pollers without a lock may both have posted: the oldest card wins (SPEC 5.2). */
async function deleteDoubles({ tick, issue, facts }: ApplyContext): Promise<void> {
  if (facts === null) return
  for (const comment of cardsOf(facts).doubles) await tick.world.tracker.deleteComment(issue, comment)
}
