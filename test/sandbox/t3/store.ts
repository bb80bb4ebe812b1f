import type { Ids } from './ids.ts'
import type { Activity, Checkpoint, Message, Project, Session, Thread, Turn } from './model.ts'

/** What T3 keeps on disk: it survives a restart, and nothing else does. */
export interface Store {
  ids: Ids
  environmentId: string
  sequence: number
  updatedAt: string
  projects: Map<string, Project>
  threads: Map<string, Thread>
  /** Keyed by the message id alone: the same id in another thread moves the row there. */
  messages: Map<string, Message & { threadId: string }>
  /** By command id: the sequence of its last event, or null for a rejected one. */
  receipts: Map<string, number | null>
}

export function createStore(ids: Ids): Store {
  return {
    ids,
    environmentId: ids.uuid(),
    sequence: 0,
    updatedAt: iso(0),
    projects: new Map(),
    threads: new Map(),
    messages: new Map(),
    receipts: new Map(),
  }
}

export const iso = (at: number): string => new Date(at).toISOString()

/** Appends one event: every visible change has its own sequence number. */
export function record(store: Store, at: number): number {
  store.sequence += 1
  const time = iso(at)
  if (time > store.updatedAt) store.updatedAt = time
  return store.sequence
}

/** Appends an event of a thread and sets its updatedAt to the event's own time. */
export function touch(store: Store, thread: Thread, at: number): number {
  thread.updatedAt = iso(at)
  return record(store, at)
}

export function putMessage(store: Store, threadId: string, message: Omit<Message, 'streaming' | 'updatedAt'>): void {
  store.messages.set(message.id, {
    ...message,
    streaming: false,
    updatedAt: message.createdAt,
    threadId,
  })
}

/** Adds the assistant's message to the thread and makes it the turn's latest one. */
export function addAnswer(store: Store, thread: Thread, turn: Turn, text: string, at: number): void {
  const id = `assistant:${store.ids.uuid()}`
  putMessage(store, thread.id, {
    id,
    role: 'assistant',
    text,
    turnId: turn.turnId,
    createdAt: iso(at),
  })
  turn.assistantMessageId = id
  touch(store, thread, at)
}

export function addActivity(
  store: Store,
  thread: Thread,
  at: number,
  activity: Omit<Activity, 'id' | 'createdAt'>,
): void {
  thread.activities.push({ id: store.ids.uuid(), ...activity, createdAt: iso(at) })
  touch(store, thread, at)
}

/** A failed reaction: stamped with the time of the command that it answers, and without moving updatedAt. */
export function addFailure(store: Store, thread: Thread, at: number, failure: Failure): void {
  const { kind, summary, payload, commandAt } = failure
  const createdAt = iso(commandAt)
  thread.activities.push({
    id: store.ids.uuid(),
    tone: 'error',
    kind,
    summary,
    payload,
    turnId: null,
    createdAt,
  })
  record(store, at)
}

export interface Failure {
  kind: string
  summary: string
  payload: Record<string, unknown>
  commandAt: number
}

/**
 * Sets the session row. T3 then points latestTurn at the row's active turn, so every change without one makes latestTurn vanish until
 * a checkpoint brings it back.
 */
export function setSession(
  store: Store,
  thread: Thread,
  at: number,
  change: Pick<Session, 'status' | 'activeTurnId' | 'lastError'> & { providerInstanceId?: string },
): void {
  const instance = change.providerInstanceId ?? thread.session?.providerInstanceId
  thread.session = {
    threadId: thread.id,
    status: change.status,
    providerName: instance ?? null,
    ...(instance === undefined ? {} : { providerInstanceId: instance }),
    runtimeMode: thread.runtimeMode,
    activeTurnId: change.activeTurnId,
    lastError: change.lastError,
    updatedAt: iso(at),
  }
  thread.latestTurnId = change.activeTurnId
  touch(store, thread, at)
}

/**
 * Records a turn's checkpoint: it is what gives the turn its final state and points latestTurn at it again. All of it is stamped
 * with the turn's end, not with the moment of capture, so updatedAt does not show it, and can even go back (thread-two-turns).
 */
export function putCheckpoint(
  store: Store,
  thread: Thread,
  turn: Turn,
  status: Checkpoint['status'],
  endedAt: number,
): void {
  const completedAt = iso(endedAt)
  const known = thread.checkpoints.find((checkpoint) => checkpoint.turnId === turn.turnId)
  const count = known?.checkpointTurnCount ?? thread.checkpoints.length + 1
  const assistantMessageId = turn.assistantMessageId
  const checkpointRef = `refs/t3/checkpoints/${Buffer.from(thread.id).toString('base64url')}/turn/${count}`
  const checkpoint = {
    turnId: turn.turnId,
    checkpointTurnCount: count,
    checkpointRef,
    status,
    files: [],
    assistantMessageId,
    completedAt,
  }
  thread.checkpoints = [...thread.checkpoints.filter((other) => other !== known), checkpoint]
  turn.state = status === 'error' ? 'error' : 'completed'
  turn.completedAt = completedAt
  thread.latestTurnId = turn.turnId
  addActivity(store, thread, endedAt, {
    tone: 'info',
    kind: 'checkpoint.captured',
    summary: 'Checkpoint captured',
    payload: { turnCount: count, status },
    turnId: turn.turnId,
  })
}
