import { isoTime } from '../../http/clock-text.ts'
import type { Issue } from '../../state/issue-model.ts'
import type { Repo } from '../../state/model.ts'
import { associationOf } from '../../state/permissions.ts'
import type { Pull, Review, ReviewComment, ReviewThread } from '../../state/pull-model.ts'
import { isOutdated } from '../../state/review-threads.ts'
import type { View } from '../view.ts'
import { issueWeb, presentReactionCounts } from './issue.ts'
import { repoUrl } from './repo.ts'
import { presentUser } from './user.ts'

export function presentReview(view: View, repo: Repo, issue: Issue, review: Review) {
  const page = `${issueWeb(repo, issue)}#pullrequestreview-${review.id}`
  const pull = `${repoUrl(view, repo)}/pulls/${issue.number}`
  return {
    id: review.id,
    node_id: review.nodeId,
    user: presentUser(view, review.author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: associationOf(repo, review.author),
    _links: { html: { href: page }, pull_request: { href: pull } },
    submitted_at: isoTime(review.submittedAt),
    commit_id: review.commitSha,
  }
}

/** `pull-request-review-comment`. An outdated one has no `line` any more, one on a file never had; the diff around it is not computed. */
export function presentReviewComment(
  view: View,
  repo: Repo,
  at: { issue: Issue; pull: Pull; thread: ReviewThread; comment: ReviewComment },
) {
  const { issue, pull, thread, comment } = at
  const url = `${repoUrl(view, repo)}/pulls/comments/${comment.id}`
  const page = `${issueWeb(repo, issue)}#discussion_r${comment.id}`
  const pullUrl = `${repoUrl(view, repo)}/pulls/${issue.number}`
  const outdated = isOutdated(repo, pull, thread)
  const position = outdated || thread.line === null ? null : 1
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: comment.nodeId,
    diff_hunk: '@@ -1 +1 @@',
    path: thread.path,
    commit_id: outdated ? thread.commitSha : pull.headSha,
    original_commit_id: thread.commitSha,
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
    user: presentUser(view, comment.author),
    body: comment.body,
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    html_url: page,
    pull_request_url: pullUrl,
    author_association: associationOf(repo, comment.author),
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: pullUrl } },
    side: 'RIGHT',
    subject_type: thread.line === null ? 'file' : 'line',
    reactions: presentReactionCounts(`${url}/reactions`, comment.reactions),
    line: outdated ? null : thread.line,
    original_line: thread.line,
    position,
    original_position: thread.line === null ? null : 1,
  }
}
