import { nextIds } from './ids.ts'
import type { Deployment, DeploymentState, DeploymentStatus, GitHubState, Repo } from './model.ts'
import { requireLogin } from './users.ts'

export interface DeploymentInput {
  sha: string
  environment: string
  creator: string
  ref?: string
  task?: string
  description?: string | null
}

export function addDeployment(state: GitHubState, repo: Repo, input: DeploymentInput): Deployment {
  const deployment: Deployment = {
    ...nextIds(state, 'DE'),
    sha: input.sha,
    ref: input.ref ?? repo.defaultBranch,
    task: input.task ?? 'deploy',
    environment: input.environment,
    description: input.description ?? null,
    creator: requireLogin(state, input.creator),
    createdAt: state.clock.now(),
    statuses: [],
  }
  repo.deployments.push(deployment)
  return deployment
}

export interface DeploymentStatusInput {
  state: DeploymentState
  creator: string
  description?: string
  environmentUrl?: string | null
  logUrl?: string | null
  /** Shown only from then on: lets a script say beforehand how a rollout goes. */
  delayMs?: number
}

/** A success makes earlier successful deployments of the same environment inactive (`auto_inactive`). */
export function addDeploymentStatus(
  state: GitHubState,
  repo: Repo,
  deployment: Deployment,
  input: DeploymentStatusInput,
): DeploymentStatus {
  const createdAt = state.clock.now() + (input.delayMs ?? 0)
  const make = (word: DeploymentState, creator: string): DeploymentStatus => ({
    ...nextIds(state, 'DES'),
    state: word,
    description: input.description ?? '',
    environmentUrl: input.environmentUrl ?? null,
    logUrl: input.logUrl ?? null,
    creator,
    createdAt,
  })
  const status = make(input.state, requireLogin(state, input.creator))
  deployment.statuses.push(status)
  if (input.state === 'success') {
    for (const older of repo.deployments.filter(
      (other) => other !== deployment && other.environment === deployment.environment,
    ))
      if (older.id < deployment.id && older.statuses.at(-1)?.state === 'success')
        older.statuses.push(make('inactive', older.creator))
  }
  return status
}

/** Newest first, those that exist at `now`. */
export function deploymentStatusesAt(deployment: Deployment, now: number): DeploymentStatus[] {
  return deployment.statuses
    .filter((status) => status.createdAt <= now)
    .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
}
