import type { Card } from '../core/card/card.ts'
import { renderCard } from '../core/card/card-render.ts'
import { cardsOf } from '../core/card/cards-of.ts'
import type { IssueFacts } from '../core/model.ts'
import { PortError } from '../ports/errors.ts'
import type { ApplyContext, Outcome } from './apply.ts'
import { lookAgain } from './look-again.ts'

/**
 * Makes the run's one card say this: edited in place only when its text changes. Before a tick's first write the issue is searched for it
 * once more: a comment is the one write of GitHub's that is not idempotent (SPEC 5.2), and an edit asks nobody whether it is late.
 */
export async function writeCard(card: Card, context: ApplyContext): Promise<Outcome> {
  const { tick, issue, memory } = context
  const { tracker } = tick.world
  const policy = tick.policy.repo(issue.repo)
  const body = renderCard(card, {
    usdPerMillionTokens: policy.usdPerMillionTokens,
    maxAttempts: policy.fixForward.maxAttempts,
    hasRollout: policy.rollout.kind !== 'none',
    redStopsRepo: policy.landing === 'push' && policy.requireGreenBase,
    approvers: policy.approval.by,
  })
  const known = memory.card ?? standingIn(context.facts, card.runId)
  if (known?.body === body) {
    await deleteDoubles(context)
    memory.card = known
    return { kind: 'replayed' }
  }
  const standing =
    memory.card ?? requireUnchanged(known, standingIn(await lookAgain(context), card.runId), card.runId, body)
  if (standing === null) return post(card, body, context)
  await deleteDoubles(context)
  if (standing.body === body) {
    memory.card = standing
    return { kind: 'replayed' }
  }
  await tracker.editComment(issue, standing.comment, body)
  memory.card = { comment: standing.comment, body }
  return { kind: 'done' }
}

/**
 * Throws `conflict` when the run's card is neither what this tick has read nor what it has written: somebody else has acted on it since.
 * Either will do, for a read may come from a copy that has not heard of the write yet.
 */
export async function requireCardAsRead(context: ApplyContext): Promise<void> {
  const { facts, run, memory } = context
  const standing = standingIn(await lookAgain(context), run)
  const known = [standingIn(facts, run), ...(memory.card === null ? [] : [memory.card])]
  if (!known.some((one) => one?.body.trimEnd() === standing?.body.trimEnd())) throw changed('ring', run)
}

/** Two pollers without a lock may both post. Each looks once more and takes its own away unless it is the oldest (SPEC 5.2). */
async function post(card: Card, body: string, context: ApplyContext): Promise<Outcome> {
  const { tick, issue, memory } = context
  const own = { comment: await tick.world.tracker.comment(issue, body), body }
  const oldest = standingIn(await lookAgain(context), card.runId) ?? own
  if (oldest.comment !== own.comment) await tick.world.tracker.deleteComment(issue, own.comment)
  memory.card = oldest
  requireUnchanged(null, oldest, card.runId, body)
  return { kind: 'done' }
}

interface Standing {
  readonly comment: number
  readonly body: string
}

/**
 * The card as it stands right before it is written. Where it is no longer what this tick has decided by, somebody else was faster (a
 * second process without a lock, or one that outlived its lease), and what that one wrote, an outcome above all, is never undone.
 */
function requireUnchanged(
  known: Standing | null,
  standing: Standing | null,
  runId: string,
  body: string,
): Standing | null {
  if (standing === null) return known
  if (standing.body === known?.body || standing.body === body) return standing
  throw changed('editComment', runId)
}

function changed(operation: string, runId: string): PortError {
  const words = 'was changed by somebody else since it was read; it is read again in the next tick'
  return new PortError('tracker', operation, 'conflict', `the card of run ${runId} ${words}`)
}

/** The comment of this run's card; one that somebody tampered with is written over. */
function standingIn(facts: IssueFacts | null, runId: string): Standing | null {
  if (facts === null) return null
  const { cards, tampered } = cardsOf(facts)
  const comment = cards.find(({ card }) => card.runId === runId)?.comment ?? tampered.at(-1)?.comment
  const found = facts.comments.find(({ id }) => id === comment)
  return found ? { comment: found.id, body: found.body } : null
}

/** Two pollers without a lock may both have posted: the oldest card wins (SPEC 5.2). */
async function deleteDoubles({ tick, issue, facts }: ApplyContext): Promise<void> {
  if (facts === null) return
  for (const comment of cardsOf(facts).doubles) await tick.world.tracker.deleteComment(issue, comment)
}
