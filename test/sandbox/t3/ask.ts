import type { Step } from './agent.ts'
import { breakTurn } from './interrupt-turn.ts'
import type { Decision, Thread } from './model.ts'
import type { LiveTurn, Runtime } from './runtime.ts'
import { addActivity } from './store.ts'
import { beginTool, endTool, shellCall, type ToolCall } from './tools.ts'

type Question = Extract<Step, { kind: 'askApproval' | 'askInput' }>

/** The agent asks a person and waits; the flag that says so is seen in the shell only. */
export function ask(
  runtime: Runtime,
  thread: Thread,
  live: LiveTurn,
  step: Question,
  at: number,
  goOn: (at: number) => void,
): void {
  const requestId = runtime.store.ids.uuid()
  live.nextAt = null
  if (step.kind === 'askApproval') askApproval(runtime, thread, live, step, requestId, at, goOn)
  else askInput(runtime, thread, live, step, requestId, at, goOn)
}

function askApproval(
  runtime: Runtime,
  thread: Thread,
  live: LiveTurn,
  step: Extract<Question, { kind: 'askApproval' }>,
  requestId: string,
  at: number,
  goOn: (at: number) => void,
): void {
  const { store } = runtime
  const { turn } = live
  const request = { requestId, requestKind: 'command', requestType: 'command_execution_approval' }
  const call = shellCall(step.detail)
  beginTool(store, thread, turn, call, at)
  thread.pendingApprovals.add(requestId)
  addActivity(store, thread, at, {
    tone: 'approval',
    kind: 'approval.requested',
    summary: 'Command approval requested',
    payload: { ...request, detail: `Bash: ${step.detail}` },
    turnId: turn.turnId,
  })
  const resolve = (answer: Record<string, unknown>, now: number): void => {
    const decision = answer['decision'] as Decision
    live.waiting = null
    addActivity(store, thread, now, {
      tone: 'approval',
      kind: 'approval.resolved',
      summary: 'Approval resolved',
      payload: { ...request, decision },
      turnId: turn.turnId,
    })
    if (decision === 'cancel') return breakTurn(runtime, thread, live, now)
    endTool(store, thread, turn, call, decision === 'decline', now)
    step.answered(decision)
    goOn(now)
  }
  live.waiting = { requestId, resolve }
}

function askInput(
  runtime: Runtime,
  thread: Thread,
  live: LiveTurn,
  step: Extract<Question, { kind: 'askInput' }>,
  requestId: string,
  at: number,
  goOn: (at: number) => void,
): void {
  const { store } = runtime
  // The id of a Claude question is its own text.
  const options = step.options.map((label) => ({ label, description: label }))
  const question = {
    id: step.question,
    header: 'Question',
    question: step.question,
    options,
    multiSelect: false,
  }
  const { id: _, ...asked } = question
  const input = { questions: [asked] }
  const call: ToolCall = {
    itemType: 'dynamic_tool_call',
    toolName: 'AskUserQuestion',
    detail: JSON.stringify(input),
    input,
  }
  const tell = (kind: string, summary: string, payload: Record<string, unknown>, now: number): void =>
    addActivity(store, thread, now, {
      tone: 'info',
      kind,
      summary,
      payload,
      turnId: live.turn.turnId,
    })
  beginTool(store, thread, live.turn, call, at)
  thread.pendingInputs.add(requestId)
  tell('user-input.requested', 'User input requested', { requestId, questions: [question] }, at)
  const resolve = (answers: Record<string, unknown>, now: number): void => {
    live.waiting = null
    thread.pendingInputs.delete(requestId)
    tell('user-input.resolved', 'User input submitted', { requestId, answers }, now)
    endTool(store, thread, live.turn, call, false, now)
    step.answered(answers)
    goOn(now)
  }
  live.waiting = { requestId, resolve }
}
