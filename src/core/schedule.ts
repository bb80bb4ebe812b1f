import { sha256 } from './ids.ts'
import type { Instant } from './model.ts'

const minuteMs = 60_000

/** How often afk looks for issues that need a word to their people. */
export const EXPLAIN_EVERY_MINUTES = 10

/**
 * Minutes until the next one in every `period` minutes that is `key`'s, 0 in that minute itself. It needs no memory, and a hash spreads
 * the keys over the period: what is looked for now and then costs nothing in most ticks, and never everything in one.
 */
export function minutesUntilTurn(key: string, now: Instant, period: number): number {
  return roundsUntilTurn(key, minuteOf(now), period)
}

/** The same for rounds of any length: how many from `round` on until the one in every `period` that is `key`'s. */
export function roundsUntilTurn(key: string, round: number, period: number): number {
  return (((hashOf(key) - round) % period) + period) % period
}

/** Some items a round, in turn: those that do not fit into one round come up in a later one. `round` counts up with time. */
export function inTurn<T>(items: readonly T[], size: number, round: number): readonly T[] {
  if (items.length <= size) return items
  const start = (round * size) % items.length
  return [...items.slice(start), ...items.slice(0, start)].slice(0, size)
}

/** Which round of `period` minutes it is, counted since the epoch. */
export function roundOf(now: Instant, period: number): number {
  return Math.floor(minuteOf(now) / period)
}

/**
 * Whether this minute is the day's one for `key`: between 08:00 and 08:59 UTC, when many are awake. A tick a minute meets it once; a
 * minute without a tick has none that day, and two ticks in one minute have two.
 */
export function isDailyMinute(key: string, now: Instant): boolean {
  return minuteOf(now) % 1440 === 8 * 60 + (hashOf(key) % 60)
}

function minuteOf(now: Instant): number {
  return Math.floor(now / minuteMs)
}

/** 32 bits: the first of the hash, the same in every version of afk. */
function hashOf(key: string): number {
  return Number.parseInt(sha256(key).slice(0, 8), 16)
}
