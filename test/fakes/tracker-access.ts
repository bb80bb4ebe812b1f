import type { Actor, RepoName } from '../../src/core/model.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Each } from '../../src/ports/tracker.ts'
import { findIssue } from '../sandbox/github/state/issues.ts'
import type { Issue } from '../sandbox/github/state/issue-model.ts'
import type { GitHubState, Repo, Role, Token } from '../sandbox/github/state/model.ts'
import { atLeast, roleOfToken } from '../sandbox/github/state/permissions.ts'
import { findRepo, nameWithOwner } from '../sandbox/github/state/repos.ts'
import { findUser } from '../sandbox/github/state/users.ts'
import type { FakeCall } from './tracker-session.ts'

/** {@link findVisible}, or `not-found`. */
export function visibleRepo(call: FakeCall, token: Token, name: RepoName): Repo {
  const repo = findVisible(call.state, token, name)
  if (repo === null) throw notThere(call, name)
  return repo
}

/** The repo of that name, present or former; null when it is not there or hidden from the token. */
export function findVisible(state: GitHubState, token: Token, name: RepoName): Repo | null {
  const found = findRepo(state, name)
  return found !== null && mayRead(state, token, found.repo) ? found.repo : null
}

export function mayRead(state: GitHubState, token: Token, repo: Repo): boolean {
  return atLeast(roleOfToken(state, repo, token), 'read')
}

/** Issue or pull request, as REST's issue endpoints have it. */
export function issueIn(call: FakeCall, repo: Repo, name: RepoName, number: number): Issue {
  const issue = findIssue(repo, number)
  if (issue === null) throw notThere(call, `${name}#${String(number)}`)
  return issue
}

/** Lets nobody write below that role, and nobody at all into an archived repo. */
export function requireWrite(call: FakeCall, token: Token, repo: Repo, role: Role): void {
  if (mayWrite(call.state, token, repo, role)) return
  const words = repo.archived ? 'the repo is archived' : `the token may not do this, it takes ${role}`
  throw call.fail('forbidden', nameWithOwner(repo), words, 403)
}

export function mayWrite(state: GitHubState, token: Token, repo: Repo, role: Role): boolean {
  return !repo.archived && atLeast(roleOfToken(state, repo, token), role)
}

export function notThere(call: FakeCall, subject: string): PortError {
  return call.fail('not-found', subject, 'not there, or hidden from this token', 404)
}

/** One answer an item, in order; what concerns the whole request has been thrown before. */
export function each<Ref, Value>(refs: readonly Ref[], answer: (ref: Ref) => Value): readonly Each<Value, Ref>[] {
  return refs.map((ref): Each<Value, Ref> => {
    try {
      return { ref, ok: true, value: answer(ref) }
    } catch (error) {
      if (error instanceof PortError) return { ref, ok: false, error }
      throw error
    }
  })
}

/** Null for an account that is gone. */
export function actorOf(state: GitHubState, login: string | null): Actor | null {
  const user = login === null ? null : findUser(state, login)
  if (user === null) return null
  const plain = user.login.replace(/\[bot\]$/, '')
  return { login: plain, kind: user.type === 'Bot' || plain !== user.login ? 'bot' : 'user' }
}

export function webOf(repo: Repo): string {
  return `https://github.com/${nameWithOwner(repo)}`
}
