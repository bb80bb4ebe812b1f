import { collect, historyOf, isAncestor, mergeBase } from './history.ts'
import { objectName } from './ids.ts'
import { mergeTrees, type TreeMerge } from './merge-trees.ts'
import type { Commit, GitHubState, Repo } from './model.ts'
import type { Issue } from './issue-model.ts'
import type { Pull } from './pull-model.ts'

export type Mergeability = 'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN'

/**
 * What GitHub says when it is asked now. It tries a merge in the background, for each pair of head and base, when
 * somebody looks: the first look answers UNKNOWN. A pull request that is not open stays UNKNOWN.
 */
export function lookAtMergeability(state: GitHubState, repo: Repo, issue: Issue, pull: Pull): Mergeability {
  if (issue.state !== 'open') return 'UNKNOWN'
  const pair = `${pull.headSha} ${baseTip(repo, pull)}`
  const now = state.clock.now()
  if (pull.mergeability?.pair !== pair) {
    pull.mergeability = { pair, askedAt: now }
    return 'UNKNOWN'
  }
  if (now < pull.mergeability.askedAt + repo.merging.mergeabilityMs) return 'UNKNOWN'
  return tryMerge(repo, pull).conflicts.length > 0 ? 'CONFLICTING' : 'MERGEABLE'
}

/** The merge of head into base, whatever GitHub has told of it yet. */
export function tryMerge(repo: Repo, pull: Pull): TreeMerge {
  const [base, head] = [repo.commits.get(baseTip(repo, pull)), repo.commits.get(pull.headSha)]
  if (!base || !head) return { tree: new Map(), conflicts: ['(a branch is gone)'] }
  const met = mergeBase(repo, base.sha, head.sha)
  return mergeTrees(met?.tree ?? new Map<string, string>(), base.tree, head.tree)
}

/** The commits of the pull request replayed one by one, merges left out; null when that ends in another tree. */
export function tryRebase(repo: Repo, pull: Pull): { commit: Commit; tree: Map<string, string> }[] | null {
  const merged = tryMerge(repo, pull)
  const base = repo.commits.get(baseTip(repo, pull))
  if (!base || merged.conflicts.length > 0) return null
  let tree = new Map(base.tree)
  const steps = commitsOf(repo, pull)
    .filter((commit) => commit.parents.length < 2)
    .map((commit) => {
      tree = mergeTrees(repo.commits.get(commit.parents[0] ?? '')?.tree ?? new Map(), tree, commit.tree).tree
      return { commit, tree }
    })
  return sameTree(tree, merged.tree) ? steps : null
}

/** Oldest first. A merged pull request keeps those that it was merged with. */
export function commitsOf(repo: Repo, pull: Pull): Commit[] {
  if (pull.mergedCommits) return pull.mergedCommits.flatMap((sha) => repo.commits.get(sha) ?? [])
  const known = collect(repo, baseTip(repo, pull))
  return historyOf(repo, pull.headSha)
    .filter((commit) => !known.has(commit.sha))
    .toReversed()
}

export function isBehind(repo: Repo, pull: Pull): boolean {
  return !isAncestor(repo, baseTip(repo, pull), pull.headSha)
}

/** The tip of the base; of a merged pull request, the one that it was merged onto. */
export function baseTip(repo: Repo, pull: Pull): string {
  return pull.mergedAt === null ? (repo.branches.get(pull.baseRef) ?? pull.baseSha) : pull.baseSha
}

/** The commit of the trial merge that an open pull request shows as `merge_commit_sha`: no branch ever gets it. */
export function trialMergeSha(repo: Repo, pull: Pull): string {
  return objectName('trial merge', repo.id, pull.headSha, baseTip(repo, pull))
}

function sameTree(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, content]) => b.get(path) === content)
}
