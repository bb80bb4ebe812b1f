import type { RepoPolicy } from '../policy.ts'

/** Estimated cost in US dollars, to the cent: T3 reports tokens, not money (SPEC 4, `usdPerMillionTokens`). */
export function costUsd(tokens: number, policy: Pick<RepoPolicy, 'usdPerMillionTokens'>): number {
  return Math.round(((tokens * policy.usdPerMillionTokens) / 1_000_000) * 100) / 100
}
