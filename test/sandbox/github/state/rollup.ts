import { checksOf, showCheck, showSuite, statusesOf } from './checks.ts'
import type { CheckRun, CheckSuite, CommitStatus, Conclusion } from './ci-model.ts'
import type { Repo } from './model.ts'

export type RollupState = 'ERROR' | 'FAILURE' | 'PENDING' | 'SUCCESS'

export interface Rollup {
  state: RollupState
  checks: { suite: CheckSuite; check: CheckRun }[]
  statuses: CommitStatus[]
}

/**
 * GitHub's `statusCheckRollup`: null when a commit has neither check nor status. The worst word wins, so one failure is
 * FAILURE while others still run. A workflow that failed to start adds no context, but makes the state FAILURE.
 * `stale` counts as pending: GitHub's own command line does so; GitHub does not document it.
 */
export function rollupOf(repo: Repo, sha: string, now: number): Rollup | null {
  const suites = repo.suites.filter((suite) => suite.headSha === sha)
  const checks = checksOf(repo, sha)
  const statuses = statusesOf(repo, sha, now)
  if (suites.length === 0 && statuses.length === 0) return null
  const words: RollupState[] = [
    ...checks.map(({ check }) => wordOf(showCheck(check, now).conclusion)),
    ...suites
      .filter((suite) => !checks.some((entry) => entry.suite === suite))
      .map((suite) => wordOf(showSuite(repo, suite, now).conclusion)),
    ...statuses.map((status) => status.state.toUpperCase() as RollupState),
  ]
  const state = (['ERROR', 'FAILURE', 'PENDING'] as const).find((word) => words.includes(word)) ?? 'SUCCESS'
  return { state, checks, statuses }
}

function wordOf(conclusion: Conclusion | null): RollupState {
  if (conclusion === null || conclusion === 'stale') return 'PENDING'
  return conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped' ? 'SUCCESS' : 'FAILURE'
}
