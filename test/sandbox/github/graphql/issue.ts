import { isoTime, isoTimeOrNull } from '../http/clock-text.ts'
import { blockedIssues, blockersOf, dependencySummary } from '../state/dependencies.ts'
import type { Issue } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { associationOf } from '../state/permissions.ts'
import { issueWeb } from '../rest/present/issue.ts'
import { connection, type PageArgs } from './connection.ts'
import { mayRead, type Gql } from './context.ts'
import { editFields } from './edits.ts'
import { labelNode } from './label.ts'
import { reactionFields } from './reaction.ts'
import { timelineOf, type TimelineArgs } from './timeline.ts'

export function issueNode(gql: Gql, repo: Repo, issue: Issue): Record<string, unknown> {
  const related = (entries: { repo: Repo; issue: Issue }[], args: PageArgs): unknown =>
    connection(
      entries.filter((entry) => mayRead(gql, entry.repo)),
      args,
      (entry) => gql.nodes.issue(gql, entry.repo, entry.issue),
    )
  return {
    __typename: issue.isPullRequest ? 'PullRequest' : 'Issue',
    id: issue.nodeId,
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body,
    bodyText: issue.body,
    url: issueWeb(repo, issue),
    state: issue.state.toUpperCase(),
    stateReason: ({ enableDuplicate }: { enableDuplicate?: boolean | null }) =>
      stateReason(issue, enableDuplicate === true),
    closed: issue.state === 'closed',
    locked: false,
    createdAt: isoTime(issue.createdAt),
    updatedAt: isoTime(issue.updatedAt),
    closedAt: isoTimeOrNull(issue.closedAt),
    publishedAt: isoTime(issue.createdAt),
    authorAssociation: associationOf(repo, issue.author),
    repository: () => gql.nodes.repository(gql, repo),
    labels: (args: PageArgs) => connection(issue.labels, args, (label) => labelNode(repo, label)),
    comments: (args: PageArgs) =>
      connection(issue.comments, args, (comment) => gql.nodes.comment(gql, repo, issue, comment)),
    ...reactionFields(gql, issue),
    timelineItems: (args: TimelineArgs) => timelineOf(gql, repo, issue, args),
    blockedBy: (args: PageArgs) => related(blockersOf(gql.state, issue), args),
    blocking: (args: PageArgs) => related(blockedIssues(gql.state, issue), args),
    issueDependenciesSummary: () => dependencySummary(gql.state, issue),
    ...editFields(gql, issue),
  }
}

/** A duplicate is shown as not planned to whoever does not ask for the newer word. */
function stateReason(issue: Issue, enableDuplicate: boolean): string | null {
  if (issue.stateReason === 'duplicate' && !enableDuplicate) return 'NOT_PLANNED'
  return issue.stateReason?.toUpperCase() ?? null
}
