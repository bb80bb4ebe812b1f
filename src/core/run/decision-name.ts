import type { OutcomeKind } from '../card/card.ts'
import { wasPushed } from './plan-run.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'

/** A decision as the log calls it: a stop is told by what it does (SPEC 6.5). */
export function nameOf(decision: RunDecision, facts: RunFacts): string {
  if (decision.kind !== 'stop') return decision.kind
  return wasPushed(facts) ? 'freeze' : 'escalate'
}

/** The decision that an end is told as, where the world's answer made it one. */
export function nameOfEnd(kind: OutcomeKind): string {
  return endNames[kind]
}

const endNames: { readonly [kind in OutcomeKind]: string } = {
  landed: 'land',
  frozen: 'freeze',
  escalated: 'escalate',
  cancelled: 'cancel',
}
