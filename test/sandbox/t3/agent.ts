import type { Decision, RuntimeMode } from './model.ts'

/** What a turn is, as the agent process sees it: the prompt, what was said before, and the folder it was started in. */
export interface TurnContext {
  threadId: string
  projectId: string
  projectTitle: string
  workspaceRoot: string
  worktreePath: string | null
  title: string
  runtimeMode: RuntimeMode
  instanceId: string
  model: string
  messageId: string
  /** The prompt of this turn. */
  text: string
  /** Prompts of the thread's earlier turns that reached an agent, oldest first: a thread keeps its context. */
  history: string[]
  /** 1 for the thread's first turn that really begins. */
  turnNumber: number
  /** 1 for the first time this thread asks for a turn at all, failed starts included. */
  attempt: number
  /** Says that the workspace is a git repository from now on (the agent cloned into it). */
  madeGit(): void
}

/** An agent decides, when a turn is asked for, all that it will do in it. It is asked again for every turn. */
export interface Agent {
  turn(context: TurnContext): Step[]
}

/** `after`: milliseconds since the step before (for the first: since the turn runs). */
export type Step =
  | { kind: 'say'; after: number; text: string | (() => string) }
  /** Text that is being streamed: T3 shows it only when the message ends, or when the turn is interrupted. */
  | { kind: 'partial'; after: number; text: string }
  | { kind: 'tool'; after: number; detail: string }
  | { kind: 'tokens'; after: number; count: number }
  | { kind: 'do'; after: number; run: (at: number) => void | Promise<void> }
  | { kind: 'warn'; after: number; message: string; detail: Record<string, unknown> }
  | { kind: 'askApproval'; after: number; detail: string; answered: (decision: Decision) => void }
  | {
      kind: 'askInput'
      after: number
      question: string
      options: string[]
      answered: (answers: Record<string, unknown>) => void
    }
  | { kind: 'hang'; after: number }
  | { kind: 'finish'; after: number }
  | { kind: 'apiError'; after: number; text: string }
  | { kind: 'failStart'; after: number; detail: string }
  | { kind: 'neverStart'; after: number }
