import type { Message, Project, Thread } from './model.ts'
import type { Store } from './store.ts'

/** `GET /api/orchestration/snapshot`: everything, archived and deleted threads too. */
export function viewSnapshot(store: Store): object {
  return envelope(store, {
    projects: [...store.projects.values()],
    threads: [...store.threads.values()].map((thread) => viewFull(store, thread)),
  })
}

/** `GET /api/orchestration/shell`: the only place of the pending flags; archived and deleted threads are absent. */
export function viewShell(store: Store): object {
  const projects = [...store.projects.values()].filter((project) => project.deletedAt === null)
  const threads = [...store.threads.values()].filter(isShown)
  return envelope(store, {
    projects: projects.map(viewShellProject),
    threads: threads.map((thread) => viewShellThread(store, thread)),
  })
}

/** `GET /api/orchestration/threads/{id}`; null is a 404. */
export function viewThread(store: Store, id: string): object | null {
  const thread = store.threads.get(id)
  if (thread === undefined || !isShown(thread)) return null
  return { snapshotSequence: store.sequence, thread: viewFull(store, thread) }
}

export function titlesOf(store: Store): { id: string; title: string }[] {
  return [...store.threads.values()].filter(isShown).map(({ id, title }) => ({ id, title }))
}

/** The messages as T3 lists them: by time, then by id. */
export function messagesOf(store: Store, threadId: string): Message[] {
  const rows = [...store.messages.values()].filter((row) => row.threadId === threadId)
  return rows.toSorted(byTime).map(viewMessage)
}

function viewMessage(row: Message & { threadId: string }): Message {
  const { threadId: _, ...message } = row
  return message
}

function viewShellProject(project: Project): object {
  const { deletedAt: _, ...shown } = project
  return shown
}

function isShown(thread: Thread): boolean {
  return thread.archivedAt === null && thread.deletedAt === null
}

function envelope(store: Store, content: { projects: object[]; threads: object[] }): object {
  return { snapshotSequence: store.sequence, ...content, updatedAt: store.updatedAt }
}

function viewShellThread(store: Store, thread: Thread): object {
  const users = messagesOf(store, thread.id).filter((message) => message.role === 'user')
  return {
    ...viewHead(thread),
    createdAt: thread.createdAt,
    updatedAt: thread.updatedAt,
    archivedAt: thread.archivedAt,
    session: thread.session,
    latestUserMessageAt: users.at(-1)?.createdAt ?? null,
    hasPendingApprovals: thread.pendingApprovals.size > 0,
    hasPendingUserInput: thread.pendingInputs.size > 0,
    hasActionableProposedPlan: false,
  }
}

function viewFull(store: Store, thread: Thread): object {
  return {
    ...viewHead(thread),
    createdAt: thread.createdAt,
    updatedAt: thread.updatedAt,
    archivedAt: thread.archivedAt,
    deletedAt: thread.deletedAt,
    // The projection keeps the newest 2,000 messages and 500 activities (source).
    messages: messagesOf(store, thread.id).slice(-2000),
    proposedPlans: [],
    activities: thread.activities.toSorted(byTime).slice(-500),
    checkpoints: thread.checkpoints,
    session: thread.session,
  }
}

function viewHead(thread: Thread): object {
  const { id, projectId, title, modelSelection, runtimeMode, interactionMode, branch, worktreePath } = thread
  const latestTurn = thread.latestTurnId === null ? null : (thread.turns.get(thread.latestTurnId) ?? null)
  return {
    id,
    projectId,
    title,
    modelSelection,
    runtimeMode,
    interactionMode,
    branch,
    worktreePath,
    latestTurn,
  }
}

function byTime(a: { createdAt: string; id: string }, b: { createdAt: string; id: string }): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1
  return a.id < b.id ? -1 : 1
}
