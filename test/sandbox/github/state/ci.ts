import { isComplete } from './checks.ts'
import { nextIds } from './ids.ts'
import { makeJob, startupFailure } from './jobs.ts'
import type { CheckPlan, CheckSuite, CiPlan, Workflow, WorkflowRun } from './ci-model.ts'
import type { Commit, GitHubState, Repo } from './model.ts'

const actionsApp = 'github-actions'

/** Starts what CI does for a pushed tip. Nothing ticks: each check knows when it starts and ends. */
export function startCi(
  state: GitHubState,
  repo: Repo,
  commit: Commit,
  branch: string,
  plan: CiPlan,
  event: 'push' | 'pull_request' = 'push',
): void {
  const checks = plan.checks ?? []
  const workflows = new Map<string, CheckPlan[]>()
  for (const check of checks.filter((candidate) => appOf(candidate) === actionsApp)) {
    const name = check.workflow ?? 'CI'
    workflows.set(name, [...(workflows.get(name) ?? []), check])
  }
  for (const [name, jobs] of workflows) startWorkflow(state, repo, commit, branch, name, jobs, event)
  for (const check of checks.filter((candidate) => appOf(candidate) !== actionsApp))
    startForeignCheck(state, repo, commit, branch, check)
  for (const status of plan.statuses ?? []) {
    repo.statuses.push({
      ...nextIds(state, 'SC'),
      sha: commit.sha,
      context: status.context,
      state: status.state,
      description: status.description ?? null,
      targetUrl: status.targetUrl ?? null,
      creator: commit.pusher,
      createdAt: state.clock.now() + (status.delayMs ?? 0),
    })
  }
}

function startWorkflow(
  state: GitHubState,
  repo: Repo,
  commit: Commit,
  branch: string,
  name: string,
  plans: CheckPlan[],
  event: string,
): void {
  const now = state.clock.now()
  const workflow = workflowNamed(state, repo, name)
  if (repo.ci.cancelInProgress) cancelOlder(repo, workflow, branch, now)
  const suite = addSuite(state, repo, commit, branch, actionsApp)
  const run: WorkflowRun = {
    ...nextIds(state, 'WFR'),
    workflow,
    runNumber: repo.runs.filter((candidate) => candidate.workflow === workflow).length + 1,
    branch,
    headSha: commit.sha,
    suiteId: suite.id,
    event,
    actor: commit.pusher,
    createdAt: now,
    attempts: [],
    plans: [],
    approvals: [],
  }
  suite.runId = run.id
  run.plans.push(...plans)
  repo.runs.push(run)
  const jobs = plans.flatMap((plan) => makeJob(state, suite, plan, 1) ?? [])
  run.attempts.push({
    number: 1,
    startedAt: now,
    actor: commit.pusher,
    jobs,
    startupFailureAt: startupFailure(plans, 1, now),
  })
}

function startForeignCheck(state: GitHubState, repo: Repo, commit: Commit, branch: string, plan: CheckPlan): void {
  const app = appOf(plan)
  if (!state.apps.has(app)) throw new Error(`CI script: no app ${app} in the sandbox: addApp first`)
  const existing = repo.suites.find((suite) => suite.headSha === commit.sha && suite.app === app)
  const suite = existing ?? addSuite(state, repo, commit, branch, app)
  suite.plans.push(plan)
  makeJob(state, suite, plan, 1)
}

/** `cancel-in-progress`: what is not over yet on that branch ends now, cancelled. */
function cancelOlder(repo: Repo, workflow: Workflow, branch: string, now: number): void {
  for (const run of repo.runs.filter((candidate) => candidate.workflow === workflow && candidate.branch === branch)) {
    for (const job of run.attempts.at(-1)?.jobs ?? []) {
      if (isComplete(job, now)) continue
      job.startsAt = Math.min(job.startsAt, now)
      job.endsAt = now
      job.conclusion = 'cancelled'
    }
  }
}

function workflowNamed(state: GitHubState, repo: Repo, name: string): Workflow {
  const known = repo.workflows.find((workflow) => workflow.name === name)
  if (known) return known
  const file = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const workflow: Workflow = {
    ...nextIds(state, 'W'),
    name,
    path: `.github/workflows/${file}.yml`,
  }
  repo.workflows.push(workflow)
  return workflow
}

function addSuite(state: GitHubState, repo: Repo, commit: Commit, branch: string, app: string): CheckSuite {
  const suite: CheckSuite = {
    ...nextIds(state, 'CS'),
    app,
    headSha: commit.sha,
    branch,
    createdAt: state.clock.now(),
    runId: null,
    runs: [],
    plans: [],
  }
  repo.suites.push(suite)
  return suite
}

function appOf(plan: CheckPlan): string {
  return plan.app ?? actionsApp
}
