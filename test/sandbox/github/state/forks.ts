import type { GitHubState, Repo } from './model.ts'
import { addRepo } from './repos.ts'

/** A public copy under another owner, with the branches and commits of now; its name. Its CI does nothing. */
export function addFork(state: GitHubState, parent: Repo, owner: string): string {
  const name = `${owner}/${parent.name}`
  const fork = addRepo(state, name, { defaultBranch: parent.defaultBranch, private: parent.private })
  fork.forkOf = parent.id
  fork.commits = new Map(parent.commits)
  fork.branches = new Map(parent.branches)
  return name
}
