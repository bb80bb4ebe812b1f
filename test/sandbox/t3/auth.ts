import { outOfScope, unauthorised, type Answer } from './answer.ts'

export type Scope = string

/** What a token is worth: its scopes, or why it is worth nothing (T3 does not tell the two apart). */
export type Tokens = Record<string, readonly Scope[] | 'expired' | 'revoked'>

/** The eight scopes that `t3 auth session issue` always gives. */
export const adminScopes: readonly Scope[] = [
  'orchestration:read',
  'orchestration:operate',
  'terminal:operate',
  'review:write',
  'relay:read',
  'access:read',
  'access:write',
  'relay:write',
]

/** A token in the form that T3 gives them, with its own end in it; what it is worth stands in {@link Tokens}. */
export function tokenText(id: string, endsAt: number | null): string {
  const claims = { v: 1, kind: 'session', sid: id, sub: 'cli', ...(endsAt === null ? {} : { exp: endsAt }) }
  return `${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${Buffer.from(`signature ${id}`).toString('base64url')}`
}

/** Null when the header may do this; else the answer. It is asked before the body is looked at. */
export function refuse(tokens: Tokens, header: string | undefined, scope: Scope, traceId: string): Answer | null {
  const token = bearer(header)
  if (token === null) return unauthorised('missing_credential', traceId)
  const scopes = scopesOf(tokens, header)
  if (scopes === null) return unauthorised('invalid_credential', traceId)
  return scopes.includes(scope) ? null : outOfScope(scope, traceId)
}

/** The scopes of a good token; null for none, or one that is unknown, expired or revoked. */
export function scopesOf(tokens: Tokens, header: string | undefined): readonly Scope[] | null {
  const token = bearer(header)
  const known = token !== null && Object.hasOwn(tokens, token) ? tokens[token] : undefined
  return known === undefined || typeof known === 'string' ? null : known
}

/** Exactly `Bearer X`: any other scheme, and `bearer X` too, counts as no credential at all. */
function bearer(header: string | undefined): string | null {
  const token = header?.startsWith('Bearer ') === true ? header.slice('Bearer '.length).trim() : ''
  return token === '' ? null : token
}
