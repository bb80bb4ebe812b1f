import type { Activity, Checkpoint, Message, Session, Turn } from './model.ts'
import type { T3State } from './state.ts'

/** What a poller noted of a thread, in one form for all the recorded traces. Absent columns were not noted. */
export interface Row {
  lt: string | null
  sess: string | null
  msgs?: string[] | number
  chk?: string | number
  pa?: boolean
  pu?: boolean
}

export interface ThreadDocument {
  latestTurn: Turn | null
  session: Session | null
  messages: Message[]
  activities: Activity[]
  checkpoints: Checkpoint[]
  updatedAt: string
}

export function documentOf(state: T3State, threadId: string): ThreadDocument {
  const view = state.thread(threadId) as { thread: ThreadDocument } | null
  if (view === null) throw new Error(`thread ${threadId}: expected it to be readable, got 404`)
  return view.thread
}

/** The row that the recording poller would note now, with the columns that `like` has. */
export function observe(state: T3State, threadId: string, like: Row): Row {
  const thread = documentOf(state, threadId)
  const shell = state.shell() as {
    threads: { id: string; hasPendingApprovals: boolean; hasPendingUserInput: boolean }[]
  }
  const entry = shell.threads.find(({ id }) => id === threadId)
  const { latestTurn, session } = thread
  const row: Row = {
    lt: latestTurn === null ? null : latestTurn.state + (latestTurn.completedAt === null ? '' : '/done'),
    sess:
      session === null
        ? null
        : [session.status, session.activeTurnId === null ? '' : 'active', session.lastError ?? ''].join(' '),
  }
  if (Array.isArray(like.msgs))
    row.msgs = thread.messages.map((message) => `${message.role.slice(0, 1)}:${message.text}`)
  if (typeof like.msgs === 'number') row.msgs = thread.messages.length
  if (typeof like.chk === 'string') row.chk = thread.checkpoints.map(({ status }) => status).join(',')
  if (typeof like.chk === 'number') row.chk = thread.checkpoints.length
  if (like.pa !== undefined) row.pa = entry?.hasPendingApprovals ?? false
  if (like.pu !== undefined) row.pu = entry?.hasPendingUserInput ?? false
  return row
}

type Json = Record<string, unknown>

/** A row as one of the three recorders wrote it, in the common form. */
export function readRow(raw: Json): Row {
  const row: Row = { lt: readTurn(raw['lt']), sess: readSession(raw['sess']) }
  if (Array.isArray(raw['msgs'])) row.msgs = raw['msgs'] as string[]
  if (typeof raw['msgs'] === 'number') row.msgs = raw['msgs']
  if (Array.isArray(raw['chk'])) row.chk = raw['chk'].join(',')
  if (typeof raw['chk'] === 'string' || typeof raw['chk'] === 'number') row.chk = raw['chk']
  if (typeof raw['pa'] === 'boolean') row.pa = raw['pa']
  if (typeof raw['pu'] === 'boolean') row.pu = raw['pu']
  return row
}

function readTurn(raw: unknown): string | null {
  if (typeof raw === 'string') return raw
  if (Array.isArray(raw)) return raw[0] === 'completed' ? 'completed/done' : String(raw[0])
  if (raw === null || raw === undefined) return null
  const { state, completed } = raw as { state: string; completed: boolean }
  return state + (completed ? '/done' : '')
}

function readSession(raw: unknown): string | null {
  if (raw === null || raw === undefined) return null
  const [status, active, error] = Array.isArray(raw) ? raw : Object.values(raw)
  return [status, active === null || active === false ? '' : 'active', error ?? ''].join(' ')
}
