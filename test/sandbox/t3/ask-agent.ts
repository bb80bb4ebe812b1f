import type { Step, TurnContext } from './agent.ts'
import type { Thread } from './model.ts'
import { memoryOf, requireThread, type Runtime, type StartRequest } from './runtime.ts'
import { addFailure } from './store.ts'

/** Asks the agent for its script; from here on the turn counts as an attempt. */
export function askAgent(runtime: Runtime, thread: Thread, request: StartRequest): Step[] {
  const memory = memoryOf(runtime, thread.id)
  const project = runtime.store.projects.get(thread.projectId)
  if (project === undefined)
    throw new Error(`sandbox bug: project ${thread.projectId} of thread ${thread.id} is not in the store`)
  memory.attempts += 1
  const context: TurnContext = {
    threadId: thread.id,
    projectId: project.id,
    projectTitle: project.title,
    workspaceRoot: project.workspaceRoot,
    worktreePath: thread.worktreePath,
    title: thread.title,
    runtimeMode: thread.runtimeMode,
    instanceId: request.instanceId,
    model: request.model,
    messageId: request.messageId,
    text: request.text,
    history: [...memory.history],
    turnNumber: memory.turns + 1,
    attempt: memory.attempts,
    madeGit: () => runtime.world.gitDirs.add(project.workspaceRoot),
  }
  const steps = runtime.agent.turn(context)
  if (steps[0]?.kind !== 'failStart' && steps[0]?.kind !== 'neverStart') {
    memory.history.push(request.text)
    memory.turns += 1
  }
  return steps
}

export function failStart(runtime: Runtime, request: StartRequest, at: number, detail: string): void {
  addFailure(runtime.store, requireThread(runtime, request.threadId), at, {
    kind: 'provider.turn.start.failed',
    summary: 'Provider turn start failed',
    payload: { detail },
    commandAt: request.commandAt,
  })
}
