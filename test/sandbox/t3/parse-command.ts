import { isText, isRecord, type Check } from './checks.ts'
import * as check from './checks.ts'
import type { Decision, InteractionMode, ModelSelection, RuntimeMode } from './model.ts'

interface Of<T extends string> {
  type: T
  commandId: string
}
type OnThread<T extends string> = Of<T> & { threadId: string }

/** The commands that T3 takes over HTTP. `createdAt` is required where listed, and nobody reads it: the server's time counts. */
export type Command =
  | (Of<'project.create'> & {
      projectId: string
      title: string
      workspaceRoot: string
      createWorkspaceRootIfMissing?: boolean
      defaultModelSelection?: ModelSelection
    })
  | (Of<'project.delete'> & { projectId: string; force?: boolean })
  | (OnThread<'thread.create'> & {
      projectId: string
      title: string
      modelSelection: ModelSelection
      runtimeMode: RuntimeMode
      interactionMode?: InteractionMode
      branch: string | null
      worktreePath: string | null
    })
  | (OnThread<'thread.turn.start'> & {
      message: { messageId: string; text: string; attachments: unknown[] }
      modelSelection?: ModelSelection
    })
  | (OnThread<'thread.turn.interrupt'> & { turnId?: string })
  | OnThread<'thread.session.stop'>
  | OnThread<'thread.archive'>
  | OnThread<'thread.unarchive'>
  | OnThread<'thread.delete'>
  | (OnThread<'thread.meta.update'> & {
      title?: string
      modelSelection?: ModelSelection
      branch?: string | null
      expectedBranch?: string | null
      worktreePath?: string | null
    })
  | (OnThread<'thread.approval.respond'> & { requestId: string; decision: Decision })
  | (OnThread<'thread.user-input.respond'> & {
      requestId: string
      answers: Record<string, unknown>
    })

export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>

type Fields = Record<string, Check>

const runtimeMode = check.oneOf('approval-required', 'auto-accept-edits', 'full-access')
const interactionMode = check.oneOf('default', 'plan')
const message: Check = check.object({
  messageId: check.text,
  role: check.oneOf('user'),
  text: check.string,
  attachments: check.arrayOf(check.anyObject),
})

const fields: Record<Command['type'], Fields> = {
  'project.create': {
    projectId: check.text,
    title: check.text,
    workspaceRoot: check.text,
    createdAt: check.string,
    createWorkspaceRootIfMissing: check.optional(check.boolean),
    defaultModelSelection: check.optional(check.nullable(check.modelSelection)),
  },
  'project.delete': { projectId: check.text, force: check.optional(check.boolean) },
  'thread.create': {
    threadId: check.text,
    projectId: check.text,
    title: check.text,
    modelSelection: check.modelSelection,
    runtimeMode,
    interactionMode: check.optional(interactionMode),
    branch: check.nullable(check.text),
    worktreePath: check.nullable(check.text),
    createdAt: check.string,
  },
  'thread.turn.start': {
    threadId: check.text,
    message,
    runtimeMode,
    interactionMode,
    createdAt: check.string,
    modelSelection: check.optional(check.modelSelection),
    titleSeed: check.optional(check.text),
  },
  'thread.turn.interrupt': {
    threadId: check.text,
    createdAt: check.string,
    turnId: check.optional(check.text),
  },
  'thread.session.stop': { threadId: check.text, createdAt: check.string },
  'thread.archive': { threadId: check.text },
  'thread.unarchive': { threadId: check.text },
  'thread.delete': { threadId: check.text },
  'thread.meta.update': {
    threadId: check.text,
    title: check.optional(check.text),
    modelSelection: check.optional(check.modelSelection),
    branch: check.optional(check.nullable(check.text)),
    expectedBranch: check.optional(check.nullable(check.text)),
    worktreePath: check.optional(check.nullable(check.text)),
  },
  'thread.approval.respond': {
    threadId: check.text,
    requestId: check.text,
    decision: check.oneOf('accept', 'acceptForSession', 'decline', 'cancel'),
    createdAt: check.string,
  },
  'thread.user-input.respond': {
    threadId: check.text,
    requestId: check.text,
    answers: check.anyObject,
    createdAt: check.string,
  },
}

/**
 * The body as a command, with trimmed strings and without unknown fields (T3 ignores them, `bootstrap` among them); null when it does
 * not fit, which T3 answers with 400 and no word why. Source: contract of the dispatch endpoint, measured by dropping fields.
 */
export function parseCommand(body: unknown): Command | null {
  if (!isRecord(body) || typeof body['type'] !== 'string' || !isText(body['commandId'])) return null
  if (!Object.hasOwn(fields, body['type'])) return null
  const type = body['type'] as Command['type']
  const parsed: Record<string, unknown> = { type, commandId: body['commandId'].trim() }
  for (const [name, checkField] of Object.entries(fields[type])) {
    const result = checkField(body[name])
    if (!result.ok) return null
    if (result.value !== undefined) parsed[name] = result.value
  }
  // Each field was checked against the table above, which lists what the union declares.
  return parsed as unknown as Command
}
