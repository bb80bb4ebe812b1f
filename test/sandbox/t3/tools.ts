import type { Thread, Turn } from './model.ts'
import { addActivity, type Store } from './store.ts'

/** One call of a tool, as T3 words it in a thread's activities. */
export interface ToolCall {
  itemType: 'command_execution' | 'dynamic_tool_call'
  toolName: string
  detail: string
  input: Record<string, unknown>
}

export const shellCall = (command: string): ToolCall => ({
  itemType: 'command_execution',
  toolName: 'Bash',
  detail: command,
  input: { command, description: 'scripted' },
})

/** The four activities of a call that ran through. */
export function noteTool(store: Store, thread: Thread, turn: Turn, call: ToolCall, at: number): void {
  beginTool(store, thread, turn, call, at)
  endTool(store, thread, turn, call, false, at)
}

export function beginTool(store: Store, thread: Thread, turn: Turn, call: ToolCall, at: number): void {
  const { itemType, toolName, input } = call
  // The first one is written before the call's input has streamed in.
  add(store, thread, turn, call, at, 'tool.started', { itemType, detail: `${toolName}: {}` })
  const data = { toolName, input }
  add(store, thread, turn, call, at, 'tool.updated', {
    itemType,
    status: 'inProgress',
    detail: `${toolName}: ${call.detail}`,
    data,
  })
}

export function endTool(store: Store, thread: Thread, turn: Turn, call: ToolCall, failed: boolean, at: number): void {
  const { itemType, toolName, input } = call
  const content = failed ? 'The call was declined by the user' : '(completed with no output)'
  const result = {
    tool_use_id: `toolu_${store.ids.trace().slice(0, 12)}`,
    type: 'tool_result',
    content,
    is_error: failed,
  }
  const payload = { detail: `${toolName}: ${call.detail}`, data: { toolName, input, result } }
  add(store, thread, turn, call, at, 'tool.updated', {
    itemType,
    status: 'inProgress',
    ...payload,
  })
  add(store, thread, turn, call, at, 'tool.completed', { itemType, ...payload })
}

function add(
  store: Store,
  thread: Thread,
  turn: Turn,
  call: ToolCall,
  at: number,
  kind: string,
  payload: Record<string, unknown>,
): void {
  const title = call.itemType === 'command_execution' ? 'Command run' : 'Tool call'
  const summary = kind === 'tool.started' ? `${title} started` : title
  addActivity(store, thread, at, { tone: 'tool', kind, summary, payload, turnId: turn.turnId })
}
