import type { ModelChoice } from '../../core/effects.ts'
import type { Executor } from '../../ports/executor.ts'

/** The commands that afk sends, as T3's dispatch takes them (contracts, 3). */
export interface Command {
  readonly type: string
  readonly commandId: string
  readonly [field: string]: unknown
}

type Input<Operation extends keyof Executor> = Parameters<Executor[Operation]>[0]

/** Required by T3 and overwritten with its own time; always the same, so that a repeated command is the same to the byte. */
const createdAt = '2020-01-01T00:00:00.000Z'

export function projectCreate({ commandId, projectId, title, workspaceRoot }: Input<'createProject'>): Command {
  return {
    type: 'project.create',
    commandId,
    projectId,
    title,
    workspaceRoot,
    createWorkspaceRootIfMissing: true,
    createdAt,
  }
}

/** Without branch and worktree: the agent makes its own (SPEC 5.2). Both keys are required all the same. */
export function threadCreate({ commandId, threadId, projectId, title, model }: Input<'createThread'>): Command {
  return {
    type: 'thread.create',
    commandId,
    threadId,
    projectId,
    title,
    ...modeOf(model),
    branch: null,
    worktreePath: null,
    createdAt,
  }
}

export function turnStart({ commandId, messageId, threadId, text, model }: Input<'startTurn'>): Command {
  const message = { messageId, role: 'user', text, attachments: [] }
  return { type: 'thread.turn.start', commandId, threadId, message, ...modeOf(model), createdAt }
}

/** Never `thread.session.stop`: on a running turn it blocks T3's reactor for every thread (SPEC 8.4). */
export function turnInterrupt({ commandId, threadId }: Input<'interrupt'>): Command {
  return { type: 'thread.turn.interrupt', commandId, threadId, createdAt }
}

export function threadArchive({ commandId, threadId }: Input<'archive'>): Command {
  return { type: 'thread.archive', commandId, threadId }
}

function modeOf({ instanceId, model, runtimeMode }: ModelChoice) {
  return { modelSelection: { instanceId, model }, runtimeMode, interactionMode: 'default' }
}
