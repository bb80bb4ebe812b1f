import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { addDeployment, addDeploymentStatus, deploymentStatusesAt } from '../state/deployments.ts'
import { resolveRef } from '../state/history.ts'
import type { Deployment, DeploymentState, Repo } from '../state/model.ts'
import { param, repoOf, requireRole, requireSomebody, textOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { presentDeployment, presentDeploymentStatus } from './present/deployment.ts'

export const deploymentHandlers: Handlers = {
  'repos/list-deployments': listDeployments,
  'repos/create-deployment': createDeployment,
  'repos/get-deployment': (call) => {
    const { repo, deployment } = deploymentOf(call)
    return { status: 200, body: presentDeployment(call, repo, deployment) }
  },
  'repos/list-deployment-statuses': (call) => {
    const { repo, deployment } = deploymentOf(call)
    return listReply(call, repo, deploymentStatusesAt(deployment, call.now), (status) =>
      presentDeploymentStatus(call, repo, deployment, status),
    )
  },
  'repos/create-deployment-status': createStatus,
}

/** Newest first. */
function listDeployments(call: Call): Reply {
  const repo = repoOf(call)
  const { sha, ref, environment, task } = call.query
  const found = repo.deployments
    .toReversed()
    .filter(
      (deployment) =>
        deployment.createdAt <= call.now &&
        (sha === undefined || deployment.sha === sha) &&
        (ref === undefined || deployment.ref === ref) &&
        (environment === undefined || deployment.environment === environment) &&
        (task === undefined || deployment.task === task),
    )
  return listReply(call, repo, found, (deployment) => presentDeployment(call, repo, deployment))
}

function createDeployment(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write')
  const ref = textOf(call, 'ref') ?? ''
  const commit = resolveRef(repo, ref)
  if (!commit) throw new Refusal(422, `No ref found for: ${ref}`)
  const deployment = addDeployment(call.state, repo, {
    sha: commit.sha,
    ref,
    environment: textOf(call, 'environment') ?? 'production',
    task: textOf(call, 'task') ?? 'deploy',
    description: textOf(call, 'description') ?? null,
    creator: requireSomebody(call).login,
  })
  return { status: 201, body: presentDeployment(call, repo, deployment) }
}

function createStatus(call: Call): Reply {
  const { repo, deployment } = deploymentOf(call)
  requireRole(call, repo, 'write')
  const status = addDeploymentStatus(call.state, repo, deployment, {
    state: textOf(call, 'state') as DeploymentState,
    creator: requireSomebody(call).login,
    description: textOf(call, 'description') ?? '',
    environmentUrl: textOf(call, 'environment_url') ?? null,
    logUrl: textOf(call, 'log_url') ?? null,
  })
  return { status: 201, body: presentDeploymentStatus(call, repo, deployment, status) }
}

function deploymentOf(call: Call): { repo: Repo; deployment: Deployment } {
  const repo = repoOf(call)
  const deployment = repo.deployments.find((candidate) => String(candidate.id) === param(call, 'deployment_id'))
  if (!deployment) throw notFound()
  return { repo, deployment }
}
