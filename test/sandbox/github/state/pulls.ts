import { startCi } from './ci.ts'
import type { CiPlan } from './ci-model.ts'
import { mentionedByMessage } from './closing-keywords.ts'
import { isAncestor, mergeBase } from './history.ts'
import { recordEvent, type Actor } from './events.ts'
import type { Issue } from './issue-model.ts'
import { findIssue, openIssue, type IssueInput } from './issues.ts'
import type { GitHubState, Repo } from './model.ts'
import { shareCommits } from './pull-heads.ts'
import type { Pull } from './pull-model.ts'

export interface PullInput extends Omit<IssueInput, 'isPullRequest'> {
  /** A branch. */
  head: string
  /** The repository that has the head. Default: the base's own. */
  from?: Repo
  /** Default: the default branch. */
  base?: string
  draft?: boolean
  /** What CI does on `pull_request: opened`, besides what the push of the head has started. */
  ci?: CiPlan
}

export interface PullRequest {
  issue: Issue
  pull: Pull
}

/** An entry of `errors` in GitHub's 422. */
export interface PullProblem {
  field?: string
  code: string
  message?: string
}

export function openPull(state: GitHubState, repo: Repo, input: PullInput): PullRequest | { problem: PullProblem } {
  const from = input.from ?? repo
  const baseRef = input.base ?? repo.defaultBranch
  const [headSha, baseSha] = [from.branches.get(input.head), repo.branches.get(baseRef)]
  if (headSha === undefined) return { problem: { field: 'head', code: 'invalid' } }
  if (baseSha === undefined) return { problem: { field: 'base', code: 'invalid' } }
  shareCommits(from, repo, headSha)
  const problem = problemOf(repo, from, { head: input.head, headSha, baseRef, baseSha })
  if (problem) return { problem }
  const { title, body = '', author, labels = [], viaApp = null, head, draft, ci } = input
  const issue = openIssue(state, repo, { title, body, author, labels, viaApp, isPullRequest: true })
  const pull: Pull = {
    headRepoId: from.id,
    headOwner: from.owner,
    headRef: head,
    headSha,
    baseRef,
    baseSha,
    draft: draft ?? false,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    mergedCommits: null,
    reviews: [],
    threads: [],
    requestedReviewers: [],
    autoMerge: null,
    mergeability: null,
    mergeCi: undefined,
    failsInQueue: false,
  }
  issue.pull = pull
  for (const number of mentionedByMessage(body)) {
    const target = findIssue(repo, number)
    if (target && target !== issue)
      recordEvent(state, target, { login: author, viaApp }, { event: 'cross-referenced', number: issue.number })
  }
  const tip = repo.commits.get(headSha)
  if (tip && (ci || from !== repo)) startCi(state, repo, tip, head, ci ?? repo.ci.plan(tip, head), 'pull_request')
  return { issue, pull }
}

export function findPull(repo: Repo, number: number): PullRequest | null {
  const issue = findIssue(repo, number)
  return issue?.pull ? { issue, pull: issue.pull } : null
}

export function requirePull(repo: Repo, number: number): PullRequest {
  const found = findPull(repo, number)
  if (!found) throw new Error(`no pull request #${number} in ${repo.owner}/${repo.name} of the sandbox`)
  return found
}

export function setDraft(state: GitHubState, { issue, pull }: PullRequest, draft: boolean, actor: Actor): void {
  if (pull.draft === draft) return
  pull.draft = draft
  recordEvent(state, issue, actor, { event: draft ? 'convert_to_draft' : 'ready_for_review' })
}

/** Every pull request of the repository, oldest first. */
export function pullsOf(repo: Repo): PullRequest[] {
  return repo.issues.flatMap((issue) => (issue.pull ? [{ issue, pull: issue.pull }] : []))
}

function problemOf(
  repo: Repo,
  from: Repo,
  at: { head: string; headSha: string; baseRef: string; baseSha: string },
): PullProblem | null {
  const label = `${from.owner}:${at.head}`
  if (from === repo && at.head === at.baseRef)
    return { code: 'custom', message: `No commits between ${at.baseRef} and ${at.head}` }
  if (!mergeBase(repo, at.baseSha, at.headSha))
    return { code: 'custom', message: `The ${at.head} branch has no history in common with ${at.baseRef}` }
  if (isAncestor(repo, at.headSha, at.baseSha))
    return { code: 'custom', message: `No commits between ${at.baseRef} and ${at.head}` }
  const other = pullsOf(repo).find(
    ({ issue, pull }) =>
      issue.state === 'open' && pull.headRepoId === from.id && pull.headRef === at.head && pull.baseRef === at.baseRef,
  )
  return other ? { code: 'custom', message: `A pull request already exists for ${label}.` } : null
}
