import { hasLabel } from '../state/issue-labels.ts'
import type { PullRequest } from '../state/pulls.ts'
import type { PageArgs } from './connection.ts'

export type PullArgs = PageArgs & {
  states?: string[] | null
  headRefName?: string | null
  baseRefName?: string | null
  labels?: string[] | null
  orderBy?: { field: string; direction: string } | null
}

/** Names of branches are whole names: GitHub knows no prefix here. Oldest first unless ordered. */
export function filterPulls(found: PullRequest[], args: PullArgs): PullRequest[] {
  const { states, headRefName, baseRefName, labels, orderBy } = args
  const left = found.filter(
    ({ issue, pull }) =>
      (!states || states.includes(pull.mergedAt === null ? issue.state.toUpperCase() : 'MERGED')) &&
      (!headRefName || pull.headRef === headRefName) &&
      (!baseRefName || pull.baseRef === baseRefName) &&
      (!labels || labels.some((name) => hasLabel(issue, name))),
  )
  const key = ({ issue }: PullRequest): number => (orderBy?.field === 'UPDATED_AT' ? issue.updatedAt : issue.createdAt)
  const sorted = left.toSorted((a, b) => key(a) - key(b) || a.issue.number - b.issue.number)
  return orderBy?.direction === 'DESC' ? sorted.toReversed() : sorted
}
