import * as z from 'zod'
import type { RepoName } from '../../core/model.ts'
import type { Ci } from '../../ports/ci.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'

/** Further back a deployment of a commit in question does not lie. */
const maxPages = 5

/** GitHub's own deployments (SPEC 7.3). Lists are newest first there. */
export function createDeployment(client: Client): Ci['deployment'] {
  return async (repo, environment, shas) => {
    const found = await newestOf(client, repo, environment, shas)
    if (found === null) return null
    const call = {
      port: 'ci',
      operation: 'deployment',
      subject: `${repo} ${environment}`,
    } as const
    const parameters = { ...inRepo(repo), deployment: found.id }
    const route = 'GET /repos/{owner}/{repo}/deployments/{deployment}/statuses'
    for await (const statuses of restPages(client, call, route, parameters, statusesSchema)) {
      // GitHub calls a deployment inactive when a newer one took its place: what it had come to before counts.
      const status = statuses.find(({ state }) => state !== 'inactive')
      if (status === undefined) continue
      return { sha: found.sha, state: stateOf(status.state), url: urlOf(status) }
    }
    return { sha: found.sha, state: 'pending', url: null }
  }
}

async function newestOf(
  client: Client,
  repo: RepoName,
  environment: string,
  shas: readonly string[],
): Promise<z.infer<typeof deploymentSchema> | null> {
  const call = { port: 'ci', operation: 'deployment', subject: `${repo} ${environment}` } as const
  const newest = new Map<string, z.infer<typeof deploymentSchema>>()
  const route = 'GET /repos/{owner}/{repo}/deployments'
  let pages = 0
  for await (const page of restPages(
    client,
    call,
    route,
    { ...inRepo(repo), environment },
    z.array(deploymentSchema),
  )) {
    for (const deployment of page) if (!newest.has(deployment.sha)) newest.set(deployment.sha, deployment)
    pages += 1
    if (shas.some((sha) => newest.has(sha)) || pages >= maxPages) break
  }
  for (const sha of shas) {
    const deployment = newest.get(sha)
    if (deployment !== undefined) return deployment
  }
  return null
}

const deploymentSchema = z.object({ id: z.int(), sha: z.string() })

const statusSchema = z.object({
  state: z.string(),
  environment_url: z.string().nullish(),
  log_url: z.string().nullish(),
  target_url: z.string().nullish(),
})
const statusesSchema = z.array(statusSchema)

function stateOf(state: string): 'success' | 'failure' | 'pending' {
  if (state === 'success') return 'success'
  return state === 'failure' || state === 'error' ? 'failure' : 'pending'
}

/** GitHub answers an empty text for a URL that nobody gave. */
function urlOf(status: z.infer<typeof statusSchema>): string | null {
  return (
    [status.environment_url, status.log_url, status.target_url].find(
      (url) => url !== null && url !== undefined && url !== '',
    ) ?? null
  )
}
