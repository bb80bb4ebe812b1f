import { checksOf, showCheck, statusesOf } from './checks.ts'
import type { Issue } from './issue-model.ts'
import { isBehind, tryMerge, type Mergeability } from './mergeability.ts'
import type { GitHubState, Repo } from './model.ts'
import { atLeast, roleOf } from './permissions.ts'
import { protectionOf } from './protection.ts'
import type { Pull } from './pull-model.ts'
import { opinionsOf } from './reviews.ts'
import { rollupOf } from './rollup.ts'

export type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED'

/** null where no review is required, whatever the reviews say. Only people who can write count. */
export function reviewDecision(repo: Repo, pull: Pull): ReviewDecision | null {
  const { requiredApprovals } = protectionOf(repo, pull.baseRef)
  if (requiredApprovals === 0) return null
  const counted = opinionsOf(pull).filter((review) => atLeast(roleOf(repo, review.author), 'write'))
  if (counted.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  const approvals = counted.filter((review) => review.state === 'APPROVED').length
  return approvals >= requiredApprovals ? 'APPROVED' : 'REVIEW_REQUIRED'
}

/** What the rules of the base still ask for, in GitHub's words; not the queue, and not who may push. */
function unmetRules(state: GitHubState, repo: Repo, pull: Pull): string[] {
  const rules = protectionOf(repo, pull.baseRef)
  const decision = reviewDecision(repo, pull)
  const open = pull.threads.filter((thread) => thread.resolvedBy === null).length
  return [
    ...(decision === 'REVIEW_REQUIRED'
      ? [`At least ${rules.requiredApprovals} approving review is required by reviewers with write access.`]
      : []),
    ...(decision === 'CHANGES_REQUESTED' ? ['Changes have been requested.'] : []),
    ...unmetChecks(repo, pull, state.clock.now()),
    ...(rules.conversationResolution && open > 0
      ? ['A conversation must be resolved before this pull request can be merged.']
      : []),
  ]
}

export type MergeState = 'unknown' | 'dirty' | 'draft' | 'blocked' | 'behind' | 'unstable' | 'clean'

/** REST's `mergeable_state`. Which of several words wins is not documented: the one that stops most is first here. */
export function mergeState(state: GitHubState, repo: Repo, issue: Issue, pull: Pull, look: Mergeability): MergeState {
  if (issue.state !== 'open' || look === 'UNKNOWN') return 'unknown'
  if (look === 'CONFLICTING') return 'dirty'
  if (pull.draft) return 'draft'
  if (unmetRules(state, repo, pull).length > 0) return 'blocked'
  if (protectionOf(repo, pull.baseRef).strict && isBehind(repo, pull)) return 'behind'
  const rollup = rollupOf(repo, pull.headSha, state.clock.now())
  return rollup && rollup.state !== 'SUCCESS' ? 'unstable' : 'clean'
}

/** Everything that a merge needs of the pull request itself, in GitHub's words; empty when it may go. */
export function obstacles(state: GitHubState, repo: Repo, issue: Issue, pull: Pull): string[] {
  if (issue.state !== 'open' || tryMerge(repo, pull).conflicts.length > 0) return ['Pull Request is not mergeable']
  if (pull.draft) return ['Pull Request is still a draft']
  const behind = protectionOf(repo, pull.baseRef).strict && isBehind(repo, pull)
  return [
    ...unmetRules(state, repo, pull),
    ...(behind ? ['The head branch is not up to date with the base branch.'] : []),
  ]
}

function unmetChecks(repo: Repo, pull: Pull, now: number): string[] {
  return protectionOf(repo, pull.baseRef).requiredChecks.flatMap((name) => {
    const found = stateOfCheck(repo, pull.headSha, name, now)
    return found === 'success' ? [] : [`Required status check "${name}" is ${found}.`]
  })
}

function stateOfCheck(
  repo: Repo,
  sha: string,
  name: string,
  now: number,
): 'success' | 'failing' | 'pending' | 'expected' {
  const check = checksOf(repo, sha).find((entry) => entry.check.name === name)?.check
  if (check) {
    const { conclusion } = showCheck(check, now)
    if (conclusion === null) return 'pending'
    return ['success', 'neutral', 'skipped'].includes(conclusion) ? 'success' : 'failing'
  }
  const status = statusesOf(repo, sha, now).find((candidate) => candidate.context === name)
  if (!status) return 'expected'
  return status.state === 'success' || status.state === 'pending' ? status.state : 'failing'
}
