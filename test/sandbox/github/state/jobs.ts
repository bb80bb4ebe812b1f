import { nextIds } from './ids.ts'
import type { CheckPlan, CheckRun, CheckSuite } from './ci-model.ts'
import { holdJob } from './environments.ts'
import type { GitHubState } from './model.ts'

/** A startup failure (a broken workflow file) makes a failed run without a single job or check run. */
export function makeJob(state: GitHubState, suite: CheckSuite, plan: CheckPlan, attempt: number): CheckRun | null {
  const conclusion = pick(plan.conclusion ?? 'success', attempt)
  if (conclusion === 'startup_failure') return null
  const now = state.clock.now()
  const startsAt = now + (plan.delayMs ?? 0)
  const job: CheckRun = {
    ...nextIds(state, 'CR'),
    name: plan.name,
    suiteId: suite.id,
    headSha: suite.headSha,
    createdAt: now,
    startsAt,
    endsAt: startsAt + (plan.durationMs ?? 0),
    conclusion,
    log: pick(plan.log ?? `${plan.name}: ${conclusion}\n`, attempt),
    detailsUrl: null,
    gate: null,
  }
  suite.runs.push(job)
  if (plan.environment !== undefined) holdJob(state, job, plan.environment)
  return job
}

/** When a run whose plans say so has failed to start; null when it starts. */
export function startupFailure(plans: CheckPlan[], attempt: number, now: number): number | null {
  const broken = plans.find((plan) => pick(plan.conclusion ?? 'success', attempt) === 'startup_failure')
  return broken ? now + (broken.delayMs ?? 0) + (broken.durationMs ?? 0) : null
}

function pick<T>(value: T | T[], attempt: number): T {
  if (!Array.isArray(value)) return value
  const chosen = value[Math.min(attempt, value.length) - 1]
  if (chosen === undefined) throw new Error('CI script: an empty list of conclusions or logs')
  return chosen
}
