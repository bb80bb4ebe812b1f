import { isoTime } from '../http/clock-text.ts'
import { closedByMessage } from '../state/closing-keywords.ts'
import { findIssueById, requireIssue } from '../state/issues.ts'
import type { EventDetail, Issue, IssueEvent } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { issueWeb } from '../rest/present/issue.ts'
import { actorNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import { mayRead, type Gql } from './context.ts'
import { labelNode } from './label.ts'

export type TimelineArgs = PageArgs & { itemTypes?: string[] | null; since?: string | null }

interface Item {
  at: number
  id: number
  itemType: string
  node: () => unknown
}

/** Events and comments, oldest first; `totalCount` counts what `itemTypes` lets through. */
export function timelineOf(gql: Gql, repo: Repo, issue: Issue, args: TimelineArgs) {
  const items: Item[] = [
    ...issue.events.map((event) => ({
      at: event.createdAt,
      id: event.id,
      itemType: itemTypes[event.detail.event],
      node: () => eventNode(gql, repo, issue, event),
    })),
    ...issue.comments.map((comment) => ({
      at: comment.createdAt,
      id: comment.id,
      itemType: 'ISSUE_COMMENT',
      node: () => gql.nodes.comment(gql, repo, issue, comment),
    })),
    ...reviewItems(gql, repo, issue),
  ]
  const since = args.since ? Date.parse(args.since) : 0
  const found = items
    .filter((item) => item.at >= since && (!args.itemTypes || args.itemTypes.includes(item.itemType)))
    .toSorted((a, b) => a.at - b.at || a.id - b.id)
  const page = connection(found, args, (item) => item.node())
  return {
    ...page,
    filteredCount: found.length,
    pageCount: page.nodes().length,
    updatedAt: isoTime(issue.updatedAt),
  }
}

function reviewItems(gql: Gql, repo: Repo, issue: Issue): Item[] {
  const { pull } = issue
  if (!pull) return []
  return pull.reviews.map((review) => ({
    at: review.submittedAt,
    id: review.id,
    itemType: 'PULL_REQUEST_REVIEW',
    node: () => gql.nodes.review(gql, repo, { issue, pull }, review),
  }))
}

const itemTypes: Record<EventDetail['event'], string> = {
  labeled: 'LABELED_EVENT',
  unlabeled: 'UNLABELED_EVENT',
  renamed: 'RENAMED_TITLE_EVENT',
  closed: 'CLOSED_EVENT',
  reopened: 'REOPENED_EVENT',
  referenced: 'REFERENCED_EVENT',
  blocked_by_added: 'BLOCKED_BY_ADDED_EVENT',
  merged: 'MERGED_EVENT',
  'cross-referenced': 'CROSS_REFERENCED_EVENT',
  head_ref_deleted: 'HEAD_REF_DELETED_EVENT',
  head_ref_force_pushed: 'HEAD_REF_FORCE_PUSHED_EVENT',
  ready_for_review: 'READY_FOR_REVIEW_EVENT',
  convert_to_draft: 'CONVERT_TO_DRAFT_EVENT',
  added_to_merge_queue: 'ADDED_TO_MERGE_QUEUE_EVENT',
  removed_from_merge_queue: 'REMOVED_FROM_MERGE_QUEUE_EVENT',
  review_dismissed: 'REVIEW_DISMISSED_EVENT',
}

const typeNames: Record<EventDetail['event'], string> = {
  labeled: 'LabeledEvent',
  unlabeled: 'UnlabeledEvent',
  renamed: 'RenamedTitleEvent',
  closed: 'ClosedEvent',
  reopened: 'ReopenedEvent',
  referenced: 'ReferencedEvent',
  blocked_by_added: 'BlockedByAddedEvent',
  merged: 'MergedEvent',
  'cross-referenced': 'CrossReferencedEvent',
  head_ref_deleted: 'HeadRefDeletedEvent',
  head_ref_force_pushed: 'HeadRefForcePushedEvent',
  ready_for_review: 'ReadyForReviewEvent',
  convert_to_draft: 'ConvertToDraftEvent',
  added_to_merge_queue: 'AddedToMergeQueueEvent',
  removed_from_merge_queue: 'RemovedFromMergeQueueEvent',
  review_dismissed: 'ReviewDismissedEvent',
}

/** There is no `performed_via_github_app` in GraphQL: an app that acts for a user is invisible here. */
function eventNode(gql: Gql, repo: Repo, issue: Issue, event: IssueEvent): Record<string, unknown> {
  return {
    __typename: typeNames[event.detail.event],
    id: event.nodeId,
    createdAt: isoTime(event.createdAt),
    actor: () => actorNode(gql, event.actor),
    ...detailFields(gql, repo, issue, event),
  }
}

function detailFields(gql: Gql, repo: Repo, issue: Issue, event: IssueEvent): Record<string, unknown> {
  const { detail } = event
  const subject = (): unknown => gql.nodes.issue(gql, repo, issue)
  switch (detail.event) {
    case 'labeled':
    case 'unlabeled':
      return { label: () => labelNode(repo, labelOf(repo, detail.label)), labelable: subject }
    case 'renamed':
      return { previousTitle: detail.from, currentTitle: detail.to, subject }
    case 'closed':
      return {
        stateReason: detail.reason?.toUpperCase() ?? null,
        closer: () => closerNode(gql, repo, detail.closer),
        closable: subject,
        duplicateOf: null,
        url: `${issueWeb(repo, issue)}#event-${event.id}`,
      }
    case 'reopened':
      return { closable: subject, stateReason: null }
    case 'merged':
      return {
        commit: () => commitOf(gql, repo, detail.sha),
        mergeRefName: issue.pull?.baseRef ?? '',
        pullRequest: subject,
        url: `${issueWeb(repo, issue)}#event-${event.id}`,
      }
    case 'cross-referenced': {
      const source = requireIssue(repo, detail.number)
      return {
        source: () => gql.nodes.issue(gql, repo, source),
        target: subject,
        isCrossRepository: false,
        referencedAt: isoTime(event.createdAt),
        willCloseTarget: closedByMessage(source.body).includes(issue.number),
        url: `${issueWeb(repo, issue)}#ref-pullrequest-${source.id}`,
      }
    }
    case 'head_ref_deleted':
      return { headRefName: issue.pull?.headRef ?? '', headRef: null, pullRequest: subject }
    case 'head_ref_force_pushed':
      return {
        beforeCommit: () => commitOf(gql, repo, detail.before),
        afterCommit: () => commitOf(gql, repo, detail.after),
        pullRequest: subject,
      }
    case 'removed_from_merge_queue':
      return { reason: detail.reason, pullRequest: subject }
    case 'review_dismissed':
      return { previousReviewState: detail.was.toUpperCase(), dismissalMessage: detail.message, pullRequest: subject }
    case 'ready_for_review':
    case 'convert_to_draft':
    case 'added_to_merge_queue':
      return { pullRequest: subject }
    case 'referenced':
      return {
        commit: () => commitOf(gql, repo, detail.sha),
        commitRepository: () => gql.nodes.repository(gql, repo),
        isCrossRepository: false,
        isDirectReference: true,
        subject,
      }
    case 'blocked_by_added': {
      const blocker = findIssueById(gql.state, detail.blockerId)
      return {
        blockingIssue: () =>
          blocker && mayRead(gql, blocker.repo) ? gql.nodes.issue(gql, blocker.repo, blocker.issue) : null,
      }
    }
  }
}

/** The label as the repository has it now; as it was then, when it is gone. */
function labelOf(repo: Repo, then: { id: number; name: string; color: string }) {
  return (
    repo.labels.find((label) => label.id === then.id) ?? {
      ...then,
      nodeId: `LA_${then.id}`,
      description: null,
    }
  )
}

function closerNode(gql: Gql, repo: Repo, closer: Extract<EventDetail, { event: 'closed' }>['closer']): unknown {
  if (closer?.kind === 'commit') return commitOf(gql, repo, closer.sha)
  const pull = closer ? repo.issues.find((issue) => issue.number === closer.number) : undefined
  return pull ? gql.nodes.issue(gql, repo, pull) : null
}

function commitOf(gql: Gql, repo: Repo, sha: string): unknown {
  const commit = repo.commits.get(sha)
  return commit ? gql.nodes.commit(gql, repo, commit) : null
}
