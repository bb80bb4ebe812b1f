import { isoTime } from '../../http/clock-text.ts'
import { deploymentStatusesAt } from '../../state/deployments.ts'
import type { Deployment, DeploymentStatus, Repo } from '../../state/model.ts'
import type { View } from '../view.ts'
import { repoUrl } from './repo.ts'
import { presentUser } from './user.ts'

export function presentDeployment(view: View, repo: Repo, deployment: Deployment) {
  const url = `${repoUrl(view, repo)}/deployments/${deployment.id}`
  const newest = deploymentStatusesAt(deployment, view.now)[0]
  return {
    url,
    id: deployment.id,
    node_id: deployment.nodeId,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: {},
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: presentUser(view, deployment.creator),
    created_at: isoTime(deployment.createdAt),
    updated_at: isoTime(newest?.createdAt ?? deployment.createdAt),
    statuses_url: `${url}/statuses`,
    repository_url: repoUrl(view, repo),
  }
}

export function presentDeploymentStatus(view: View, repo: Repo, deployment: Deployment, status: DeploymentStatus) {
  const url = `${repoUrl(view, repo)}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    creator: presentUser(view, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl ?? '',
    created_at: isoTime(status.createdAt),
    updated_at: isoTime(status.createdAt),
    deployment_url: url,
    repository_url: repoUrl(view, repo),
    environment_url: status.environmentUrl ?? '',
    log_url: status.logUrl ?? '',
  }
}
