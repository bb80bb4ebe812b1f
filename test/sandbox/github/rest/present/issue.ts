import { isoTime, isoTimeOrNull } from '../../http/clock-text.ts'
import { dependencySummary } from '../../state/dependencies.ts'
import type { Comment, Issue, Label, Reaction } from '../../state/issue-model.ts'
import type { Repo } from '../../state/model.ts'
import { associationOf } from '../../state/permissions.ts'
import type { View } from '../view.ts'
import { presentApp } from './app.ts'
import { repoUrl, repoWeb } from './repo.ts'
import { presentUser } from './user.ts'

function issueUrl(view: View, repo: Repo, issue: Issue): string {
  return `${repoUrl(view, repo)}/issues/${issue.number}`
}

export function issueWeb(repo: Repo, issue: Issue): string {
  return `${repoWeb(repo)}/${issue.isPullRequest ? 'pull' : 'issues'}/${issue.number}`
}

/** `issue`; a pull request is told by its `pull_request` key only. */
export function presentIssue(view: View, repo: Repo, issue: Issue) {
  const url = issueUrl(view, repo, issue)
  const summary = dependencySummary(view.state, issue)
  return {
    url,
    repository_url: repoUrl(view, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueWeb(repo, issue),
    id: issue.id,
    node_id: issue.nodeId,
    number: issue.number,
    title: issue.title,
    user: presentUser(view, issue.author),
    labels: issue.labels.map((label) => presentLabel(view, repo, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: isoTimeOrNull(issue.closedAt),
    closed_by: presentUser(view, issue.closedBy),
    author_association: associationOf(repo, issue.author),
    active_lock_reason: null,
    body: issue.body === '' ? null : issue.body,
    reactions: presentReactionCounts(`${url}/reactions`, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: presentApp(view, issue.viaApp),
    sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
    issue_dependencies_summary: {
      blocked_by: summary.blockedBy,
      total_blocked_by: summary.totalBlockedBy,
      blocking: summary.blocking,
      total_blocking: summary.totalBlocking,
    },
    ...(issue.isPullRequest ? { draft: issue.pull?.draft ?? false, pull_request: pullLinks(view, repo, issue) } : {}),
  }
}

function pullLinks(view: View, repo: Repo, issue: Issue) {
  const page = issueWeb(repo, issue)
  return {
    url: `${repoUrl(view, repo)}/pulls/${issue.number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: isoTimeOrNull(issue.pull?.mergedAt ?? null),
  }
}

export function presentLabel(view: View, repo: Repo, label: Label) {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: `${repoUrl(view, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  }
}

export function presentComment(view: View, repo: Repo, issue: Issue, comment: Comment) {
  const url = `${repoUrl(view, repo)}/issues/comments/${comment.id}`
  return {
    url,
    html_url: `${issueWeb(repo, issue)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(view, repo, issue),
    id: comment.id,
    node_id: comment.nodeId,
    user: presentUser(view, comment.author),
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    body: comment.body,
    author_association: associationOf(repo, comment.author),
    reactions: presentReactionCounts(`${url}/reactions`, comment.reactions),
    performed_via_github_app: presentApp(view, comment.viaApp),
  }
}

export function presentReaction(view: View, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: presentUser(view, reaction.user),
    content: reaction.content,
    created_at: isoTime(reaction.createdAt),
  }
}

export function presentReactionCounts(url: string, reactions: Reaction[]) {
  const kinds = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const
  const counts = kinds.map((kind) => [kind, reactions.filter((reaction) => reaction.content === kind).length] as const)
  return { url, total_count: reactions.length, ...Object.fromEntries(counts) }
}
