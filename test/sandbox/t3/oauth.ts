import { invalidRequest, json, unauthorised, type Answer } from './answer.ts'
import { adminScopes, tokenText, type Tokens } from './auth.ts'
import type { T3State } from './state.ts'

/** One-time pairing credentials that may still be used. */
export type Pairings = Set<string>

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const LIFE_SECONDS = 2_591_999

/** `POST /oauth/token`: a pairing credential for an access token of narrower scope. A refused scope does not use it up. */
export function exchange(context: { state: T3State; tokens: Tokens; pairings: Pairings }, body: string): Answer {
  const { state, tokens, pairings } = context
  const form = new URLSearchParams(body)
  if (form.get('grant_type') !== GRANT) return invalidRequest('invalid_grant_type', state.traceId())
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  if (scopes.length === 0 || !scopes.every((scope) => adminScopes.includes(scope)))
    return invalidRequest('invalid_scope', state.traceId())
  if (!pairings.delete(form.get('subject_token') ?? '')) return unauthorised('invalid_credential', state.traceId())
  const accessToken = tokenText(state.traceId(), state.clock.now() + LIFE_SECONDS * 1000)
  tokens[accessToken] = scopes
  return json(200, {
    access_token: accessToken,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: LIFE_SECONDS,
    scope: scopes.join(' '),
  })
}
