import type { Instant, ThreadState, ThreadView } from '../../core/model.ts'
import { failureOf } from './failure.ts'
import type { Thread } from './schemas.ts'
import { turnsSince } from './turns-since.ts'

export type Standing = Pick<ThreadView, 'state' | 'startFailed' | 'error'>

/** How long an answer that may belong to an older message is not believed. The queued turn behind it shows within 0.5 s (contracts). */
const settleMs = 10_000

/**
 * Where a thread stands in relation to the newest message to the agent (SPEC 8.2, contracts 6). `readAt` is the server's time of the
 * answer. A turn that was lost by a restart, and one that hangs since one, look like any other that has shown nothing yet: only their
 * age tells, and that is not decided here.
 */
export function standingOf(thread: Thread, readAt: Instant | null, isAsking: boolean): Standing {
  const asked = thread.messages.findLast(({ role }) => role === 'user')?.createdAt
  if (asked === undefined) return healthy('idle')
  if (thread.session?.status === 'unknown' || thread.latestTurn?.state === 'unknown') return healthy('unknown')
  const turns = turnsSince(thread, asked)
  if (isRunning(thread)) {
    if (isAsking) return healthy('waiting')
    // T3 shows a turn that died with it as running for ever: a message to such a thread is confirmed by a newer sign only (SPEC 5.2).
    const leftOver = thread.latestTurn !== null && thread.latestTurn.requestedAt < asked
    return healthy(leftOver && turns.own.size + turns.older.size === 0 ? 'starting' : 'working')
  }
  if (thread.session?.status === 'starting') return healthy(turns.own.size > 0 ? 'working' : 'starting')
  if (turns.own.size > 0 && !turns.enough && !isSettled(turns.newestSign, readAt)) return healthy('starting')
  const failure = failureOf(thread, asked, turns)
  if (failure !== null) return { state: 'failed', ...failure }
  if (hasAnswer(thread, asked, turns.own)) return healthy('finished')
  // Begun, and neither running nor answered: the window between two states of T3, or a turn that left nothing behind.
  return healthy(turns.own.size > 0 ? 'working' : 'starting')
}

function healthy(state: ThreadState): Standing {
  return { state, startFailed: false, error: null }
}

function isRunning({ session, latestTurn }: Thread): boolean {
  if (latestTurn?.state === 'running') return true
  return session !== null && (session.status === 'running' || session.activeTurnId !== null)
}

function isSettled(newestSign: Instant | null, readAt: Instant | null): boolean {
  return newestSign !== null && readAt !== null && readAt - newestSign > settleMs
}

/** A completed turn of this message, or what one leaves for good when `latestTurn` is gone again: an answer or a checkpoint. */
function hasAnswer({ messages, checkpoints, latestTurn }: Thread, asked: Instant, own: ReadonlySet<string>): boolean {
  if (latestTurn !== null && latestTurn.requestedAt >= asked) return true
  const answers = messages.filter(({ role }) => role === 'assistant')
  return [...answers, ...checkpoints].some(({ turnId }) => turnId !== null && own.has(turnId))
}
