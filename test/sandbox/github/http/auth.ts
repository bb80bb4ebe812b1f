import type { App, GitHubState, Token } from '../state/model.ts'
import { findToken } from '../state/users.ts'
import { Refusal } from './exchange.ts'

export interface Credentials {
  token: Token | null
  /** Set when the caller is an app itself, by its JWT. */
  app: App | null
}

/**
 * Who calls. No header: anonymous. A token that is unknown or expired: 401. Three dotted parts are taken for an app's
 * JWT: its `iss` must name an app, but neither its signature nor its dates are verified.
 */
export function authenticate(state: GitHubState, header: string | undefined): Credentials {
  if (header === undefined || header === '') return { token: null, app: null }
  const [scheme, secret] = header.split(/\s+/, 2)
  if (!secret || !/^(token|bearer)$/i.test(scheme ?? '')) throw badCredentials()
  if (secret.split('.').length === 3) return { token: null, app: appOfJwt(state, secret) }
  const token = findToken(state, secret)
  if (!token) throw badCredentials()
  return { token, app: null }
}

function appOfJwt(state: GitHubState, jwt: string): App {
  const issuer = issuerOf(jwt)
  const app = [...state.apps.values()].find((candidate) => String(candidate.id) === issuer)
  if (!app) throw new Refusal(401, 'A JSON web token could not be decoded')
  return app
}

function issuerOf(jwt: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return claims !== null && typeof claims === 'object' && 'iss' in claims ? String(claims.iss) : null
  } catch {
    return null
  }
}

function badCredentials(): Refusal {
  return new Refusal(401, 'Bad credentials')
}
