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

function stateOf({ latestTurn, session, ...thread }: ShellThread): ThreadSummary['state'] {
  if (thread.hasPendingApprovals || thread.hasPendingUserInput) return 'waiting'
  if (latestTurn?.state === 'running' || session?.status === 'running' || session?.status === 'starting')
    return 'working'
  if (session !== null && session.activeTurnId !== null) return 'working'
  if (latestTurn?.state === 'unknown' || session?.status === 'unknown') return 'unknown'
  return thread.latestUserMessageAt === null ? 'idle' : 'settled'
}
