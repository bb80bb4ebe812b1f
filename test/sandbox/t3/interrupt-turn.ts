import type { Thread } from './model.ts'
import { requireThread, whenBegun, type Job, type LiveTurn, type Runtime } from './runtime.ts'
import { addActivity, addAnswer, addFailure, iso, putCheckpoint, setSession } from './store.ts'
import { noteTotal } from './usage.ts'

/** What a real agent CLI says when it is interrupted; T3 makes it the session's lastError (3 of 3 runs). */
const INTERRUPTED = '[ede_diagnostic] result_type=user last_content_type=n/a stop_reason=null'

/** The reactor's work for `thread.turn.interrupt`. */
export function interruptTurn(runtime: Runtime, threadId: string, commandAt: number): Job {
  return whenBegun(runtime, threadId, (at, release) => {
    const thread = requireThread(runtime, threadId)
    const live = runtime.live.get(threadId)
    if (live === undefined || live.ending) {
      addFailure(runtime.store, thread, at, {
        kind: 'provider.turn.interrupt.failed',
        summary: 'Provider turn interrupt failed',
        payload: { detail: 'No active provider session is bound to this thread.' },
        commandAt,
      })
      return release(at)
    }
    breakTurn(runtime, thread, live, at)
    release(at + runtime.timing.interrupt)
  })
}

/** Running -> interrupted -> null -> error, with the text that was streaming kept as a message. */
export function breakTurn(runtime: Runtime, thread: Thread, live: LiveTurn, at: number): void {
  const { scheduler, store, timing } = runtime
  const { turn } = live
  silence(runtime, thread, live)
  scheduler.at(at + timing.interrupt, (broken) => {
    turn.state = 'interrupted'
    turn.completedAt = iso(broken)
    setSession(store, thread, broken, {
      status: 'error',
      activeTurnId: turn.turnId,
      lastError: INTERRUPTED,
    })
    addActivity(store, thread, broken, {
      tone: 'error',
      kind: 'runtime.error',
      summary: 'Runtime error',
      payload: { message: INTERRUPTED },
      turnId: turn.turnId,
    })
    scheduler.at(broken + timing.interruptedShown, (ended) => {
      runtime.live.delete(thread.id)
      turn.completedAt = iso(ended)
      flushPartial(runtime, thread, live, ended)
      noteTotal(runtime, thread, live, false, ended)
      setSession(store, thread, ended, {
        status: 'error',
        activeTurnId: null,
        lastError: INTERRUPTED,
      })
      if (live.git)
        scheduler.at(ended + timing.interruptCheckpoint, () => putCheckpoint(store, thread, turn, 'error', ended))
    })
  })
}

/** The agent does nothing more in this turn, and what was queued behind it is dropped (not measured; the unkind reading). */
export function silence(runtime: Runtime, thread: Thread, live: LiveTurn): void {
  live.cancel()
  live.ending = true
  live.waiting = null
  runtime.queued.delete(thread.id)
}

export function flushPartial(runtime: Runtime, thread: Thread, live: LiveTurn, at: number): void {
  if (live.partial !== '') addAnswer(runtime.store, thread, live.turn, live.partial, at)
  live.partial = ''
}
