import type { ThreadView } from '../model.ts'

/**
 * A thread of which nothing is known. `absent`: its server says that there is none; `unknown`: the server does not answer, which is
 * something else than the thread's absence.
 */
export function noThread(id: string, state: 'absent' | 'unknown'): ThreadView {
  return {
    id,
    state,
    createdAt: null,
    lastSignAt: null,
    messages: [],
    phase: null,
    report: null,
    pushedShas: [],
    error: null,
    startFailed: false,
    tokens: 0,
    pending: null,
  }
}
