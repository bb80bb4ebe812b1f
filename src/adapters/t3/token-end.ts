import * as z from 'zod'
import type { Instant } from '../../core/model.ts'

/**
 * When a token of T3's ends, as it says itself: it is `<base64url JSON>.<signature>`, and the JSON has `exp` in milliseconds
 * (github.com/pingdotgg/t3code, `apps/server/src/auth/SessionStore.ts`). It is the claim alone, unverified, and T3 promises nothing of
 * the form: good enough to warn by without a request, while `afk doctor` asks the server. Null for anything that looks otherwise.
 */
export function tokenEndOf(token: string): Instant | null {
  const [payload = '', signature = '', ...rest] = token.split('.')
  if (payload === '' || signature === '' || rest.length > 0) return null
  try {
    const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    return claims.success ? claims.data.exp : null
  } catch {
    return null
  }
}

/** Anything below 2001 in milliseconds is a time in another unit: nothing is known then. */
const claimsSchema = z.object({ exp: z.number().min(1e12).max(8.64e15) })
