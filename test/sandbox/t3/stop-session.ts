import { flushPartial, silence } from './interrupt-turn.ts'
import type { Thread } from './model.ts'
import { requireThread, whenBegun, type Job, type LiveTurn, type Runtime } from './runtime.ts'
import { iso, putCheckpoint, setSession } from './store.ts'
import { noteTotal } from './usage.ts'

/**
 * The reactor's work for `thread.session.stop`. While a turn runs it does not come back before the provider's next stream event: with a
 * silent agent the whole server's reactor stands still for good, though HTTP goes on answering 200.
 */
export function stopSession(runtime: Runtime, threadId: string): Job {
  return whenBegun(runtime, threadId, (at, release) => {
    const thread = requireThread(runtime, threadId)
    const live = runtime.live.get(threadId)
    if (live !== undefined && !live.ending) return stopRunning(runtime, thread, live, at, release)
    // A thread that never had a session gets its row at once: there is no process to end.
    const stopAt = thread.session === null ? at : at + runtime.timing.stop
    runtime.scheduler.at(stopAt, (now) => markStopped(runtime, thread, now))
    release(stopAt)
  })
}

/** Stops a session that nobody used for half an hour, which makes a completed latestTurn vanish (source). */
export function armReaper(runtime: Runtime, thread: Thread, at: number): void {
  const { idleReaper } = runtime.timing
  if (idleReaper === null) return
  const idleSince = thread.session
  runtime.scheduler.at(
    at + idleReaper,
    (now) => {
      if (thread.session === idleSince && thread.deletedAt === null) markStopped(runtime, thread, now)
    },
    true,
  )
}

function stopRunning(
  runtime: Runtime,
  thread: Thread,
  live: LiveTurn,
  at: number,
  release: (at: number) => void,
): void {
  const { scheduler, store, timing } = runtime
  const providerSpeaksAt = live.nextAt
  silence(runtime, thread, live)
  scheduler.at(at + timing.stop, (ended) => {
    runtime.live.delete(thread.id)
    live.turn.state = 'completed'
    live.turn.completedAt = iso(ended)
    flushPartial(runtime, thread, live, ended)
    noteTotal(runtime, thread, live, false, ended)
    setSession(store, thread, ended, { status: 'ready', activeTurnId: null, lastError: null })
    if (live.git) {
      scheduler.at(ended + timing.checkpoint, () => putCheckpoint(store, thread, live.turn, 'missing', ended))
      scheduler.at(ended + timing.checkpoint * 2, () => putCheckpoint(store, thread, live.turn, 'ready', ended))
    }
  })
  if (providerSpeaksAt === null) return
  const freeAt = Math.max(providerSpeaksAt, at + timing.stop)
  scheduler.at(freeAt, (now) => {
    markStopped(runtime, thread, now)
    release(now)
  })
}

function markStopped(runtime: Runtime, thread: Thread, at: number): void {
  const lastError = thread.session?.lastError ?? null
  setSession(runtime.store, thread, at, { status: 'stopped', activeTurnId: null, lastError })
}
