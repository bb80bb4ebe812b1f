import type { Actor, Commit } from '../model.ts'
import { namesRun } from '../trailer.ts'

/**
 * What agents put onto the branch (given newest first) since `base`, and signed for no run: a run that leaves its trailer out of a commit
 * does not get that one past the protected paths (SPEC 6.3). None when the branch, as far as it was read, does not hold `base`.
 */
export function unsignedCommits(
  commits: readonly Commit[],
  base: string | null,
  isAgent: (author: Actor | null) => boolean,
): readonly Commit[] {
  const end = commits.findIndex(({ sha }) => sha === base)
  return end === -1 ? [] : commits.slice(0, end).filter(({ author, message }) => isAgent(author) && !namesRun(message))
}
