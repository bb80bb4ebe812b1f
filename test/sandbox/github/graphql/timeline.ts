import { isoTime } from '../http/clock-text.ts'
import { findIssueById } from '../state/issues.ts'
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

const itemTypes: Record<EventDetail['event'], string> = {
  labeled: 'LABELED_EVENT',
  unlabeled: 'UNLABELED_EVENT',
  renamed: 'RENAMED_TITLE_EVENT',
  closed: 'CLOSED_EVENT',
  reopened: 'REOPENED_EVENT',
  referenced: 'REFERENCED_EVENT',
  blocked_by_added: 'BLOCKED_BY_ADDED_EVENT',
}

const typeNames: Record<EventDetail['event'], string> = {
  labeled: 'LabeledEvent',
  unlabeled: 'UnlabeledEvent',
  renamed: 'RenamedTitleEvent',
  closed: 'ClosedEvent',
  reopened: 'ReopenedEvent',
  referenced: 'ReferencedEvent',
  blocked_by_added: 'BlockedByAddedEvent',
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
        stateReason: detail.reason.toUpperCase(),
        closer: () => closerNode(gql, repo, detail.closer),
        closable: subject,
        duplicateOf: null,
        url: `${issueWeb(repo, issue)}#event-${event.id}`,
      }
    case 'reopened':
      return { closable: subject, stateReason: null }
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
