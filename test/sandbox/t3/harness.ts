import { readFileSync } from 'node:fs'
import type { Agent, Step } from './agent.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import type { DispatchResult } from './model.ts'
import { createT3State, type T3Options, type T3State } from './state.ts'
import {
  apiError,
  askApproval,
  askInput,
  finish,
  hang,
  partial,
  retry,
  retryDelay,
  say,
  tokens,
  tool,
} from './steps.ts'

/** One recorded file, as JSON. */
export function sample(name: string): Record<string, never> & object {
  return JSON.parse(readFileSync(new URL(`../../samples/t3/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    never
  >
}

/**
 * The agent of the recordings: a real CLI against a model that obeyed marks in the prompt. `[[hang]]`, `[[slow:n]]` (seconds), `[[ask]]`,
 * `[[err400]]`, `[[err401]]`, `[[bash:command]]`, which asks first in an approval-required thread.
 */
export const recordedAgent: Agent = {
  turn: ({ text, runtimeMode }) => {
    if (text.includes('[[hang]]')) return [partial('partial...', 0), hang()]
    if (text.includes('[[err400]]')) return [apiError('API Error: 400 mock scripted error 400', 100)]
    if (text.includes('[[err401]]')) return failToAuthenticate()
    const command = /\[\[bash:(.*?)\]\]/.exec(text)?.[1]
    const slow = Number(/\[\[slow:(\d+)\]\]/.exec(text)?.[1] ?? 0)
    const answer = [tokens(56, slow * 1000 + 40), say('Mock reply OK. Branch done.', 1), finish(40)]
    if (text.includes('[[ask]]')) return [tokens(56, 100), askInput('Pick one?', () => {}, 1), ...answer]
    if (command === undefined) return answer
    const work: Step = runtimeMode === 'approval-required' ? askApproval(command) : tool(command)
    return [say('Running a command.', 200), tokens(56, 40), work, ...answer]
  },
}

export interface Bench {
  clock: ManualClock
  state: T3State
  /** A command with a fresh id; fields given here win. */
  send(type: string, fields?: Record<string, unknown>): DispatchResult
  /** A git project `proj`, once, and a thread in it. */
  thread(threadId: string, fields?: Record<string, unknown>): void
  start(threadId: string, text: string, fields?: Record<string, unknown>): DispatchResult
}

/** Ten retries in about three minutes, then the error as the answer. */
function failToAuthenticate(): Step[] {
  const retries = Array.from({ length: 10 }, (_, n) => retry(n + 1, 401, 'authentication_failed'))
  const text = 'Failed to authenticate. API Error: 401 mock scripted error 401'
  return [...retries, apiError(text, retryDelay(10))]
}

/** A state on a clock moved by hand, with `/data/proj` a git repository and `/data/nogit` none. */
export function bench(options: Partial<T3Options> = {}): Bench {
  const clock = createManualClock()
  const dirs = ['/data', '/data/proj', '/data/nogit']
  const state = createT3State({
    clock,
    agent: recordedAgent,
    dirs,
    gitDirs: ['/data/proj'],
    ...options,
  })
  let count = 0
  const send: Bench['send'] = (type, fields = {}) => {
    count += 1
    return state.dispatch({
      type,
      commandId: `cmd-${count}`,
      createdAt: '2020-01-01T00:00:00.000Z',
      ...fields,
    })
  }
  const modelSelection = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6' }
  return {
    clock,
    state,
    send,
    thread: (threadId, fields = {}) => {
      state.dispatch({ ...project('proj'), commandId: 'cmd-proj' })
      state.dispatch({ ...project('nogit'), commandId: 'cmd-nogit' })
      const base = {
        threadId,
        projectId: 'proj',
        title: threadId,
        modelSelection,
        runtimeMode: 'full-access',
        branch: null,
      }
      const result = send('thread.create', { ...base, worktreePath: null, ...fields })
      if (result.kind !== 'accepted') throw new Error(`thread.create ${threadId}: ${JSON.stringify(result)}`)
    },
    start: (threadId, text, fields = {}) =>
      send('thread.turn.start', {
        threadId,
        message: { messageId: `msg-${count + 1}`, role: 'user', text, attachments: [] },
        runtimeMode: 'full-access',
        interactionMode: 'default',
        ...fields,
      }),
  }
}

const project = (name: string): Record<string, unknown> => ({
  type: 'project.create',
  projectId: name,
  title: name,
  workspaceRoot: `/data/${name}`,
  createdAt: '',
})
