import { recordEvent, type Actor } from './events.ts'
import { closeIssue } from './issues.ts'
import type { GitHubState, Repo } from './model.ts'

/** False when there is no such branch. Its open pull requests are closed with it, in the repositories it was sent to. */
export function deleteBranch(state: GitHubState, repo: Repo, branch: string, actor: Actor): boolean {
  if (!repo.branches.delete(branch)) return false
  for (const base of state.repos.values())
    for (const issue of base.issues) {
      if (issue.pull?.headRepoId !== repo.id || issue.pull.headRef !== branch) continue
      recordEvent(state, issue, actor, { event: 'head_ref_deleted' })
      if (issue.state === 'open') closeIssue(state, issue, actor)
    }
  return true
}
