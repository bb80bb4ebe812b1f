import type { Ci } from '../../src/ports/ci.ts'
import { deploymentStatusesAt } from '../sandbox/github/state/deployments.ts'
import type { Deployment, DeploymentState, Repo } from '../sandbox/github/state/model.ts'
import { visibleRepo } from './tracker-access.ts'
import type { Operations } from './tracker-session.ts'

/** Pages of 100 that are looked through at most. */
const maxPages = 5

/** GitHub's own deployments. */
export const deploymentOperations: Operations<Pick<Ci, 'deployment'>> = {
  deployment: (call, name, environment, shas) => {
    const repo = visibleRepo(call, call.send(), name)
    const found = newestOf(repo, environment, shas)
    if (found === null) return null
    const status = deploymentStatusesAt(found, call.now)[0]
    if (status === undefined) return { sha: found.sha, state: 'pending', url: null }
    return { sha: found.sha, state: stateOf(status.state), url: status.environmentUrl ?? status.logUrl }
  },
}

function newestOf(repo: Repo, environment: string, shas: readonly string[]): Deployment | null {
  const all = repo.deployments.filter((deployment) => deployment.environment === environment).toReversed()
  return all.slice(0, maxPages * 100).find(({ sha }) => shas.includes(sha)) ?? null
}

function stateOf(state: DeploymentState): 'success' | 'failure' | 'pending' {
  if (state === 'success') return 'success'
  return state === 'failure' || state === 'error' ? 'failure' : 'pending'
}
