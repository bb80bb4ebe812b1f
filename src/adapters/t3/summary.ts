import type { ThreadSummary } from '../../core/model.ts'
import type { ShellThread } from './schemas.ts'

/** A thread as the shell shows it. `updatedAt` is the newest time in its row: T3's own `updatedAt` alone can stand still while others move. */
export function summaryOf(thread: ShellThread): ThreadSummary {
  const { id, projectId, title, createdAt, latestTurn, session, latestUserMessageAt } = thread
  const times = [
    thread.updatedAt,
    session?.updatedAt,
    latestTurn?.requestedAt,
    latestTurn?.completedAt,
    latestUserMessageAt,
  ]
  return {
    id,
    projectId,
    title,
    state: stateOf(thread),
    createdAt,
    updatedAt: Math.max(...times.filter((at) => at !== null && at !== undefined)),
    lastMessageAt: latestUserMessageAt,
  }
}

/** What was asked by a turn that is over is asked no more, whatever the flags say: only a running one waits, here as in a thread's view. */
function stateOf({ latestTurn, session, ...thread }: ShellThread): ThreadSummary['state'] {
  const isStarting = session?.status === 'running' || session?.status === 'starting'
  if (latestTurn?.state === 'running' || isStarting || (session !== null && session.activeTurnId !== null))
    return thread.hasPendingApprovals || thread.hasPendingUserInput ? 'waiting' : 'working'
  if (latestTurn?.state === 'unknown' || session?.status === 'unknown') return 'unknown'
  return thread.latestUserMessageAt === null ? 'idle' : 'settled'
}
