import { isoTime } from '../http/clock-text.ts'
import type { Repo } from '../state/model.ts'
import { associationOf, atLeast, roleOf } from '../state/permissions.ts'
import type { Review } from '../state/pull-model.ts'
import type { PullRequest } from '../state/pulls.ts'
import { issueWeb } from '../rest/present/issue.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'
import { editFields } from './edits.ts'
import { reviewCommentNode } from './review-thread.ts'

export type ReviewArgs = PageArgs & { states?: string[] | null; author?: string | null }

export function reviewNode(gql: Gql, repo: Repo, found: PullRequest, review: Review): Record<string, unknown> {
  const { issue, pull } = found
  const commit = repo.commits.get(review.commitSha)
  const comments = pull.threads.flatMap((thread) =>
    thread.comments.filter((comment) => comment.reviewId === review.id).map((comment) => ({ thread, comment })),
  )
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    bodyText: review.body,
    createdAt: isoTime(review.submittedAt),
    submittedAt: isoTime(review.submittedAt),
    publishedAt: isoTime(review.submittedAt),
    updatedAt: isoTime(review.submittedAt),
    url: `${issueWeb(repo, issue)}#pullrequestreview-${review.id}`,
    authorAssociation: associationOf(repo, review.author),
    authorCanPushToRepository: atLeast(roleOf(repo, review.author), 'write'),
    isMinimized: false,
    commit: () => (commit ? gql.nodes.commit(gql, repo, commit) : null),
    pullRequest: () => gql.nodes.issue(gql, repo, issue),
    repository: () => gql.nodes.repository(gql, repo),
    comments: (args: PageArgs) =>
      connection(comments, args, ({ thread, comment }) => reviewCommentNode(gql, repo, found, thread, comment)),
    ...editFields(gql, {
      author: review.author,
      createdAt: review.submittedAt,
      lastEditedAt: null,
      editor: null,
      edits: [],
    }),
  }
}
