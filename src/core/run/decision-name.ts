import { wasPushed } from './plan-run.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'

/** A decision as the log calls it: a stop is told by what it does (SPEC 6.5). */
export function nameOf(decision: RunDecision, facts: RunFacts): string {
  if (decision.kind !== 'stop') return decision.kind
  return wasPushed(facts) ? 'freeze' : 'escalate'
}
