import type { FindingsRecord } from '../card/card.ts'
import { sha256, type Purpose } from '../ids.ts'
import type { Instant } from '../model.ts'
import type { ReviewThread } from '../pull-model.ts'
import type { RunFacts } from '../run/run-facts.ts'

/** Conversations that one turn shows; what it does not show waits for a later one. */
export const asksPerTurn = 20

/** What reviews ask of the agent: those of a second agent, once each, and the open conversations of people (SPEC 15.4). */
export interface OpenFindings {
  /** The round of the second agent whose findings these hold; 0: people's alone. */
  readonly round: number
  /** Conversations of people. */
  readonly threads: readonly string[]
  readonly signature: string
  /** What a turn with them is called. */
  readonly purpose: Purpose
  /** The newest word in these conversations; 0 where there are none. */
  readonly spokenAt: Instant
}

export function openFindings(facts: RunFacts): OpenFindings | null {
  const { landing, card } = facts
  if (landing.kind !== 'open') return null
  const sent = card.findings ?? []
  const review = (card.reviews ?? []).findLast(({ pull }) => pull === landing.pull.number)
  const unsent = review?.state === 'issues' && !sent.some(({ round }) => round === review.round)
  const round = unsent ? review.round : 0
  const asks = landing.asks.slice(0, asksPerTurn)
  if (round === 0 && asks.length === 0) return null
  return {
    round,
    threads: asks.map(({ id }) => id).toSorted(),
    signature: signatureOf(round, asks),
    purpose: round === 0 ? conversationsPurpose(landing.pull.head, asks) : `review:${round}`,
    spokenAt: spokenAt(asks),
  }
}

/** The same as long as the same is open. */
export function signatureOf(round: number, asks: readonly Pick<ReviewThread, 'id'>[]): string {
  return sha256(JSON.stringify(['review', round, ...asks.map(({ id }) => id).toSorted()]))
}

/**
 * The turns by which the conversations of people, as they stand now, may have been sent, one for each commit that they may have been
 * sent for. A thread that got one tells by its id alone what was in it, also where the card has forgotten (SPEC 6.2).
 */
export function conversationTurns(landing: RunFacts['landing']): ReadonlyMap<Purpose, FindingsRecord> {
  if (landing.kind !== 'open' || landing.asks.length === 0) return new Map()
  const asks = landing.asks.slice(0, asksPerTurn)
  const heads = [...new Set([landing.pull.head, ...landing.pull.commits.map(({ sha }) => sha)])].slice(
    0,
    headsLookedFor,
  )
  const record = { signature: signatureOf(0, asks), threads: asks.map(({ id }) => id).toSorted(), round: 0 }
  return new Map(
    heads.map((head) => [conversationsPurpose(head, asks), { ...record, head, at: spokenAt(asks) }] as const),
  )
}

/** Each costs some eighty hashes. */
const headsLookedFor = 12

/** Named by what is in it, so that one that was sent is known again, and is another as soon as somebody says a word more. */
function conversationsPurpose(head: string, asks: readonly Pick<ReviewThread, 'id' | 'comments'>[]): Purpose {
  const said = asks.map(({ id, comments }) => [id, comments.length, comments.at(-1)?.at ?? 0])
  return `review:0.${sha256(JSON.stringify([head, ...said.toSorted(byId)])).slice(0, 12)}`
}

function byId([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1
}

function spokenAt(asks: readonly Pick<ReviewThread, 'comments'>[]): Instant {
  return Math.max(0, ...asks.flatMap(({ comments }) => comments.map(({ at }) => at)))
}

/**
 * Conversations that were answered, and that afk resolved without a word: it died before it had said so (SPEC 15.4). Those who asked
 * would never know why.
 */
export function resolvedInSilence({ landing, card }: RunFacts): readonly string[] {
  if (landing.kind !== 'open') return []
  return (landing.resolvedOwn ?? [])
    .filter(({ id, saidAt }) => saidAt < (card.findings?.findLast(({ threads }) => threads.includes(id))?.at ?? 0))
    .map(({ id }) => id)
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
