import { resolve } from 'node:path'
import { interruptTurn } from './interrupt-turn.ts'
import type { Thread } from './model.ts'
import type { Command, CommandOf } from './parse-command.ts'
import { respond } from './respond.ts'
import type { Runtime } from './runtime.ts'
import { startTurn } from './start-turn.ts'
import { stopSession } from './stop-session.ts'
import { iso, putMessage, record, touch } from './store.ts'

/** A violated invariant: T3 answers 500 and remembers the command id as rejected. */
export class Rejection extends Error {}

/** Writes a command's events and hands its effect to the reactor; the sequence is that of its last event. */
export function applyCommand(runtime: Runtime, command: Command, at: number): number {
  switch (command.type) {
    case 'project.create':
      return createProject(runtime, command, at)
    case 'project.delete':
      return deleteProject(runtime, command, at)
    case 'thread.create':
      return createThread(runtime, command, at)
    default:
      return applyToThread(runtime, command, requireThread(runtime, command.threadId), at)
  }
}

type ThreadCommand = Exclude<Command, { type: 'project.create' | 'project.delete' | 'thread.create' }>

function applyToThread(runtime: Runtime, command: ThreadCommand, thread: Thread, at: number): number {
  const { store, reactor } = runtime
  const soon = at + runtime.timing.react
  switch (command.type) {
    case 'thread.turn.start':
      return requestTurn(runtime, command, thread, at)
    case 'thread.turn.interrupt':
      reactor.enqueue(soon, interruptTurn(runtime, thread.id, at))
      return touch(store, thread, at)
    case 'thread.session.stop':
      reactor.enqueue(soon, stopSession(runtime, thread.id))
      return touch(store, thread, at)
    case 'thread.approval.respond': {
      const { requestId, decision } = command
      // This flag falls with the dispatch itself; that of user input only when the agent has the answer.
      thread.pendingApprovals.delete(requestId)
      reactor.enqueue(
        soon,
        respond(runtime, {
          kind: 'approval',
          threadId: thread.id,
          requestId,
          answer: { decision },
          commandAt: at,
        }),
      )
      return touch(store, thread, at)
    }
    case 'thread.user-input.respond': {
      const { requestId, answers } = command
      reactor.enqueue(
        soon,
        respond(runtime, {
          kind: 'user-input',
          threadId: thread.id,
          requestId,
          answer: answers,
          commandAt: at,
        }),
      )
      return touch(store, thread, at)
    }
    case 'thread.archive':
      if (thread.archivedAt !== null) throw new Rejection(`thread ${thread.id} is archived`)
      thread.archivedAt = iso(at)
      return touch(store, thread, at)
    case 'thread.unarchive':
      if (thread.archivedAt === null) throw new Rejection(`thread ${thread.id} is not archived`)
      thread.archivedAt = null
      return touch(store, thread, at)
    case 'thread.delete':
      return deleteThread(runtime, thread, at)
    case 'thread.meta.update':
      return updateMeta(runtime, command, thread, at)
  }
}

function createProject(runtime: Runtime, command: CommandOf<'project.create'>, at: number): number {
  const { projects } = runtime.store
  const workspaceRoot = resolve(runtime.world.cwd, command.workspaceRoot)
  if (projects.has(command.projectId)) throw new Rejection(`project ${command.projectId} exists or existed`)
  for (const project of projects.values()) {
    if (project.deletedAt === null && project.workspaceRoot === workspaceRoot)
      throw new Rejection(`${workspaceRoot} has a project`)
  }
  projects.set(command.projectId, {
    id: command.projectId,
    title: command.title,
    workspaceRoot,
    repositoryIdentity: null,
    defaultModelSelection: command.defaultModelSelection ?? null,
    scripts: [],
    createdAt: iso(at),
    updatedAt: iso(at),
    deletedAt: null,
  })
  return record(runtime.store, at)
}

function deleteProject(runtime: Runtime, command: CommandOf<'project.delete'>, at: number): number {
  const project = runtime.store.projects.get(command.projectId)
  if (project === undefined) throw new Rejection(`no project ${command.projectId}`)
  const threads = [...runtime.store.threads.values()].filter(
    (thread) => thread.projectId === project.id && thread.deletedAt === null,
  )
  if (threads.length > 0 && command.force !== true) throw new Rejection(`project ${project.id} is not empty`)
  for (const thread of threads) deleteThread(runtime, thread, at)
  project.deletedAt ??= iso(at)
  project.updatedAt = iso(at)
  return record(runtime.store, at)
}

function createThread(runtime: Runtime, command: CommandOf<'thread.create'>, at: number): number {
  const { store } = runtime
  const project = store.projects.get(command.projectId)
  if (project === undefined || project.deletedAt !== null) throw new Rejection(`no project ${command.projectId}`)
  // Deleted threads stay in the table, so their ids can never be used again.
  if (store.threads.has(command.threadId)) throw new Rejection(`thread ${command.threadId} exists or existed`)
  store.threads.set(command.threadId, {
    id: command.threadId,
    projectId: command.projectId,
    title: command.title,
    modelSelection: command.modelSelection,
    runtimeMode: command.runtimeMode,
    interactionMode: command.interactionMode ?? 'default',
    branch: command.branch,
    worktreePath: command.worktreePath,
    createdAt: iso(at),
    updatedAt: iso(at),
    archivedAt: null,
    deletedAt: null,
    session: null,
    latestTurnId: null,
    turns: new Map(),
    activities: [],
    checkpoints: [],
    pendingApprovals: new Set(),
    pendingInputs: new Set(),
  })
  return record(store, at)
}

/** Two events: the message, then the request. On an archived or deleted thread too, where nothing ever follows. */
function requestTurn(runtime: Runtime, command: CommandOf<'thread.turn.start'>, thread: Thread, at: number): number {
  const { store } = runtime
  const { messageId, text, attachments } = command.message
  putMessage(store, thread.id, {
    id: messageId,
    role: 'user',
    text,
    attachments,
    turnId: null,
    createdAt: iso(at),
  })
  touch(store, thread, at)
  const sequence = touch(store, thread, at)
  if (thread.archivedAt !== null || thread.deletedAt !== null) return sequence
  const { instanceId, model } = command.modelSelection ?? thread.modelSelection
  const request = { threadId: thread.id, messageId, text, instanceId, model, commandAt: at }
  runtime.reactor.enqueue(at + runtime.timing.react, startTurn(runtime, request))
  return sequence
}

/** A running turn keeps its last state for ever (seen), and its agent does nothing more (not measured). */
function deleteThread(runtime: Runtime, thread: Thread, at: number): number {
  thread.deletedAt ??= iso(at)
  runtime.live.get(thread.id)?.cancel()
  runtime.live.delete(thread.id)
  runtime.queued.delete(thread.id)
  return touch(runtime.store, thread, at)
}

function updateMeta(runtime: Runtime, command: CommandOf<'thread.meta.update'>, thread: Thread, at: number): number {
  const { title, modelSelection, branch, expectedBranch, worktreePath } = command
  if (expectedBranch !== undefined && expectedBranch !== thread.branch)
    throw new Rejection(`branch is ${thread.branch}`)
  if (title !== undefined) thread.title = title
  if (modelSelection !== undefined) thread.modelSelection = modelSelection
  if (branch !== undefined) thread.branch = branch
  if (worktreePath !== undefined) thread.worktreePath = worktreePath
  return touch(runtime.store, thread, at)
}

function requireThread(runtime: Runtime, threadId: string): Thread {
  const thread = runtime.store.threads.get(threadId)
  if (thread === undefined) throw new Rejection(`no thread ${threadId}`)
  return thread
}
