import type { Thread } from './model.ts'
import { playTurn } from './play-turn.ts'
import { type LiveTurn, type Runtime } from './runtime.ts'
import { armReaper } from './stop-session.ts'
import { askAgent, failStart } from './start-turn.ts'
import { addAnswer, putCheckpoint, setSession } from './store.ts'
import { noteTotal } from './usage.ts'

/**
 * The turn's end: latestTurn vanishes with the session's `ready`, and comes back as `completed` with the checkpoint, which only a git
 * project has. A message queued behind this turn begins after a gap in which the thread looks finished.
 */
export function completeTurn(runtime: Runtime, thread: Thread, live: LiveTurn, at: number): void {
  noteTotal(runtime, thread, live, true, at)
  endWell(runtime, thread, live, at)
}

/** The model API failed for good: its error is the answer, and T3 makes no difference. */
export function apologise(runtime: Runtime, thread: Thread, live: LiveTurn, text: string, at: number): void {
  addAnswer(runtime.store, thread, live.turn, text, at)
  noteTotal(runtime, thread, live, false, at)
  endWell(runtime, thread, live, at)
}

function endWell(runtime: Runtime, thread: Thread, live: LiveTurn, at: number): void {
  const { scheduler, store, timing } = runtime
  runtime.live.delete(thread.id)
  live.turn.state = 'completed'
  live.turn.completedAt = new Date(at).toISOString()
  setSession(store, thread, at, { status: 'ready', activeTurnId: null, lastError: null })
  if (live.git) scheduler.at(at + timing.checkpoint, () => putCheckpoint(store, thread, live.turn, 'ready', at))
  const [next, ...rest] = runtime.queued.get(thread.id) ?? []
  if (next === undefined) return armReaper(runtime, thread, at)
  runtime.queued.set(thread.id, rest)
  scheduler.at(at + timing.queuedTurn, (now) => {
    if (thread.deletedAt !== null) return
    const steps = askAgent(runtime, thread, next)
    const first = steps[0]
    if (first?.kind === 'failStart') failStart(runtime, next, now, first.detail)
    else if (first?.kind !== 'neverStart') playTurn(runtime, next, steps, now, true)
  })
}
