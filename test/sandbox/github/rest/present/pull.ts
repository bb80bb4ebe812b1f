import { isoTime, isoTimeOrNull } from '../../http/clock-text.ts'
import { mergeState } from '../../state/merge-rules.ts'
import {
  baseTip,
  commitsOf,
  lookAtMergeability,
  trialMergeSha,
  tryRebase,
  type Mergeability,
} from '../../state/mergeability.ts'
import { changesBetween, mergeBase } from '../../state/history.ts'
import type { Repo } from '../../state/model.ts'
import { associationOf } from '../../state/permissions.ts'
import type { Pull } from '../../state/pull-model.ts'
import type { PullRequest } from '../../state/pulls.ts'
import { withRenames, type ShownChange } from '../../state/renames.ts'
import type { View } from '../view.ts'
import { issueWeb, presentLabel } from './issue.ts'
import { presentRepo, repoUrl } from './repo.ts'
import { presentUser } from './user.ts'

/** `pull-request-simple`, as lists have it: whether it can be merged is not in there. */
export function presentPullSimple(view: View, repo: Repo, { issue, pull }: PullRequest) {
  const url = `${repoUrl(view, repo)}/pulls/${issue.number}`
  const page = issueWeb(repo, issue)
  const issueUrl = `${repoUrl(view, repo)}/issues/${issue.number}`
  const statuses = `${repoUrl(view, repo)}/statuses/${pull.headSha}`
  const paths = {
    self: url,
    html: page,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repoUrl(view, repo)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses,
  }
  return {
    url,
    id: issue.id,
    node_id: issue.nodeId,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: paths.commits,
    review_comments_url: paths.review_comments,
    review_comment_url: paths.review_comment,
    comments_url: paths.comments,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: presentUser(view, issue.author),
    body: issue.body === '' ? null : issue.body,
    labels: issue.labels.map((label) => presentLabel(view, repo, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: isoTimeOrNull(issue.closedAt),
    merged_at: isoTimeOrNull(pull.mergedAt),
    merge_commit_sha: mergeCommitSha(repo, pull),
    assignee: null,
    assignees: [],
    requested_reviewers: pull.requestedReviewers.map((login) => presentUser(view, login)),
    requested_teams: [],
    head: headOf(view, pull),
    base: {
      label: `${repo.owner}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: baseTip(repo, pull),
      user: presentUser(view, repo.owner),
      repo: presentRepo(view, repo, 'read'),
    },
    _links: Object.fromEntries(Object.entries(paths).map(([name, href]) => [name, { href }])),
    author_association: associationOf(repo, issue.author),
    auto_merge: pull.autoMerge && {
      enabled_by: presentUser(view, pull.autoMerge.enabledBy),
      merge_method: pull.autoMerge.method,
      commit_title: pull.autoMerge.title ?? '',
      commit_message: pull.autoMerge.message ?? '',
    },
    draft: pull.draft,
  }
}

/** `pull-request`. To show it is to look whether it can be merged: `mergeable` is null the first time. */
export function presentPull(view: View, repo: Repo, found: PullRequest) {
  const { issue, pull } = found
  const look = lookAtMergeability(view.state, repo, issue, pull)
  const files = filesOf(repo, pull)
  return {
    ...presentPullSimple(view, repo, found),
    merged: pull.mergedAt !== null,
    mergeable: mergeableWord(look),
    rebaseable: look === 'UNKNOWN' ? null : tryRebase(repo, pull) !== null,
    mergeable_state: mergeState(view.state, repo, issue, pull, look),
    merged_by: presentUser(view, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: pull.threads.reduce((sum, thread) => sum + thread.comments.length, 0),
    maintainer_can_modify: false,
    commits: commitsOf(repo, pull).length,
    additions: files.length,
    deletions: 0,
    changed_files: files.length,
  }
}

/** What it changes: from where it left the base to its head. */
export function filesOf(repo: Repo, pull: Pull): ShownChange[] {
  const head = repo.commits.get(pull.headSha)
  const before = mergeBase(repo, baseTip(repo, pull), pull.headSha)?.tree ?? new Map<string, string>()
  return head ? withRenames(changesBetween(before, head.tree), before, head.tree) : []
}

function mergeableWord(look: Mergeability): boolean | null {
  return look === 'UNKNOWN' ? null : look === 'MERGEABLE'
}

/** While it is open, the commit of GitHub's trial merge; null until that is done. */
function mergeCommitSha(repo: Repo, pull: Pull): string | null {
  if (pull.mergedAt !== null) return pull.mergeCommitSha
  return pull.mergeability === null ? null : trialMergeSha(repo, pull)
}

function headOf(view: View, pull: Pull) {
  const from = pull.headRepoId === null ? undefined : view.state.repos.get(pull.headRepoId)
  return {
    label: `${pull.headOwner}:${pull.headRef}`,
    ref: pull.headRef,
    sha: pull.headSha,
    user: presentUser(view, pull.headOwner),
    repo: from ? presentRepo(view, from, 'read') : null,
  }
}
