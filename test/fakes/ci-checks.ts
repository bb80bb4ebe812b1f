import type { Check, CheckConclusion } from '../../src/core/model.ts'
import type { Ci } from '../../src/ports/ci.ts'
import { checksOf, showCheck, showRun, statusesOf } from '../sandbox/github/state/checks.ts'
import type { CheckRun, CheckSuite, CommitStatus, Conclusion } from '../sandbox/github/state/ci-model.ts'
import { resolveRef } from '../sandbox/github/state/history.ts'
import type { Repo } from '../sandbox/github/state/model.ts'
import { each, notThere, visibleRepo, webOf } from './tracker-access.ts'
import type { Operations } from './tracker-session.ts'

/** Check runs and statuses of commits. */
export const checkOperations: Operations<Pick<Ci, 'checks' | 'closeUp'>> = {
  closeUp: (call, commits) => {
    if (commits.length === 0) return []
    const token = call.send()
    return each(commits, ({ repo: name, sha }) => {
      const repo = visibleRepo(call, token, name)
      const commit = resolveRef(repo, sha)
      if (commit === null) throw notThere(call, `${name} ${sha}`)
      return { parents: [...commit.parents], checks: allChecks(repo, commit.sha, call.now) }
    })
  },

  checks: (call, commits) => {
    if (commits.length === 0) return []
    const token = call.send()
    return each(commits, ({ repo: name, sha }) => {
      const repo = visibleRepo(call, token, name)
      const commit = resolveRef(repo, sha)
      if (commit === null) throw notThere(call, `${name} ${sha}`)
      const checks = allChecks(repo, commit.sha, call.now)
      // The real adapter asks for attempts only where something failed: it costs a request.
      return { sha, checks, attempt: checks.some(hasFailed) ? highestAttempt(repo, commit.sha) : 1 }
    })
  },
}

export function allChecks(repo: Repo, sha: string, now: number): readonly Check[] {
  return [
    ...checksOf(repo, sha).map(({ suite, check }) => checkOf(repo, suite, check, now)),
    ...statusesOf(repo, sha, now).map(statusOf),
    ...brokenWorkflows(repo, sha, now),
  ]
}

function checkOf(repo: Repo, suite: CheckSuite, check: CheckRun, now: number): Check {
  const { conclusion, status, completedAt } = showCheck(check, now)
  const run = suite.runId
  return {
    name: check.name,
    kind: 'check-run',
    conclusion: conclusion === null ? null : words[conclusion],
    url:
      run === null
        ? `https://ci.example/${String(check.id)}`
        : `${webOf(repo)}/actions/runs/${String(run)}/job/${String(check.id)}`,
    workflowRun: run,
    job: run === null ? null : check.id,
    ...(status === 'waiting' ? { held: true as const } : {}),
    ...failedAt(conclusion === null ? null : words[conclusion], completedAt),
  }
}

const words: Readonly<Record<Conclusion, CheckConclusion>> = {
  success: 'success',
  failure: 'failure',
  neutral: 'neutral',
  cancelled: 'cancelled',
  skipped: 'skipped',
  timed_out: 'timed-out',
  action_required: 'action-required',
  stale: 'stale',
  startup_failure: 'startup-failure',
}

function statusOf(status: CommitStatus): Check {
  const word = { pending: null, success: 'success', failure: 'failure', error: 'failure' } as const
  return {
    name: status.context,
    kind: 'status',
    conclusion: word[status.state],
    url: status.targetUrl,
    workflowRun: null,
    job: null,
    ...failedAt(word[status.state], status.createdAt),
  }
}

/** GitHub tells whole seconds. */
function failedAt(conclusion: CheckConclusion | null, at: number | null): Pick<Check, 'failedAt'> {
  const isGood = conclusion === null || ['success', 'neutral', 'skipped'].includes(conclusion)
  return isGood || at === null ? {} : { failedAt: Math.floor(at / 1000) * 1000 }
}

/** A workflow that could not start has no check run to show it, and no name that the real adapter asks for. */
function brokenWorkflows(repo: Repo, sha: string, now: number): readonly Check[] {
  return repo.runs
    .filter((run) => run.headSha === sha && showRun(run, now).conclusion === 'startup_failure')
    .map((run) => ({
      name: 'workflow startup',
      kind: 'check-run',
      conclusion: 'startup-failure',
      url: `${webOf(repo)}/actions/runs/${String(run.id)}`,
      workflowRun: run.id,
      job: null,
    }))
}

function hasFailed({ conclusion }: Check): boolean {
  return conclusion !== null && !['success', 'neutral', 'skipped'].includes(conclusion)
}

function highestAttempt(repo: Repo, sha: string): number {
  const runs = repo.runs.filter((run) => run.headSha === sha)
  return Math.max(1, ...runs.map((run) => run.attempts.at(-1)?.number ?? 1))
}
