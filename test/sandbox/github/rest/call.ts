import type { Credentials } from '../http/auth.ts'
import { notFound, Refusal } from '../http/exchange.ts'
import type { RateBook } from '../http/rate.ts'
import type { Actor } from '../state/events.ts'
import { findIssue } from '../state/issues.ts'
import type { Issue } from '../state/issue-model.ts'
import type { GitHubState, Repo, Role } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import { findRepo } from '../state/repos.ts'
import type { View } from './view.ts'

/** One REST request as a handler sees it: matched, authenticated, validated. */
export interface Call extends View, Credentials {
  state: GitHubState
  method: string
  params: Record<string, string>
  query: Record<string, string>
  body: Record<string, unknown>
  accept: string
  /** What follows `/repos/{owner}/{repo}`, with the query: redirects and page links are built on it. */
  rest: string
  rate: RateBook
}

/** The repository in the path. 404 when it does not exist or may not be seen; a former name is a redirect. */
export function repoOf(call: Call): Repo {
  const found = findRepo(call.state, `${param(call, 'owner')}/${param(call, 'repo')}`)
  if (!found || !atLeast(roleOfToken(call.state, found.repo, call.token), 'read')) throw notFound()
  if (found.moved) throw moved(call, found.repo)
  return found.repo
}

/**
 * A GET of a former name answers 301 as GitHub's descriptions say. Other methods answer 307, so that clients repeat the
 * method and the body: seen on github.com, documented as "307 Temporary Redirect" in its REST best practices.
 */
function moved(call: Call, repo: Repo): Refusal {
  const url = `${call.base}/repositories/${repo.id}${call.rest}`
  return new Refusal(call.method === 'GET' ? 301 : 307, 'Moved Permanently', { url }, { location: url })
}

/** Issue or pull request of the path: GitHub's issue endpoints serve both. */
export function issueOf(call: Call, repo: Repo): Issue {
  const issue = findIssue(repo, Number(param(call, 'issue_number')))
  if (!issue) throw notFound()
  return issue
}

/** Refuses a token with less than that role: GitHub says 401 to nobody, 403 to somebody. */
export function requireRole(
  call: Call,
  repo: Repo,
  role: Role,
  message = 'Must have admin rights to Repository.',
): void {
  requireSomebody(call)
  if (!atLeast(roleOfToken(call.state, repo, call.token), role)) throw new Refusal(403, message)
  if (repo.archived) throw new Refusal(403, 'Repository was archived so is read-only.')
}

/** The login that acts, and the app it acts through. */
export function requireSomebody(call: Call): Actor & { login: string } {
  if (!call.token) throw new Refusal(401, 'Requires authentication')
  return { login: call.token.login, viaApp: call.token.viaApp }
}

export function param(call: Call, name: string): string {
  const value = call.params[name]
  if (value === undefined) throw new Error(`route without the parameter ${name}`)
  return value
}

export function textOf(call: Call, key: string): string | undefined {
  const value = call.body[key]
  return typeof value === 'string' ? value : undefined
}
