import { isoTime } from '../http/clock-text.ts'
import { deploymentStatusesAt } from '../state/deployments.ts'
import type { Deployment, DeploymentStatus } from '../state/model.ts'
import { actorNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'

export function deploymentNode(gql: Gql, deployment: Deployment) {
  const statuses = deploymentStatusesAt(deployment, gql.now)
  const [latest] = statuses
  return {
    __typename: 'Deployment',
    id: deployment.nodeId,
    databaseId: deployment.id,
    environment: deployment.environment,
    latestEnvironment: deployment.environment,
    originalEnvironment: deployment.environment,
    commitOid: deployment.sha,
    task: deployment.task,
    description: deployment.description,
    createdAt: isoTime(deployment.createdAt),
    updatedAt: isoTime(latest?.createdAt ?? deployment.createdAt),
    creator: () => actorNode(gql, deployment.creator),
    state: stateWord(latest),
    latestStatus: () => (latest ? statusNode(gql, latest) : null),
    statuses: (args: PageArgs) => connection(statuses, args, (status) => statusNode(gql, status)),
  }
}

/** A deployment whose latest status is a success is ACTIVE, one without any is PENDING. */
function stateWord(latest: DeploymentStatus | undefined): string {
  if (!latest) return 'PENDING'
  return latest.state === 'success' ? 'ACTIVE' : latest.state.toUpperCase()
}

function statusNode(gql: Gql, status: DeploymentStatus) {
  return {
    __typename: 'DeploymentStatus',
    id: status.nodeId,
    state: status.state.toUpperCase(),
    description: status.description,
    environmentUrl: status.environmentUrl,
    logUrl: status.logUrl,
    createdAt: isoTime(status.createdAt),
    updatedAt: isoTime(status.createdAt),
    creator: () => actorNode(gql, status.creator),
  }
}
