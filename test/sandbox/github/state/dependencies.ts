import { recordEvent, type Actor } from './events.ts'
import { findIssueById } from './issues.ts'
import type { Issue } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'

/** False when it was recorded already. */
export function addBlocker(state: GitHubState, issue: Issue, blockerId: number, actor: Actor): boolean {
  if (issue.blockedBy.includes(blockerId)) return false
  issue.blockedBy.push(blockerId)
  recordEvent(state, issue, actor, { event: 'blocked_by_added', blockerId })
  return true
}

export function blockersOf(state: GitHubState, issue: Issue): { repo: Repo; issue: Issue }[] {
  return issue.blockedBy.flatMap((id) => findIssueById(state, id) ?? [])
}

export function blockedIssues(state: GitHubState, blocker: Issue): { repo: Repo; issue: Issue }[] {
  return [...state.repos.values()].flatMap((repo) =>
    repo.issues.filter((issue) => issue.blockedBy.includes(blocker.id)).map((issue) => ({ repo, issue })),
  )
}

/** GitHub's summary: `blockedBy` and `blocking` count open issues only, the totals count all. */
export function dependencySummary(
  state: GitHubState,
  issue: Issue,
): Record<'blockedBy' | 'totalBlockedBy' | 'blocking' | 'totalBlocking', number> {
  const blockers = blockersOf(state, issue)
  // Looked for in all repos, and seldom asked for.
  const blocked = () => blockedIssues(state, issue)
  const open = (list: { issue: Issue }[]): number => list.filter((entry) => entry.issue.state === 'open').length
  return {
    blockedBy: open(blockers),
    totalBlockedBy: blockers.length,
    get blocking() {
      return open(blocked())
    },
    get totalBlocking() {
      return blocked().length
    },
  }
}
