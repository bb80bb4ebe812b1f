import type { Effect } from '../core/effects.ts'
import { isReply } from '../core/landing/no-change-replies.ts'
import { isNote } from '../core/people/notes.ts'
import type { Category } from '../ports/errors.ts'
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

/**
 * Resolved before anything is said: a death between leaves nothing that looks opened again. Where this account may not resolve (an app
 * needs a right for it that nothing else here asks for), it is said all the same: then it stays open, is sent once more, and counts.
 */
export async function resolveReview(
  { pull, thread, body }: Extract<Effect, { kind: 'review.resolve' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  const { pulls } = tick.world
  const why = await refusalOf(() => pulls.resolveThread(issue.repo, pull, thread))
  // Another process may have said it by now: a reply is not idempotent.
  const { threads } = await pulls.view(issue.repo, pull)
  const last = threads.find(({ id }) => id === thread)?.comments.at(-1)
  if (last?.own === true && last.body === body) return { kind: 'replayed' }
  await pulls.replyToThread(issue.repo, pull, thread, body)
  return why === null
    ? { kind: 'done' }
    : { kind: 'refused', why: `a conversation on pull request ${pull} may not be resolved (${why})` }
}

/** A reply is not idempotent, and has no place in the list of comments: the conversation is looked at first. One that is gone needs none. */
export async function replyOnce(
  { pull, thread, tag, body }: Extract<Effect, { kind: 'review.reply' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  const { pulls } = tick.world
  const { threads } = await pulls.view(issue.repo, pull)
  const found = threads.find(({ id }) => id === thread)
  if (found === undefined || found.comments.some((comment) => isReply(comment, tag))) return { kind: 'replayed' }
  await pulls.replyToThread(issue.repo, pull, thread, `${body}\n\n${tag}`)
  return { kind: 'done' }
}

/** What this account may not allow, a person still can: nothing is retried for it, and people are told. */
export async function allowDeployment(
  { workflowRun, environments, comment, ifRefused }: Extract<Effect, { kind: 'deployment.allow' }>,
  { tick, issue }: ApplyContext,
): Promise<Outcome> {
  try {
    await tick.world.pulls.decideDeployment(issue.repo, workflowRun, environments, { state: 'approved', comment })
    return { kind: 'done' }
  } catch (thrown) {
    const error = asPortError(thrown)
    if (!['refused', 'forbidden', 'not-found'].includes(error.category)) throw error
    const why = `workflow run ${workflowRun} may not be allowed (${error.category})`
    return { kind: 'instead', effects: ifRefused, why }
  }
}

async function refusalOf(call: () => Promise<void>): Promise<Category | null> {
  try {
    await call()
    return null
  } catch (thrown) {
    const { category } = asPortError(thrown)
    if (!isRefusal(category)) throw thrown
    return category
  }
}

/** This account may not, or there is nothing to do it to: the same try again would end in the same way. */
export function isRefusal(category: Category): boolean {
  return category === 'refused' || category === 'forbidden' || category === 'not-found'
}
