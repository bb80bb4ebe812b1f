import type { Step } from './agent.ts'
import { apologise, completeTurn, type PlayQueued } from './complete-turn.ts'
import type { Thread, Turn } from './model.ts'
import { requireThread, type LiveTurn, type Runtime, type StartRequest } from './runtime.ts'
import { addActivity, addAnswer, iso, setSession } from './store.ts'
import { noteTokens } from './usage.ts'
import { ask } from './ask.ts'
import { noteTool, shellCall } from './tools.ts'

/** Shows the turn as running and plays the agent's script, step by step, on the scheduler. */
export function playTurn(runtime: Runtime, request: StartRequest, steps: Step[], at: number, wasQueued = false): void {
  const thread = requireThread(runtime, request.threadId)
  const turn: Turn = {
    turnId: runtime.store.ids.uuid(),
    state: 'running',
    requestedAt: iso(request.commandAt),
    // Measured: the same instant as requestedAt, however long the start took.
    startedAt: iso(request.commandAt),
    completedAt: null,
    assistantMessageId: null,
  }
  thread.turns.set(turn.turnId, turn)
  const live: LiveTurn = {
    turn,
    request,
    steps,
    index: 0,
    cancel: () => {},
    nextAt: null,
    partial: '',
    tokens: 0,
    lastTokens: 0,
    waiting: null,
    ending: false,
    wasQueued,
    git: isGit(runtime, thread),
  }
  runtime.live.set(thread.id, live)
  setSession(runtime.store, thread, at, {
    status: 'running',
    activeTurnId: turn.turnId,
    lastError: null,
  })
  planNext(runtime, thread, live, at)
}

function planNext(runtime: Runtime, thread: Thread, live: LiveTurn, at: number): void {
  const step = live.steps[live.index] ?? { kind: 'finish', after: 0 }
  live.index += 1
  if (step.kind === 'hang') {
    live.nextAt = null
    return
  }
  live.nextAt = at + step.after
  live.cancel = runtime.scheduler.at(live.nextAt, (now) => takeStep(runtime, thread, live, step, now))
}

function takeStep(runtime: Runtime, thread: Thread, live: LiveTurn, step: Step, at: number): void {
  const { store } = runtime
  const goOn = (now: number): void => planNext(runtime, thread, live, now)
  const playQueued: PlayQueued = (request, steps, now) => playTurn(runtime, request, steps, now, true)
  switch (step.kind) {
    case 'say':
      addAnswer(store, thread, live.turn, textOf(runtime, step.text), at)
      return goOn(at)
    case 'partial':
      live.partial += step.text
      return goOn(at)
    case 'tool':
      noteTool(store, thread, live.turn, shellCall(step.detail), at)
      return goOn(at)
    case 'tokens':
      noteTokens(runtime, thread, live, step.count, at)
      return goOn(at)
    case 'warn':
      warn(runtime, thread, live, step, at)
      return goOn(at)
    case 'do':
      return act(runtime, live, step.run, at, goOn)
    case 'askApproval':
    case 'askInput':
      return ask(runtime, thread, live, step, at, goOn)
    case 'apiError':
      return apologise(runtime, thread, live, step.text, at, playQueued)
    case 'finish':
      return completeTurn(runtime, thread, live, at, playQueued)
    case 'hang':
    case 'failStart':
    case 'neverStart':
      throw new Error(
        `agent script: step ${step.kind} is only possible ${step.kind === 'hang' ? 'as the last' : 'as the only'} one`,
      )
  }
}

/** A step's side effect; the turn goes on when it is done, at the clock's time if it took any. */
function act(
  runtime: Runtime,
  live: LiveTurn,
  run: (at: number) => void | Promise<void>,
  at: number,
  goOn: (at: number) => void,
): void {
  const fail = (error: unknown): void => {
    runtime.crash ??= { error }
  }
  const generation = runtime.generation
  let result: void | Promise<void> = undefined
  try {
    result = run(at)
  } catch (error) {
    fail(error)
  }
  if (!(result instanceof Promise)) return goOn(at)
  let cancelled = false
  live.cancel = () => {
    cancelled = true
  }
  const pending: Promise<void> = result.catch(fail).then(() => {
    runtime.pending.delete(pending)
    if (!cancelled && generation === runtime.generation) goOn(Math.max(at, runtime.clock.now()))
  })
  runtime.pending.add(pending)
}

function textOf(runtime: Runtime, text: string | (() => string)): string {
  if (typeof text === 'string') return text
  try {
    return text()
  } catch (error) {
    runtime.crash ??= { error }
    return ''
  }
}

function warn(
  runtime: Runtime,
  thread: Thread,
  live: LiveTurn,
  step: Extract<Step, { kind: 'warn' }>,
  at: number,
): void {
  addActivity(runtime.store, thread, at, {
    tone: 'info',
    kind: 'runtime.warning',
    summary: step.message.length > 120 ? `${step.message.slice(0, 117)}...` : step.message,
    payload: {
      message: step.message,
      detail: { ...step.detail, session_id: live.turn.turnId, uuid: runtime.store.ids.uuid() },
    },
    turnId: live.turn.turnId,
  })
}

function isGit(runtime: Runtime, thread: Thread): boolean {
  const root = runtime.store.projects.get(thread.projectId)?.workspaceRoot
  // A worktree is a git folder by nature.
  return thread.worktreePath !== null || (root !== undefined && runtime.world.gitDirs.has(root))
}
