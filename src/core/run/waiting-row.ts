import { isRung } from '../doorbell/ring-effects.ts'
import { detailStarts } from '../explain/explain-cases.ts'
import { age } from '../label-history.ts'
import type { PendingRequest } from '../model.ts'
import { stop, wait } from './decisions.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'

/**
 * An agent of the run that asks something in the executor: people are told once a request, and have their time from then on (SPEC 6.4,
 * row 2). `asks`: the agent that does the work, or the one that reviews it.
 */
export function waitingRow(facts: RunFacts, request: PendingRequest, asks: 'worker' | 'reviewer'): RunDecision {
  const bell = facts.card.bells[`waiting:${request.id}`]
  const told = { request: request.id, ...(asks === 'reviewer' ? { by: 'reviewer' } : {}) }
  const ring: RunDecision = {
    kind: 'ring-waiting',
    code: 'waiting',
    facts: { ...told, asks: request.kind },
    request,
    ...(asks === 'reviewer' ? { asks } : {}),
  }
  // Nobody was told yet: their time has not begun.
  if (!isRung(bell)) return ring
  const seconds = Math.floor(age(facts.now.tracker, bell.at) / 1000)
  if (seconds > facts.policy.questionMaxSeconds) return stop('unanswered', { ...told, seconds }, wordsOf(request, asks))
  return wait('waiting', { ...told, seconds })
}

function wordsOf({ kind }: PendingRequest, asks: 'worker' | 'reviewer'): string {
  if (asks === 'reviewer') {
    return `${detailStarts.noAnswerToReviewer}: it asked ${kind === 'approval' ? 'for an approval' : 'a question'} in T3`
  }
  return kind === 'approval' ? detailStarts.noApproval : 'nobody answered its question in T3'
}
