import { nextIds } from './ids.ts'
import type { GitHubState, Token, User } from './model.ts'

/** The account of that login, made when it is not there yet. Logins compare without case. */
export function addUser(state: GitHubState, login: string, type?: User['type']): User {
  const key = login.toLowerCase()
  const known = state.users.get(key)
  if (known) return known
  const kind = type ?? (login.endsWith('[bot]') ? 'Bot' : 'User')
  const user: User = {
    ...nextIds(state, kind === 'Bot' ? 'BOT' : 'U'),
    login,
    type: kind,
    createdAt: state.clock.now(),
  }
  state.users.set(key, user)
  return user
}

export function findUser(state: GitHubState, login: string): User | null {
  return state.users.get(login.toLowerCase()) ?? null
}

/** The account's own spelling of a login; throws for a login nobody made, which is a mistake of the scenario. */
export function requireLogin(state: GitHubState, login: string): string {
  const user = findUser(state, login)
  if (!user) throw new Error(`no user ${login} in the sandbox: addUser(state, '${login}') first`)
  return user.login
}

/** A personal access token; `viaApp` makes it an app's user token, whose events carry `performed_via_github_app`. */
export function addToken(
  state: GitHubState,
  token: string,
  login: string,
  options: { scopes?: string[]; viaApp?: string; expiresAt?: number } = {},
): Token {
  const record: Token = {
    token,
    login: addUser(state, login).login,
    kind: 'user',
    scopes: options.scopes ?? ['repo', 'workflow'],
    viaApp: options.viaApp ?? null,
    installationId: null,
    expiresAt: options.expiresAt ?? null,
  }
  state.tokens.set(token, record)
  return record
}

/** The token's record, or null when it is unknown, revoked or expired. */
export function findToken(state: GitHubState, token: string): Token | null {
  const record = state.tokens.get(token)
  if (!record) return null
  if (record.expiresAt !== null && record.expiresAt <= state.clock.now()) return null
  return record
}

export function revokeToken(state: GitHubState, token: string): void {
  state.tokens.delete(token)
}

/** Deletes an account: what it wrote stays and is nobody's from now on (REST and GraphQL show null). */
export function removeUser(state: GitHubState, login: string): void {
  state.users.delete(login.toLowerCase())
  for (const [token, record] of state.tokens)
    if (record.login.toLowerCase() === login.toLowerCase()) state.tokens.delete(token)
}
