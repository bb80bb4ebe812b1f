import { isoTime } from '../../http/clock-text.ts'
import { findIssueById, requireIssue } from '../../state/issues.ts'
import type { EventDetail, Issue, IssueEvent } from '../../state/issue-model.ts'
import type { Repo } from '../../state/model.ts'
import type { View } from '../view.ts'
import { presentApp } from './app.ts'
import { presentComment, presentIssue } from './issue.ts'
import { presentReview } from './review.ts'
import { presentMinimalRepo, repoUrl } from './repo.ts'
import { presentUser } from './user.ts'

/** An entry of `/issues/{n}/events`. There is no `author_association` on it. */
export function presentEvent(view: View, repo: Repo, event: IssueEvent) {
  const commit = commitOf(event.detail)
  return {
    id: event.id,
    node_id: event.nodeId,
    url: `${repoUrl(view, repo)}/issues/events/${event.id}`,
    actor: presentUser(view, event.actor),
    event: event.detail.event,
    commit_id: commit,
    commit_url: commit === null ? null : `${repoUrl(view, repo)}/commits/${commit}`,
    created_at: isoTime(event.createdAt),
    ...detailOf(view, event.detail),
    performed_via_github_app: presentApp(view, event.viaApp),
  }
}

/** `/issues/{n}/timeline`: events and comments by time; a comment is an event named `commented`. */
export function presentTimeline(view: View, repo: Repo, issue: Issue): unknown[] {
  const entries = [
    ...issue.events.map((event) => ({
      at: event.createdAt,
      id: event.id,
      shown: (event.detail.event === 'cross-referenced'
        ? presentReference(view, repo, event, event.detail.number)
        : presentEvent(view, repo, event)) as unknown,
    })),
    ...issue.comments.map((comment) => ({
      at: comment.createdAt,
      id: comment.id,
      shown: {
        ...presentComment(view, repo, issue, comment),
        event: 'commented',
        actor: presentUser(view, comment.author),
      } as unknown,
    })),
    ...(issue.pull?.reviews ?? []).map((review) => ({
      at: review.submittedAt,
      id: review.id,
      shown: { ...presentReview(view, repo, issue, review), event: 'reviewed' } as unknown,
    })),
  ]
  return entries.toSorted((a, b) => a.at - b.at || a.id - b.id).map((entry) => entry.shown)
}

function commitOf(detail: EventDetail): string | null {
  if (detail.event === 'referenced' || detail.event === 'merged') return detail.sha
  return detail.event === 'closed' && detail.closer?.kind === 'commit' ? detail.closer.sha : null
}

function detailOf(view: View, detail: EventDetail): Record<string, unknown> {
  switch (detail.event) {
    case 'labeled':
    case 'unlabeled':
      return { label: { name: detail.label.name, color: detail.label.color } }
    case 'renamed':
      return { rename: { from: detail.from, to: detail.to } }
    case 'closed':
      return { state_reason: detail.reason }
    case 'reopened':
      return { state_reason: null }
    case 'blocked_by_added':
      return { blocked_by: referenceTo(view, detail.blockerId) }
    case 'review_dismissed':
      return {
        dismissed_review: { state: detail.was, review_id: detail.reviewId, dismissal_message: detail.message },
      }
    case 'cross-referenced':
    case 'referenced':
    case 'merged':
    case 'head_ref_deleted':
    case 'head_ref_force_pushed':
    case 'ready_for_review':
    case 'convert_to_draft':
    case 'added_to_merge_queue':
    case 'removed_from_merge_queue':
      return {}
  }
}

function presentReference(view: View, repo: Repo, event: IssueEvent, number: number) {
  return {
    event: 'cross-referenced',
    actor: presentUser(view, event.actor),
    created_at: isoTime(event.createdAt),
    updated_at: isoTime(event.createdAt),
    source: { type: 'issue', issue: presentIssue(view, repo, requireIssue(repo, number)) },
  }
}

function referenceTo(view: View, id: number): unknown {
  const found = findIssueById(view.state, id)
  if (!found) return null
  const { repo, issue } = found
  return {
    number: issue.number,
    title: issue.title,
    state: issue.state,
    state_reason: issue.stateReason,
    repository: presentMinimalRepo(view, repo),
    issue_type: null,
  }
}
