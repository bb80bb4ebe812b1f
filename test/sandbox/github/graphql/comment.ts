import { isoTime } from '../http/clock-text.ts'
import type { Comment, Issue } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { associationOf } from '../state/permissions.ts'
import { issueWeb } from '../rest/present/issue.ts'
import type { Gql } from './context.ts'
import { editFields } from './edits.ts'
import { reactionFields } from './reaction.ts'

export function commentNode(gql: Gql, repo: Repo, issue: Issue, comment: Comment): Record<string, unknown> {
  return {
    __typename: 'IssueComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    authorAssociation: associationOf(repo, comment.author),
    createdAt: isoTime(comment.createdAt),
    updatedAt: isoTime(comment.updatedAt),
    publishedAt: isoTime(comment.createdAt),
    isMinimized: false,
    url: `${issueWeb(repo, issue)}#issuecomment-${comment.id}`,
    issue: () => gql.nodes.issue(gql, repo, issue),
    ...reactionFields(gql, comment),
    ...editFields(gql, comment),
  }
}
