import type { Effect } from '../core/effects.ts'
import { isNote } from '../core/people/notes.ts'
import type { ApplyContext, Outcome } from './apply.ts'
import { asPortError } from './tick.ts'

/**
 * A comment is posted once: one of afk's own that ends in the tag is this one, whoever posted it (SPEC 5.2). Two watchers without a lock
 * may both post; each looks once more, and takes its own away unless it is the oldest.
 */
export async function sayOnce(
  { on, tag, body }: Extract<Effect, { kind: 'comment.say' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  const { tracker, pulls } = tick.world
  const standing = async () => (await pulls.comments(issue.repo, on)).find((comment) => isNote(comment, tag))
  if ((await standing()) !== undefined) return { kind: 'replayed' }
  const place = { repo: issue.repo, number: on }
  const own = await tracker.comment(place, `${body}\n\n${tag}`)
  const oldest = await standing()
  if (oldest !== undefined && oldest.id !== own) await tracker.deleteComment(place, own)
  return { kind: 'done' }
}

/** What the branch's protection refuses is no failure: a person is asked instead (SPEC 15.5). */
export async function mergePull(
  { number, head, method, title, message, ifRefused }: Extract<Effect, { kind: 'pull.merge' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  try {
    await tick.world.pulls.merge(issue.repo, number, { head, method, title, message })
    return { kind: 'done' }
  } catch (thrown) {
    const error = asPortError(thrown)
    if (error.category !== 'refused' && error.category !== 'forbidden') throw error
    return { kind: 'instead', effects: ifRefused, why: `pull request ${number} may not be merged (${error.category})` }
  }
}

/** Resolved before anything is said: a death between leaves nothing that looks opened again. */
export async function resolveReview(
  { pull, thread, body }: Extract<Effect, { kind: 'review.resolve' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  const { pulls } = tick.world
  await pulls.resolveThread(issue.repo, pull, thread)
  await pulls.replyToThread(issue.repo, pull, thread, body)
  return { kind: 'done' }
}

/** What this account may not allow, a person still can: nothing is retried for it. */
export async function allowDeployment(
  { workflowRun, environments, comment }: Extract<Effect, { kind: 'deployment.allow' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  try {
    await tick.world.pulls.decideDeployment(issue.repo, workflowRun, environments, { state: 'approved', comment })
    return { kind: 'done' }
  } catch (thrown) {
    const error = asPortError(thrown)
    if (!['refused', 'forbidden', 'not-found'].includes(error.category)) throw error
    return { kind: 'refused', why: `workflow run ${workflowRun} may not be allowed (${error.category})` }
  }
}
