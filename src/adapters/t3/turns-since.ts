import type { Instant } from '../../core/model.ts'
import type { Thread } from './schemas.ts'

/** Which turns left signs after the newest message to the agent, and whether one of them can be taken for its answer. */
export interface TurnsSince {
  /** Turns that can be the answer: no sign of them is older than the message. */
  readonly own: ReadonlySet<string>
  /** Turns that were at work before the message, and showed signs after it too. */
  readonly older: ReadonlySet<string>
  /**
   * False when fewer such turns are seen than messages wait for one: with a message queued behind a silent turn, the first answer to
   * come is the older message's (flow-approval-ask-busy, `busy` at 5095 ms), and T3 does not tell whose answer a turn is.
   */
  readonly enough: boolean
  /** The newest sign of any turn. */
  readonly newestSign: Instant | null
}

/**
 * A turn is told by its messages, activities and checkpoints, for `latestTurn` comes and goes (contracts, 0.2). While it is there, its
 * `requestedAt` is the very instant of the message that it answers.
 */
export function turnsSince(thread: Thread, asked: Instant): TurnsSince {
  const { latestTurn } = thread
  const signs = signsOf(thread)
  const before = new Set(signs.filter(({ at }) => at <= asked).map(({ turnId }) => turnId))
  if (latestTurn !== null && latestTurn.requestedAt < asked) before.add(latestTurn.turnId)
  const after = new Set(signs.filter(({ at }) => at > asked).map(({ turnId }) => turnId))
  const own = after.difference(before)
  const answersIt = latestTurn !== null && latestTurn.requestedAt >= asked
  return {
    own,
    older: after.intersection(before),
    enough: own.size > 0 && (answersIt || own.size >= countWaiting(thread, signs, asked)),
    newestSign: newest(signs.map(({ at }) => at)),
  }
}

export function newest(times: readonly Instant[]): Instant | null {
  return times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b))
}

interface Sign {
  readonly turnId: string
  readonly at: Instant
}

function signsOf({ messages, activities, checkpoints }: Thread): readonly Sign[] {
  const signs: { turnId: string | null; at: Instant }[] = [
    ...messages.filter(({ role }) => role !== 'user').map(({ turnId, createdAt }) => ({ turnId, at: createdAt })),
    ...activities.map(({ turnId, createdAt }) => ({ turnId, at: createdAt })),
    ...checkpoints.map(({ turnId, completedAt }) => ({ turnId, at: completedAt })),
  ]
  return signs.filter((sign): sign is Sign => sign.turnId !== null)
}

/** Messages up to the newest one since the last thing that took one of them off the queue: a turn's sign or a failed start. */
function countWaiting({ messages, activities, latestTurn }: Thread, signs: readonly Sign[], asked: Instant): number {
  const failures = activities.filter(({ kind }) => kind === startFailure).map(({ createdAt }) => createdAt)
  const taken = [...signs.map(({ at }) => at), ...failures, ...(latestTurn === null ? [] : [latestTurn.requestedAt])]
  const last = newest(taken.filter((at) => at < asked))
  const waiting = messages.filter(({ role, createdAt }) => role === 'user' && (last === null || createdAt > last))
  return Math.max(1, waiting.length)
}

export const startFailure = 'provider.turn.start.failed'
