import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { findCheck, isComplete, showRun } from '../state/checks.ts'
import { rerunWorkflow } from '../state/rerun.ts'
import type { CheckRun, WorkflowRun } from '../state/ci-model.ts'
import type { Repo } from '../state/model.ts'
import { param, repoOf, requireRole, requireSomebody, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { countedReply } from './pages.ts'
import { presentJob, presentRun } from './present/check.ts'

export const actionHandlers: Handlers = {
  'actions/list-workflow-runs-for-repo': listRuns,
  'actions/get-workflow-run': (call) => {
    const { repo, run } = runOf(call)
    return { status: 200, body: presentRun(call, repo, run) }
  },
  'actions/list-jobs-for-workflow-run': listJobs,
  'actions/list-jobs-for-workflow-run-attempt': listJobsOfAttempt,
  'actions/get-job-for-workflow-run': (call) => {
    const { repo, run, job } = jobOf(call)
    return { status: 200, body: presentJob(call, repo, run, attemptOf(run, job), job) }
  },
  'actions/download-job-logs-for-workflow-run': downloadLog,
  'actions/re-run-workflow-failed-jobs': (call) => rerun(call, 'failed'),
  'actions/re-run-workflow': (call) => rerun(call, 'all'),
}

/** Newest first. `status` takes a conclusion too, as GitHub's does. */
function listRuns(call: Call): Reply {
  const repo = repoOf(call)
  const { head_sha: sha, branch, event, status, actor } = call.query
  const found = repo.runs.toReversed().filter((run) => {
    const shown = showRun(run, call.now)
    return (
      (sha === undefined || run.headSha === sha) &&
      (branch === undefined || run.branch === branch) &&
      (event === undefined || run.event === event) &&
      (actor === undefined || run.actor.toLowerCase() === actor.toLowerCase()) &&
      (status === undefined || shown.status === status || shown.conclusion === status)
    )
  })
  return countedReply(call, repo, 'workflow_runs', found, (run) => presentRun(call, repo, run))
}

function listJobs(call: Call): Reply {
  const { repo, run } = runOf(call)
  const attempts = call.query['filter'] === 'all' ? run.attempts : run.attempts.slice(-1)
  const jobs = [...new Set(attempts.flatMap((attempt) => attempt.jobs))]
  return countedReply(call, repo, 'jobs', jobs, (job) => presentJob(call, repo, run, attemptOf(run, job), job))
}

function listJobsOfAttempt(call: Call): Reply {
  const { repo, run } = runOf(call)
  const attempt = run.attempts.find((candidate) => String(candidate.number) === param(call, 'attempt_number'))
  if (!attempt) throw notFound()
  return countedReply(call, repo, 'jobs', attempt.jobs, (job) => presentJob(call, repo, run, attempt.number, job))
}

/** 302 to a file that needs no token. The log of a job that still runs is not there yet. */
function downloadLog(call: Call): Reply {
  const { repo, job } = jobOf(call)
  requireRole(call, repo, 'read')
  if (!isComplete(job, call.now)) throw notFound()
  return {
    status: 302,
    headers: { location: `${call.base}/_files/job-logs/${repo.id}/${job.id}.txt` },
  }
}

function rerun(call: Call, which: 'failed' | 'all'): Reply {
  const { repo, run } = runOf(call)
  requireRole(call, repo, 'write')
  const suite = repo.suites.find((candidate) => candidate.id === run.suiteId)
  if (!suite) throw notFound()
  if (which === 'failed' && showRun(run, call.now).conclusion === 'success')
    throw new Refusal(403, 'This workflow run cannot be retried')
  if (!rerunWorkflow(call.state, run, suite, requireSomebody(call).login, which))
    throw new Refusal(403, 'This workflow is already running')
  return { status: 201, body: {} }
}

export function runOf(call: Call): { repo: Repo; run: WorkflowRun } {
  const repo = repoOf(call)
  const run = repo.runs.find((candidate) => String(candidate.id) === param(call, 'run_id'))
  if (!run) throw notFound()
  return { repo, run }
}

function jobOf(call: Call): { repo: Repo; run: WorkflowRun; job: CheckRun } {
  const repo = repoOf(call)
  const found = findCheck(repo, Number(param(call, 'job_id')))
  const run = repo.runs.find((candidate) => candidate.id === found?.suite.runId)
  if (!found || !run) throw notFound()
  return { repo, run, job: found.check }
}

/** The attempt that ran the job; later attempts only carry its result on. */
function attemptOf(run: WorkflowRun, job: CheckRun): number {
  return run.attempts.find((attempt) => attempt.jobs.includes(job))?.number ?? 1
}
