import type { Octokit } from '@octokit/core'
import * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import { parseAnswer } from './parse.ts'

interface App {
  readonly appId: string | number
  readonly repos?: readonly string[]
}

type Headers = Readonly<Record<string, string>>

/** What is asked for, in messages. */
export const tokenCall = { port: 'tracker', operation: 'auth', subject: 'the app' } as const

/**
 * The installation that afk acts as: the only one, or else the one that holds the repos of the allowlist. An app is installed once for an
 * account, so that one repo an owner is looked at. None, or more than one: an error of category `config` that names them.
 */
export async function findInstallation(app: App, headers: Headers, request: Octokit['request']): Promise<number> {
  const answer = await request('GET /app/installations', { headers, per_page: 100 })
  const all = parseAnswer(installationsSchema, answer.data, tokenCall)
  const [only] = all
  if (only !== undefined && all.length === 1) return only.id
  const has = `GitHub App ${String(app.appId)} has ${String(all.length)} installations`
  const owners = Object.entries(Object.groupBy(app.repos ?? [], ownerOf))
  if (all.length === 0 || owners.length === 0) {
    throw trouble(`${has}, expected exactly one: install it, or name the one to use in AFK_GITHUB_APP_INSTALLATION_ID`)
  }
  const found = new Map<number, readonly string[]>()
  for (const [owner, repos = []] of owners) {
    const known = all.find(({ account }) => account?.login.toLowerCase() === owner)?.id
    const id = known ?? (await installationOf(repos[0] ?? '', headers, request))
    if (id !== null) found.set(id, [...(found.get(id) ?? []), ...repos])
  }
  const [first, ...more] = found.keys()
  if (first === undefined) {
    throw trouble(`${has}, and none of them holds ${few(app.repos ?? [])}: install it there, or correct the allowlist`)
  }
  if (more.length === 0) return first
  const held = [...found].map(([id, repos]) => `${String(id)} holds ${few(repos)}`).join('; ')
  throw trouble(
    `${has}, and the repos of the allowlist are in ${String(found.size)} of them, while afk acts as one: ${held}; run an afk for each, with its own allowlist`,
  )
}

/** For an owner whose account is not in the list: renamed, or beyond its first page. Null: the app is not installed there. */
async function installationOf(repo: string, headers: Headers, request: Octokit['request']): Promise<number | null> {
  const [owner = '', name = ''] = repo.split('/')
  try {
    const answer = await request('GET /repos/{owner}/{repo}/installation', { owner, repo: name, headers })
    return parseAnswer(installationSchema, answer.data, tokenCall).id
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return null
    throw error
  }
}

const installationSchema = z.object({
  id: z.number(),
  account: z
    .object({ login: z.string() })
    .nullable()
    .catch(() => null),
})
const installationsSchema = z.array(installationSchema)

function trouble(message: string): PortError {
  return new PortError('tracker', 'auth', 'config', message)
}

function ownerOf(repo: string): string {
  return repo.slice(0, repo.indexOf('/')).toLowerCase()
}

function few(repos: readonly string[]): string {
  const more = repos.length - 5
  return more > 0 ? `${repos.slice(0, 5).join(', ')} and ${String(more)} more` : repos.join(', ')
}
