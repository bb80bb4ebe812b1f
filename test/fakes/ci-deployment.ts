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
    const status = deploymentStatusesAt(found, call.now).find(({ state }) => state !== 'inactive')
    if (status === undefined) return { sha: found.sha, state: 'pending', url: null }
    return { sha: found.sha, state: stateOf(status.state), url: status.environmentUrl ?? status.logUrl }
  },
}

/** Stops at the first page that has any of the commits; the newest of those it has seen by then counts. */
function newestOf(repo: Repo, environment: string, shas: readonly string[]): Deployment | null {
  const all = repo.deployments.filter((deployment) => deployment.environment === environment).toReversed()
  for (let page = 1; page <= maxPages; page += 1) {
    const seen = all.slice(0, page * 100)
    const sha = shas.find((candidate) => seen.some((deployment) => deployment.sha === candidate))
    const found = seen.find((deployment) => deployment.sha === sha)
    if (found !== undefined) return found
  }
  return null
}

function stateOf(state: DeploymentState): 'success' | 'failure' | 'pending' {
  if (state === 'success') return 'success'
  return state === 'failure' || state === 'error' ? 'failure' : 'pending'
}
