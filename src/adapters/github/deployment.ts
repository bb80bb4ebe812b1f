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
    for await (const [status] of restPages(client, call, route, parameters, statusesSchema)) {
      // Also `inactive`: what took its place carries none of these commits, or somebody has taken it down.
      if (status !== undefined) return { sha: found.sha, state: stateOf(status.state), url: urlOf(status) }
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
  const route = 'GET /repos/{owner}/{repo}/deployments'
  let pages = 0
  for await (const page of restPages(
    client,
    call,
    route,
    { ...inRepo(repo), environment },
    z.array(deploymentSchema),
  )) {
    const found = page.find(({ sha }) => shas.includes(sha))
    pages += 1
    if (found !== undefined) return found
    if (pages >= maxPages) break
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
