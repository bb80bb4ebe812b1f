import type { Thread } from './model.ts'
import { memoryOf, type LiveTurn, type Runtime } from './runtime.ts'
import { addActivity } from './store.ts'

const MAX_TOKENS = 200_000

/** What one model call used. It carries no total of its own; behind an earlier turn of the same process it repeats that turn's. */
export function noteTokens(runtime: Runtime, thread: Thread, live: LiveTurn, count: number, at: number): void {
  live.tokens += count
  live.lastTokens = count
  const before = staleTotal(runtime, thread, live)
  note(runtime, thread, live, at, {
    usedTokens: count,
    lastUsedTokens: count,
    ...before,
    outputTokens: count,
    maxTokens: MAX_TOKENS,
  })
}

/** The turn's last usage: the total is there only if the turn ended well. */
export function noteTotal(runtime: Runtime, thread: Thread, live: LiveTurn, well: boolean, at: number): void {
  const used = live.lastTokens === 0 ? 1264 : live.lastTokens
  const total = live.tokens === 0 ? 1320 : live.tokens
  const totals = well ? { totalProcessedTokens: total } : {}
  if (well) memoryOf(runtime, thread.id).lastTotal = total
  note(runtime, thread, live, at, {
    usedTokens: used,
    lastUsedTokens: used,
    ...totals,
    maxTokens: MAX_TOKENS,
    compactsAutomatically: true,
  })
}

function note(runtime: Runtime, thread: Thread, live: LiveTurn, at: number, payload: Record<string, unknown>): void {
  addActivity(runtime.store, thread, at, {
    tone: 'info',
    kind: 'context-window.updated',
    summary: 'Context window updated',
    payload,
    turnId: live.turn.turnId,
  })
}

function staleTotal(runtime: Runtime, thread: Thread, live: LiveTurn): Record<string, number> {
  const { lastTotal } = memoryOf(runtime, thread.id)
  return live.wasQueued && lastTotal !== null ? { totalProcessedTokens: lastTotal } : {}
}
