import { labelHistory } from '../core/label-history.ts'
import type { IssueFacts } from '../core/model.ts'
import { whyCommentsOf } from '../core/explain/why-comment.ts'
import type { ApplyContext, Outcome } from './apply.ts'
import { lookAgain } from './look-again.ts'

/**
 * Makes the issue's one comment on why it does not start say this. The issue is searched for it right before, because a comment is the
 * one write of GitHub's that is not idempotent; an issue that has begun, ended or lost its label since is left alone. Two pollers may
 * both post: each looks once more and takes its own away unless it is the oldest.
 */
export async function explain(body: string, context: ApplyContext): Promise<Outcome> {
  const { tick, issue } = context
  const { tracker } = tick.world
  const fresh = await lookAgain(context)
  if (fresh === null || !isWaiting(fresh, context)) return { kind: 'refused', why: 'the issue changed meanwhile' }
  const { standing, doubles } = whyCommentsOf(fresh)
  for (const double of doubles) await tracker.deleteComment(issue, double)
  if (standing?.body === body) return { kind: doubles.length > 0 ? 'done' : 'replayed' }
  if (standing !== null) {
    await tracker.editComment(issue, standing.comment, body)
    return { kind: 'done' }
  }
  const own = await tracker.comment(issue, body)
  const after = await lookAgain(context)
  const oldest = after && whyCommentsOf(after).standing
  if (oldest && oldest.comment !== own) await tracker.deleteComment(issue, own)
  return { kind: 'done' }
}

export async function retract(comments: readonly number[], { tick, issue }: ApplyContext): Promise<Outcome> {
  for (const comment of comments) await tick.world.tracker.deleteComment(issue, comment)
  return { kind: 'done' }
}

function isWaiting(facts: IssueFacts, { tick, issue }: ApplyContext): boolean {
  const { readyNow, lockedNow } = labelHistory(facts, tick.policy.repo(issue.repo).labels)
  return facts.state === 'open' && readyNow && !lockedNow
}
