import { isoTime } from '../http/clock-text.ts'
import type { Repo } from '../state/model.ts'
import { associationOf, atLeast, roleOfToken } from '../state/permissions.ts'
import type { ReviewComment, ReviewThread } from '../state/pull-model.ts'
import type { PullRequest } from '../state/pulls.ts'
import { isOutdated } from '../state/review-threads.ts'
import { issueWeb } from '../rest/present/issue.ts'
import { userNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'
import { editFields } from './edits.ts'
import { reactionFields } from './reaction.ts'

/** An outdated thread has no `line` any more, only the one that it had. */
export function threadNode(gql: Gql, repo: Repo, found: PullRequest, thread: ReviewThread): Record<string, unknown> {
  const outdated = isOutdated(repo, found.pull, thread)
  const may = mayResolve(gql, repo, found)
  return {
    __typename: 'PullRequestReviewThread',
    id: thread.nodeId,
    path: thread.path,
    line: outdated ? null : thread.line,
    originalLine: thread.line,
    startLine: null,
    originalStartLine: null,
    diffSide: 'RIGHT',
    startDiffSide: null,
    subjectType: thread.line === null ? 'FILE' : 'LINE',
    isOutdated: outdated,
    isResolved: thread.resolvedBy !== null,
    isCollapsed: thread.resolvedBy !== null || outdated,
    resolvedBy: () => userNode(gql, thread.resolvedBy),
    viewerCanReply: true,
    viewerCanResolve: may && thread.resolvedBy === null,
    viewerCanUnresolve: may && thread.resolvedBy !== null,
    pullRequest: () => gql.nodes.issue(gql, repo, found.issue),
    repository: () => gql.nodes.repository(gql, repo),
    comments: (args: PageArgs) =>
      connection(thread.comments, args, (comment) => reviewCommentNode(gql, repo, found, thread, comment)),
  }
}

/** Its author, and everybody who can write. */
export function mayResolve(gql: Gql, repo: Repo, { issue }: PullRequest): boolean {
  return issue.author === gql.token.login || atLeast(roleOfToken(gql.state, repo, gql.token), 'write')
}

export function reviewCommentNode(
  gql: Gql,
  repo: Repo,
  found: PullRequest,
  thread: ReviewThread,
  comment: ReviewComment,
): Record<string, unknown> {
  const outdated = isOutdated(repo, found.pull, thread)
  const review = found.pull.reviews.find((candidate) => candidate.id === comment.reviewId)
  const first = thread.comments.find((candidate) => candidate.id === comment.inReplyTo)
  const commit = (sha: string): unknown => {
    const made = repo.commits.get(sha)
    return made ? gql.nodes.commit(gql, repo, made) : null
  }
  return {
    __typename: 'PullRequestReviewComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    path: thread.path,
    line: outdated ? null : thread.line,
    originalLine: thread.line,
    outdated,
    diffHunk: '@@ -1 +1 @@',
    state: 'SUBMITTED',
    subjectType: thread.line === null ? 'FILE' : 'LINE',
    isMinimized: false,
    authorAssociation: associationOf(repo, comment.author),
    createdAt: isoTime(comment.createdAt),
    draftedAt: isoTime(comment.createdAt),
    publishedAt: isoTime(comment.createdAt),
    updatedAt: isoTime(comment.updatedAt),
    url: `${issueWeb(repo, found.issue)}#discussion_r${comment.id}`,
    commit: () => commit(found.pull.headSha),
    originalCommit: () => commit(comment.commitSha),
    replyTo: () => (first ? reviewCommentNode(gql, repo, found, thread, first) : null),
    pullRequest: () => gql.nodes.issue(gql, repo, found.issue),
    pullRequestReview: () => (review ? gql.nodes.review(gql, repo, found, review) : null),
    repository: () => gql.nodes.repository(gql, repo),
    ...reactionFields(gql, comment),
    ...editFields(gql, comment),
  }
}
