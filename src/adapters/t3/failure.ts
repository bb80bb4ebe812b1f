import type { Instant, ThreadView } from '../../core/model.ts'
import { oneLine } from './one-line.ts'
import type { Activity, Thread } from './schemas.ts'
import { startFailure, type TurnsSince } from './turns-since.ts'

export type Failure = Pick<ThreadView, 'startFailed' | 'error'>

/**
 * How the turn of the newest message failed, or null when nothing says so; for a thread in which nothing runs. What only an older
 * turn can have caused is no failure of this message's: an interrupt ends the turn before it a moment after the message came.
 */
export function failureOf(thread: Thread, asked: Instant, turns: TurnsSince): Failure | null {
  const { activities, latestTurn } = thread
  const start = activities.findLast(({ kind, createdAt }) => kind === startFailure && createdAt >= asked)
  if (start !== undefined) return { startFailed: true, error: wordsOf(start) }
  const lastError = sessionError(thread, asked, turns)
  const turnFailed = latestTurn !== null && latestTurn.requestedAt >= asked && isBad(latestTurn.state)
  const checkpointFailed = thread.checkpoints.some(({ turnId, status }) => status === 'error' && turns.own.has(turnId))
  if (lastError !== null || turnFailed || checkpointFailed) {
    const began = turnFailed || turns.own.size > 0
    return {
      startFailed: !began,
      error: lastError ?? runtimeError(activities, asked) ?? 'the turn ended in error, without words',
    }
  }
  const apiFailure = apiFailureOf(thread, asked, turns)
  return apiFailure === null ? null : { startFailed: false, error: apiFailure }
}

function isBad(state: string): boolean {
  return state === 'error' || state === 'interrupted'
}

/** The session's error as long as it is newer than the message; a session stopped after an error keeps its words (flow-intstop). */
function sessionError({ session, activities }: Thread, asked: Instant, turns: TurnsSince): string | null {
  if (session === null || session.updatedAt <= asked) return null
  if (turns.own.size === 0 && turns.older.size > 0) return null
  if (!isBad(session.status) && !(session.status === 'stopped' && session.lastError !== null)) return null
  return session.lastError === null
    ? (runtimeError(activities, asked) ?? `the session is ${session.status}`)
    : oneLine(session.lastError)
}

function runtimeError(activities: readonly Activity[], asked: Instant): string | null {
  const activity = activities.findLast(({ kind, createdAt }) => kind === 'runtime.error' && createdAt > asked)
  return activity === undefined ? null : wordsOf(activity)
}

function wordsOf({ payload }: Activity): string | null {
  const { detail, message } = Object(payload) as Record<string, unknown>
  const words = typeof detail === 'string' ? detail : message
  return typeof words === 'string' ? oneLine(words) : null
}

/** T3 calls a turn completed whose only answer is the model API's error (contracts, 0.3). */
function apiFailureOf({ messages }: Thread, asked: Instant, { own }: TurnsSince): string | null {
  const last = messages.findLast(
    ({ role, turnId, createdAt }) => role === 'assistant' && createdAt > asked && turnId !== null && own.has(turnId),
  )
  const isFailure = last !== undefined && /^\s*(?:API Error:|Failed to authenticate)/.test(last.text)
  return isFailure ? oneLine(last.text) : null
}
