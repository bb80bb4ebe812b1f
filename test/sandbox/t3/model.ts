/** The words of T3's read side, field for field as the server of the samples (`test/samples/t3`) writes them. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export interface ModelSelection {
  instanceId: string
  model: string
  options?: unknown
}

export type RuntimeMode = 'approval-required' | 'auto-accept-edits' | 'full-access'
export type InteractionMode = 'default' | 'plan'
export type Decision = 'accept' | 'acceptForSession' | 'decline' | 'cancel'

export interface Project {
  id: string
  title: string
  workspaceRoot: string
  repositoryIdentity: null
  defaultModelSelection: ModelSelection | null
  scripts: never[]
  createdAt: string
  updatedAt: string
  deletedAt: string | null
}

export interface Message {
  id: string
  role: 'user' | 'assistant'
  text: string
  attachments?: unknown[]
  turnId: string | null
  streaming: boolean
  createdAt: string
  updatedAt: string
}

export interface Activity {
  id: string
  tone: 'info' | 'tool' | 'error' | 'approval'
  kind: string
  summary: string
  payload: Record<string, unknown>
  turnId: string | null
  createdAt: string
}

export interface Checkpoint {
  turnId: string
  checkpointTurnCount: number
  checkpointRef: string
  status: 'ready' | 'missing' | 'error'
  files: { path: string; kind: string; additions: number; deletions: number }[]
  assistantMessageId: string | null
  completedAt: string
}

export interface Turn {
  turnId: string
  state: 'running' | 'interrupted' | 'completed' | 'error'
  requestedAt: string
  startedAt: string
  completedAt: string | null
  assistantMessageId: string | null
}

export interface Session {
  threadId: string
  status: 'ready' | 'running' | 'stopped' | 'error'
  providerName: string | null
  /** Absent on the row that `thread.session.stop` makes for a thread which never had a session. */
  providerInstanceId?: string
  runtimeMode: RuntimeMode
  activeTurnId: string | null
  lastError: string | null
  updatedAt: string
}

/** A thread's own columns; messages live in one table for the whole server, since their id is a global key. */
export interface Thread {
  id: string
  projectId: string
  title: string
  modelSelection: ModelSelection
  runtimeMode: RuntimeMode
  interactionMode: InteractionMode
  branch: string | null
  worktreePath: string | null
  createdAt: string
  updatedAt: string
  archivedAt: string | null
  deletedAt: string | null
  session: Session | null
  /** What `latestTurn` points at. A session change sets it to the session's active turn (mostly none), a checkpoint sets it back. */
  latestTurnId: string | null
  turns: Map<string, Turn>
  activities: Activity[]
  checkpoints: Checkpoint[]
  pendingApprovals: Set<string>
  pendingInputs: Set<string>
}

/** The answer to a dispatched command; what status and body it has over HTTP is decided in `routes.ts`. */
export type DispatchResult =
  | { kind: 'accepted'; sequence: number }
  /** The command does not fit its schema: 400 with an empty body, no receipt. */
  | { kind: 'malformed' }
  /** It fits, but a folder or attachment is not there: 400 `invalid_command`, no receipt. */
  | { kind: 'invalid' }
  /** An invariant is violated, or this id was rejected before: 500, sticky. `why` never leaves the server. */
  | { kind: 'rejected'; why: string }
