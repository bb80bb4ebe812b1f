import type { Thread } from './model.ts'
import type { Step } from './agent.ts'
import { askAgent, failStart } from './ask-agent.ts'
import type { LiveTurn, Runtime, StartRequest } from './runtime.ts'
import { armReaper } from './stop-session.ts'
import { addAnswer, putCheckpoint, setSession } from './store.ts'
import { noteTotal } from './usage.ts'

/** Plays a turn that was queued behind another one. */
export type PlayQueued = (request: StartRequest, steps: Step[], at: number) => void

/**
 * The turn's end: latestTurn vanishes with the session's `ready`, and comes back as `completed` with the checkpoint, which only a git
 * project has. A message queued behind this turn begins after a gap in which the thread looks finished.
 */
export function completeTurn(runtime: Runtime, thread: Thread, live: LiveTurn, at: number, play: PlayQueued): void {
  noteTotal(runtime, thread, live, true, at)
  endWell(runtime, thread, live, at, play)
}

/** The model API failed for good: its error is the answer, and T3 makes no difference. */
export function apologise(
  runtime: Runtime,
  thread: Thread,
  live: LiveTurn,
  text: string,
  at: number,
  play: PlayQueued,
): void {
  addAnswer(runtime.store, thread, live.turn, text, at)
  noteTotal(runtime, thread, live, false, at)
  endWell(runtime, thread, live, at, play)
}

function endWell(runtime: Runtime, thread: Thread, live: LiveTurn, at: number, play: PlayQueued): void {
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
    else if (first?.kind !== 'neverStart') play(next, steps, now)
  })
}
