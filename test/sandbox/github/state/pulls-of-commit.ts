import { isAncestor } from './history.ts'
import { commitsOf } from './mergeability.ts'
import type { Repo } from './model.ts'
import { pullsOf, type PullRequest } from './pulls.ts'

/** Those that contain the commit, and those whose merge it is. */
export function pullsWithCommit(repo: Repo, sha: string): PullRequest[] {
  return pullsOf(repo).filter(
    ({ pull }) =>
      pull.mergeCommitSha === sha ||
      pull.headSha === sha ||
      (isAncestor(repo, sha, pull.headSha) && commitsOf(repo, pull).some((commit) => commit.sha === sha)),
  )
}
