import { startCi } from './ci.ts'
import { recordEvent } from './events.ts'
import { collect, historyOf, isAncestor } from './history.ts'
import type { Issue } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'
import { dismissStale } from './reviews.ts'
import type { Pull } from './pull-model.ts'

export interface Moved {
  before: string | null
  after: string
  pusher: string
}

/**
 * What a moved branch means for open pull requests: those that come from it have a new head, and those that go to it are
 * merged when it now holds their head (a push of the branch itself, or a merge by hand with Git).
 */
export function followBranch(state: GitHubState, repo: Repo, branch: string, moved: Moved): void {
  for (const base of [repo, ...forksOf(state, repo), ...parentOf(state, repo)])
    for (const { issue, pull } of openPulls(base))
      if (pull.headRepoId === repo.id && pull.headRef === branch) moveHead(state, base, issue, pull, moved)
  for (const { issue, pull } of openPulls(repo))
    if (pull.baseRef === branch && moved.after !== pull.baseSha && isAncestor(repo, pull.headSha, moved.after))
      markMerged(state, repo, { issue, pull }, { sha: pull.headSha, by: moved.pusher, from: moved.before })
}

/** Records that a pull request is merged and by which commit; the branch has moved already or moves next. */
export function markMerged(
  state: GitHubState,
  repo: Repo,
  { issue, pull }: { issue: Issue; pull: Pull },
  merge: { sha: string; by: string; from: string | null },
): void {
  const now = state.clock.now()
  const base = merge.from ?? pull.baseSha
  pull.mergedCommits = commitsFrom(repo, base, pull.headSha)
  Object.assign(pull, { mergedAt: now, mergedBy: merge.by, mergeCommitSha: merge.sha, baseSha: base, autoMerge: null })
  Object.assign(issue, { state: 'closed', closedAt: now, closedBy: merge.by })
  repo.queue = repo.queue.filter((entry) => entry.number !== issue.number)
  recordEvent(state, issue, { login: merge.by }, { event: 'merged', sha: merge.sha })
  recordEvent(state, issue, { login: merge.by }, { event: 'closed', reason: null, closer: null })
}

/** Shas that `head` has and `base` has not, oldest first. */
function commitsFrom(repo: Repo, base: string, head: string): string[] {
  const known = collect(repo, base)
  return historyOf(repo, head)
    .filter((commit) => !known.has(commit.sha))
    .map((commit) => commit.sha)
    .toReversed()
}

/** A fork's commits are reachable in the repository that its pull request goes to, as GitHub's `refs/pull` make them. */
export function shareCommits(from: Repo, to: Repo, sha: string): void {
  if (from === to) return
  for (const commit of collect(from, sha).values()) if (!to.commits.has(commit.sha)) to.commits.set(commit.sha, commit)
}

function moveHead(state: GitHubState, base: Repo, issue: Issue, pull: Pull, moved: Moved): void {
  const from = pull.headRepoId === null ? undefined : state.repos.get(pull.headRepoId)
  if (from) shareCommits(from, base, moved.after)
  const isForced = !isAncestor(base, pull.headSha, moved.after)
  if (isForced)
    recordEvent(
      state,
      issue,
      { login: moved.pusher },
      { event: 'head_ref_force_pushed', before: pull.headSha, after: moved.after },
    )
  pull.headSha = moved.after
  issue.updatedAt = state.clock.now()
  if (base.protections.get(pull.baseRef)?.dismissStale) dismissStale(state, issue, pull, moved.pusher)
  if (base.queue.some((entry) => entry.number === issue.number)) {
    base.queue = base.queue.filter((entry) => entry.number !== issue.number)
    recordEvent(state, issue, { login: moved.pusher }, { event: 'removed_from_merge_queue', reason: 'branch_updated' })
  }
  const tip = base.commits.get(moved.after)
  if (from && from !== base && tip) startCi(state, base, tip, pull.headRef, base.ci.plan(tip, pull.headRef))
}

function openPulls(repo: Repo): { issue: Issue; pull: Pull }[] {
  return repo.issues.flatMap((issue) => (issue.pull && issue.state === 'open' ? [{ issue, pull: issue.pull }] : []))
}

function forksOf(state: GitHubState, repo: Repo): Repo[] {
  return [...state.repos.values()].filter((other) => other.forkOf === repo.id)
}

function parentOf(state: GitHubState, repo: Repo): Repo[] {
  const parent = repo.forkOf === null ? undefined : state.repos.get(repo.forkOf)
  return parent ? [parent] : []
}
