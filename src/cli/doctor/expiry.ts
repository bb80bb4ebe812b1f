import { TOKEN_SOON_MS } from '../../core/doorbell/token-ends.ts'
import { span } from '../words.ts'
import { fail, warn, type Finding } from './check.ts'

/** A finding for a credential that has ended or ends within a week; null when it lasts, or its end is not told. */
export function expiryFinding(what: string, expiresAt: number | null, now: number, remedy: string): Finding | null {
  if (expiresAt === null || expiresAt - now > TOKEN_SOON_MS) return null
  return expiresAt <= now
    ? fail('', `${what} has ended ${span(now - expiresAt)} ago`, remedy)
    : warn('', `${what} ends in ${span(expiresAt - now)}`, remedy)
}

export function lasting(expiresAt: number | null, now: number): string {
  return expiresAt === null ? 'its end is not told' : `it ends in ${span(expiresAt - now)}`
}
