import type { Card } from '../card/card.ts'
import type { RepoPolicy } from '../policy.ts'

/** Estimated cost in US dollars, to the cent: T3 reports tokens, not money (SPEC 4, `usdPerMillionTokens`). */
export function costUsd(tokens: number, policy: Pick<RepoPolicy, 'usdPerMillionTokens'>): number {
  return Math.round(((tokens * policy.usdPerMillionTokens) / 1_000_000) * 100) / 100
}

/** All that a run has used: its own thread and those of its reviews. */
export function tokensSpent({ tokens, reviews = [] }: Pick<Card, 'tokens' | 'reviews'>): number {
  return reviews.reduce((sum, review) => sum + review.tokens, tokens)
}
