import { addDeployment, addDeploymentStatus } from './deployments.ts'
import { isComplete } from './checks.ts'
import { nextIds } from './ids.ts'
import type { CheckRun, WorkflowRun } from './ci-model.ts'
import type { Deployment, GitHubState, Repo } from './model.ts'
import type { DeploymentReview, Environment } from './pull-model.ts'
import { requireLogin } from './users.ts'

export interface EnvironmentInput {
  name: string
  /** Logins. Empty: nobody is asked, the job runs at once. */
  reviewers: string[]
  /** Who started the run may not approve it. */
  preventSelfReview?: boolean
}

export function addEnvironment(state: GitHubState, repo: Repo, input: EnvironmentInput): Environment {
  const environment: Environment = {
    ...nextIds(state, 'EN'),
    name: input.name,
    reviewers: input.reviewers.map((login) => requireLogin(state, login)),
    preventSelfReview: input.preventSelfReview ?? false,
  }
  repo.environments = [...repo.environments.filter((other) => other.name !== input.name), environment]
  return environment
}

/** Makes a job wait for an environment's reviewers, with the deployment that GitHub shows meanwhile. Nobody asked: it runs. */
export function holdJob(state: GitHubState, job: CheckRun, name: string): void {
  const repo = [...state.repos.values()].find(({ suites }) => suites.some((suite) => suite.id === job.suiteId))
  const environment = repo?.environments.find((candidate) => candidate.name === name)
  const run = repo?.runs.find((candidate) => candidate.suiteId === job.suiteId)
  if (!repo || !environment)
    throw new Error(`CI script: no environment ${name} in the repository: addEnvironment first`)
  if (environment.reviewers.length === 0) return
  const creator = run?.actor ?? repo.owner
  const sha = job.headSha
  const deployment = addDeployment(state, repo, { sha, environment: name, creator, ref: run?.branch ?? sha })
  deployment.createdAt = job.startsAt
  addDeploymentStatus(state, repo, deployment, { state: 'waiting', creator, delayMs: job.startsAt - job.createdAt })
  const durationMs = job.endsAt - job.startsAt
  job.gate = { environment: name, from: job.startsAt, durationMs, answer: null, deploymentId: deployment.id }
  job.startsAt = Infinity
  job.endsAt = Infinity
}

/** Environments for which jobs of the run wait now. */
export function pendingEnvironments(repo: Repo, run: WorkflowRun, now: number): Environment[] {
  const names = new Set(waitingJobs(run, now).map((job) => job.gate?.environment))
  return repo.environments.filter((environment) => names.has(environment.name))
}

export function mayApprove(environment: Environment, run: WorkflowRun, login: string): boolean {
  const isSelf = environment.preventSelfReview && run.actor.toLowerCase() === login.toLowerCase()
  return !isSelf && environment.reviewers.some((reviewer) => reviewer.toLowerCase() === login.toLowerCase())
}

/** Lets the waiting jobs go, or ends them; the deployments that this made. Who may do so is asked before. */
export function reviewDeployments(
  state: GitHubState,
  repo: Repo,
  run: WorkflowRun,
  answers: DeploymentReview[],
): Deployment[] {
  const now = state.clock.now()
  return answers.flatMap((answer) => {
    const jobs = waitingJobs(run, now).filter((job) => job.gate?.environment === answer.environment)
    if (jobs.length > 0) run.approvals.push(answer)
    return jobs.map((job) => letGo(state, repo, run, job, answer))
  })
}

function letGo(state: GitHubState, repo: Repo, run: WorkflowRun, job: CheckRun, answer: DeploymentReview): Deployment {
  const now = state.clock.now()
  const { gate } = job
  if (!gate) throw new Error(`job ${job.name} waits for nothing`)
  gate.answer = answer.state
  job.startsAt = now
  job.endsAt = answer.state === 'approved' ? now + gate.durationMs : now
  if (answer.state === 'rejected') job.conclusion = 'failure'
  const deployment = repo.deployments.find((candidate) => candidate.id === gate.deploymentId)
  if (!deployment) throw new Error(`job ${job.name} waits without a deployment`)
  if (answer.state === 'approved')
    addDeploymentStatus(state, repo, deployment, { state: 'in_progress', creator: run.actor })
  addDeploymentStatus(state, repo, deployment, {
    state: job.conclusion === 'success' ? 'success' : 'failure',
    creator: run.actor,
    delayMs: job.endsAt - now,
  })
  return deployment
}

function waitingJobs(run: WorkflowRun, now: number): CheckRun[] {
  return (run.attempts.at(-1)?.jobs ?? []).filter(
    (job) => job.gate && job.gate.answer === null && now >= job.gate.from && !isComplete(job, now),
  )
}
