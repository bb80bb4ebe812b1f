import type { RunDecision } from './run-decision.ts'

/** How a run's thread counts for the decision table. `unreachable`: the executor did not answer, limits on threads do not run. */
export type Activity =
  | 'unreachable'
  | 'absent'
  | 'idle'
  | 'never-began'
  | 'busy'
  | 'waiting'
  | 'stalled'
  | 'failed'
  | 'finished'

export function wait(code: string, facts: RunDecision['facts'] = {}): RunDecision {
  return { kind: 'wait', code, facts }
}

/** `detail`: one line for people; may hold words of the agent. */
export function stop(code: string, facts: RunDecision['facts'], detail: string): RunDecision {
  return { kind: 'stop', code, facts, detail }
}
