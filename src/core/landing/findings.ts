import { sha256 } from '../ids.ts'
import type { ReviewThread } from '../pull-model.ts'
import type { RunFacts } from '../run/run-facts.ts'

/** What reviews ask of the agent: those of a second agent, once each, and the open conversations of people (SPEC 15.4). */
export interface OpenFindings {
  /** The round of the second agent whose findings these hold; 0: people's alone. */
  readonly round: number
  /** Conversations of people. */
  readonly threads: readonly string[]
  readonly signature: string
}

export function openFindings(facts: RunFacts): OpenFindings | null {
  const { landing, card } = facts
  if (landing.kind !== 'open') return null
  const sent = card.findings ?? []
  const review = (card.reviews ?? []).findLast(({ pull }) => pull === landing.pull.number)
  const unsent = review?.state === 'issues' && !sent.some(({ round }) => round === review.round)
  const round = unsent ? review.round : 0
  const threads = landing.asks.map(({ id }) => id).toSorted()
  if (round === 0 && threads.length === 0) return null
  return { round, threads, signature: signatureOf(round, landing.asks) }
}

/** The same as long as the same is open. */
export function signatureOf(round: number, asks: readonly Pick<ReviewThread, 'id'>[]): string {
  return sha256(JSON.stringify(['review', round, ...asks.map(({ id }) => id).toSorted()]))
}

/**
 * Conversations that were sent to the agent, and that it answered with a push: nobody has said a word in them since, nor has afk. One
 * that a person opened again, or spoke in again, is a new finding.
 */
export function sentAndPushed({ landing, card, head }: RunFacts): readonly string[] {
  const sent = card.findings?.at(-1)
  if (landing.kind !== 'open' || sent === undefined || head === null || sent.head === head.commit.sha) return []
  return landing.asks
    .filter(({ id, comments }) => sent.threads.includes(id) && comments.every(({ at }) => at <= sent.at))
    .map(({ id }) => id)
}
