import type { Card } from '../card/card.ts'
import type { ThreadView, TurnUsage } from '../model.ts'

/** Tokens that one thread has used over its whole life, as the card keeps them. */
export interface Used {
  readonly tokens: number
  readonly usage?: readonly TurnUsage[]
}

type Seen = Pick<ThreadView, 'tokens' | 'usage'>

/**
 * What a thread has used in all: the sum over its turns of the most that was ever seen of each. An executor may show its newest
 * activities alone (T3: 500 of them), and with the others goes what earlier turns used: `before` keeps it. A count without turns, on a
 * card of an earlier build, is taken to be of the turns that are shown, for as far as it goes.
 */
export function usedBy(before: Used, { tokens, usage: shown }: Seen): Used {
  if (shown === undefined) return { ...before, tokens: Math.max(before.tokens, tokens) }
  if (shown.length === 0) return before
  const known = before.usage ?? []
  const counted = sumOf(before.usage ?? shown)
  const all = known.map((one) => ({ ...one, tokens: Math.max(one.tokens, tokensOf(one.turn, shown)) }))
  const added = shown.filter(({ turn }) => all.every((one) => one.turn !== turn))
  const usage = [...all, ...added]
  return { tokens: Math.max(0, before.tokens - counted) + sumOf(usage), usage: shortened(usage, shown) }
}

/** The run's own thread, and that of its newest review. */
export function usedByRun(
  { tokens, usage, reviews }: Pick<Card, 'tokens' | 'usage' | 'reviews'>,
  { thread, reviewer }: { readonly thread: Seen; readonly reviewer: Seen | null },
): Pick<Card, 'tokens' | 'usage' | 'reviews'> {
  const used = usedBy({ tokens, ...(usage && { usage }) }, thread)
  const newest = reviews?.at(-1)
  if (reviews === undefined || newest === undefined || reviewer === null)
    return { ...used, ...(reviews && { reviews }) }
  const { tokens: before, usage: turns } = newest
  const review = { ...newest, ...usedBy({ tokens: before, ...(turns && { usage: turns }) }, reviewer) }
  return { ...used, reviews: [...reviews.slice(0, -1), review] }
}

/** Whether a turn that another has followed used more than was kept of it: it may be gone from its thread before anything else is kept. */
export function isUnkept(before: Pick<Card, 'usage'>, after: Pick<Card, 'usage'>): boolean {
  return (after.usage ?? []).slice(0, -1).some(({ turn, tokens }) => tokens > tokensOf(turn, before.usage ?? []))
}

/** What is no longer shown never is again: the newest of it are kept by turn all the same, should one answer have held too little. */
function shortened(usage: readonly TurnUsage[], shown: readonly TurnUsage[]): readonly TurnUsage[] {
  const from = usage.length - turnsKept
  return usage.filter(({ turn }, index) => index >= from || shown.some((one) => one.turn === turn))
}

const turnsKept = 12

function tokensOf(turn: string, usage: readonly TurnUsage[]): number {
  return usage.find((one) => one.turn === turn)?.tokens ?? 0
}

function sumOf(usage: readonly TurnUsage[]): number {
  return usage.reduce((sum, { tokens }) => sum + tokens, 0)
}
