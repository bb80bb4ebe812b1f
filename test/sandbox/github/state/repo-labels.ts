import { nextIds } from './ids.ts'
import type { Label } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'

/** null when the repository has that label already; names compare without case. */
export function addLabelToRepo(
  state: GitHubState,
  repo: Repo,
  input: { name: string; color?: string; description?: string | null },
): Label | null {
  if (findLabel(repo, input.name)) return null
  const label: Label = {
    ...nextIds(state, 'LA'),
    name: input.name,
    color: input.color ?? 'ededed',
    description: input.description ?? null,
  }
  repo.labels.push(label)
  return label
}

export function findLabel(repo: Repo, name: string): Label | null {
  return repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase()) ?? null
}
