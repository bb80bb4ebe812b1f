import type { Actor } from './events.ts'
import { nextIds } from './ids.ts'
import type { Issue } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'
import type { Pull, Review, ReviewComment, ReviewThread } from './pull-model.ts'
import { addReview } from './reviews.ts'
import { requireLogin } from './users.ts'

export interface ThreadInput {
  path: string
  body: string
  /** Default: on the file as a whole. */
  line?: number | null
  /** Default: the head. */
  commitSha?: string
}

/** A comment on a line or a file. Without a review of its own it makes one that says nothing else. */
export function openThread(
  state: GitHubState,
  issue: Issue,
  pull: Pull,
  input: ThreadInput,
  actor: Actor,
  review?: Review,
): ReviewThread {
  const commitSha = input.commitSha ?? pull.headSha
  const parent = review ?? addReview(state, issue, pull, { state: 'COMMENTED', commitSha }, actor)
  const thread: ReviewThread = {
    ...nextIds(state, 'PRRT'),
    path: input.path,
    line: input.line ?? null,
    commitSha,
    resolvedBy: null,
    comments: [],
  }
  pull.threads.push(thread)
  addThreadComment(state, issue, thread, parent, input.body)
  return thread
}

/** GitHub wraps every answer in a review of its own, which is a comment. */
export function replyInThread(
  state: GitHubState,
  issue: Issue,
  pull: Pull,
  thread: ReviewThread,
  body: string,
  actor: Actor,
): ReviewComment {
  const review = addReview(state, issue, pull, { state: 'COMMENTED' }, actor)
  return addThreadComment(state, issue, thread, review, body)
}

/** `by` null opens it again. */
export function resolveThread(state: GitHubState, thread: ReviewThread, by: string | null): void {
  if (by !== null && thread.resolvedBy !== null) return
  thread.resolvedBy = by === null ? null : requireLogin(state, by)
}

/** Its file is another one in the head than it was when the thread began (GitHub looks at the lines). */
export function isOutdated(repo: Repo, pull: Pull, thread: ReviewThread): boolean {
  const at = (sha: string): string | undefined => repo.commits.get(sha)?.tree.get(thread.path)
  return at(thread.commitSha) !== at(pull.headSha)
}

export function findThread(pull: Pull, commentId: number): { thread: ReviewThread; comment: ReviewComment } | null {
  for (const thread of pull.threads) {
    const comment = thread.comments.find((candidate) => candidate.id === commentId)
    if (comment) return { thread, comment }
  }
  return null
}

function addThreadComment(
  state: GitHubState,
  issue: Issue,
  thread: ReviewThread,
  review: Review,
  body: string,
): ReviewComment {
  const now = state.clock.now()
  const comment: ReviewComment = {
    ...nextIds(state, 'PRRC'),
    author: review.author,
    body,
    reviewId: review.id,
    inReplyTo: thread.comments[0]?.id ?? null,
    commitSha: review.commitSha,
    createdAt: now,
    updatedAt: now,
    lastEditedAt: null,
    editor: null,
    edits: [],
    reactions: [],
  }
  thread.comments.push(comment)
  issue.updatedAt = now
  return comment
}
