import { recordEvent, type Actor } from './events.ts'
import type { Issue, IssueEvent } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'
import { addLabelToRepo, findLabel } from './repo-labels.ts'

/** The event, or null when the issue had the label already. A label the repository lacks is made, as GitHub does. */
export function labelIssue(
  state: GitHubState,
  repo: Repo,
  issue: Issue,
  name: string,
  actor: Actor,
): IssueEvent | null {
  if (hasLabel(issue, name)) return null
  const label = findLabel(repo, name) ?? addLabelToRepo(state, repo, { name })
  if (!label) throw new Error(`label ${name} neither found nor made`)
  issue.labels.push(label)
  return recordEvent(state, issue, actor, {
    event: 'labeled',
    label: { id: label.id, name: label.name, color: label.color },
  })
}

/** The event, or null when the issue has no such label (REST answers 404). */
export function unlabelIssue(state: GitHubState, issue: Issue, name: string, actor: Actor): IssueEvent | null {
  const label = issue.labels.find((candidate) => same(candidate.name, name))
  if (!label) return null
  issue.labels = issue.labels.filter((candidate) => candidate !== label)
  return recordEvent(state, issue, actor, {
    event: 'unlabeled',
    label: { id: label.id, name: label.name, color: label.color },
  })
}

export function hasLabel(issue: Issue, name: string): boolean {
  return issue.labels.some((label) => same(label.name, name))
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
