import { showRun } from './checks.ts'
import type { CheckRun, CheckSuite, RunAttempt, WorkflowRun } from './ci-model.ts'
import { makeJob, startupFailure } from './jobs.ts'
import type { GitHubState } from './model.ts'

/** A new attempt: of the failed jobs only, or of all. Null when the run is not over yet (GitHub refuses that). */
export function rerunWorkflow(
  state: GitHubState,
  run: WorkflowRun,
  suite: CheckSuite,
  actor: string,
  which: 'failed' | 'all',
): RunAttempt | null {
  const last = run.attempts.at(-1)
  const now = state.clock.now()
  if (!last || showRun(run, now).status !== 'completed') return null
  const kept =
    which === 'failed' ? last.jobs.filter((job) => ['success', 'skipped', 'neutral'].includes(job.conclusion)) : []
  const attempt = last.number + 1
  const again = run.plans.filter((plan) => !kept.some((job) => job.name === plan.name))
  const jobs = again.flatMap((plan) => makeJob(state, suite, plan, attempt) ?? [])
  const made: RunAttempt = {
    number: attempt,
    startedAt: now,
    actor,
    jobs: [...kept, ...jobs],
    startupFailureAt: startupFailure(again, attempt, now),
  }
  run.attempts.push(made)
  return made
}

/** One check again, for the apps that are not Actions (`rerequest`), under a new id in the same suite. */
export function rerequestCheck(state: GitHubState, suite: CheckSuite, check: CheckRun): CheckRun | null {
  const plan = suite.plans.find((candidate) => candidate.name === check.name)
  if (!plan) return null
  const attempt = suite.runs.filter((candidate) => candidate.name === check.name).length + 1
  return makeJob(state, suite, plan, attempt)
}
