import { requireThread, type Job, type Runtime } from './runtime.ts'
import { addFailure } from './store.ts'

export interface Response {
  kind: 'approval' | 'user-input'
  threadId: string
  requestId: string
  answer: Record<string, unknown>
  commandAt: number
}

/** The reactor's work for `thread.approval.respond` and `thread.user-input.respond`. */
export function respond(runtime: Runtime, response: Response): Job {
  return (at, release) => {
    const { kind, threadId, requestId, answer, commandAt } = response
    const live = runtime.live.get(threadId)
    if (live?.waiting?.requestId === requestId) {
      live.waiting.resolve(answer, at)
      return release(at)
    }
    const bound =
      live === undefined
        ? 'No active provider session is bound to this thread.'
        : `Unknown pending request: ${requestId}`
    addFailure(runtime.store, requireThread(runtime, threadId), at, {
      kind: `provider.${kind}.respond.failed`,
      summary: kind === 'approval' ? 'Provider approval response failed' : 'Provider user input response failed',
      payload: { detail: bound, requestId },
      commandAt,
    })
    release(at)
  }
}
