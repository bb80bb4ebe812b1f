import type { Token } from '../state/model.ts'

/** GitHub tells the end of a personal token with every answer of either API, to the second; that of an installation's never. */
export function expirationHeader(token: Token | null): Record<string, string> {
  if (token === null || token.kind !== 'user' || token.expiresAt === null) return {}
  const [day, time] = new Date(token.expiresAt).toISOString().split(/[T.]/)
  return { 'github-authentication-token-expiration': `${day} ${time} UTC` }
}
