import { commitTree } from './commit-tree.ts'
import { baseTip, isBehind, tryMerge } from './mergeability.ts'
import type { GitHubState } from './model.ts'
import type { Repo } from './model.ts'
import type { PullRequest } from './pulls.ts'
import { applyFiles, moveBranch, type PushInput } from './push.ts'

/**
 * Merges the base into the head of a pull request, as GitHub's button and an agent's `git merge` do. Null when done, else
 * why not. `files` resolve a conflict; GitHub's own button has none.
 */
export function updateBranch(
  state: GitHubState,
  repo: Repo,
  { issue, pull }: PullRequest,
  by: string,
  options: { message?: string; files?: PushInput['files']; ci?: PushInput['ci'] } = {},
): string | null {
  const from = pull.headRepoId === null ? undefined : state.repos.get(pull.headRepoId)
  if (!from || !from.branches.has(pull.headRef) || issue.state !== 'open') return 'There is no branch to update.'
  if (!isBehind(repo, pull)) return 'There are no new commits on the base branch.'
  const { tree, conflicts } = tryMerge(repo, pull)
  const files = options.files ?? []
  const named = Array.isArray(files) ? files : Object.keys(files)
  if (conflicts.some((path) => !named.includes(path))) return 'merge conflict between base and head'
  const { sha } = commitTree(state, repo, {
    parents: [pull.headSha, baseTip(repo, pull)],
    tree: applyFiles(tree, files, state.counter),
    message: options.message ?? `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
    author: by,
    pusher: by,
  })
  const commit = repo.commits.get(sha)
  if (commit) from.commits.set(sha, commit)
  moveBranch(state, from, { branch: pull.headRef, sha, pusher: by, ci: options.ci })
  return null
}
