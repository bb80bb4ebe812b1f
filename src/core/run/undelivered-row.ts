import type { Turn } from '../card/card.ts'
import { detailStarts } from '../explain/explain-cases.ts'
import { age } from '../label-history.ts'
import { stop, wait, type Activity } from './decisions.ts'
import { isHalted } from './halted.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import { paid } from './run-limits.ts'
import { isDelivered, nextAttempt, retriesSpent } from './turns.ts'

/**
 * 5.2: an attempt that is recorded but not delivered is sent again under the same ids, and counts once. One that T3 refuses, or that
 * still has not arrived after the time in which a turn begins, costs a retry under the next number; with none left the run ends.
 */
export function undelivered(facts: RunFacts, activity: Activity): RunDecision | null {
  if (activity === 'unreachable') return null
  const turn = facts.card.turns.at(-1)
  if (turn === undefined) {
    return activity === 'idle'
      ? (paid(facts) ?? {
          kind: 'retry',
          code: 'not-started',
          facts: {},
          purpose: 'start',
          attempt: nextAttempt(facts.card, 'start', facts.thread),
        })
      : null
  }
  if (isDelivered(facts.run.runId, turn, facts.thread)) return null
  // What it was to mend is gone: a newer head has its own verdict.
  if (turn.purpose.startsWith('fix:') && turn.purpose !== `fix:${facts.head?.commit.sha}`) return null
  return paid(facts) ?? (turn.refused ? refusedTurn(facts, turn) : lateTurn(facts, turn)) ?? resend(turn)
}

function resend(turn: Turn): RunDecision {
  const { purpose, attempt } = turn
  return { kind: 'resend', code: 'undelivered', facts: { purpose, attempt }, turn }
}

function refusedTurn(facts: RunFacts, turn: Turn): RunDecision {
  const { card, now, policy } = facts
  const spent = retriesSpent(card)
  if (spent >= policy.maxTurnRetries) {
    return stop('start-failed', { purpose: turn.purpose, retries: spent }, detailStarts.turnRefused)
  }
  const waited = Math.floor(age(now.tracker, turn.at) / 1000)
  const backoff = policy.retryBackoffSeconds * 2 ** spent
  if (waited < backoff) return wait('backoff', { activity: 'refused', waited, backoff, retries: spent })
  return retryOf(facts, turn, 'refused')
}

/**
 * Null: there is time left. It begins when the turn is found missing and sent again: before that it may have been T3's absence or a shut
 * gate that kept it, and nobody was refused anything (SPEC 3.8). An operator's halt is such a gate.
 */
function lateTurn(facts: RunFacts, turn: Turn): RunDecision | null {
  const { card, thread, now, policy } = facts
  const seconds = Math.floor(age(now.tracker, turn.resent ?? now.tracker) / 1000)
  if (seconds <= policy.startGraceSeconds || isHalted(card, thread)) return null
  const spent = retriesSpent(card)
  if (spent < policy.maxTurnRetries) return retryOf(facts, turn, 'undelivered')
  const words = `${detailStarts.turnUndelivered} ${policy.startGraceSeconds} seconds`
  return stop('start-failed', { purpose: turn.purpose, retries: spent, seconds }, words)
}

function retryOf({ card, thread }: RunFacts, { purpose }: Turn, code: string): RunDecision {
  const retries = retriesSpent(card)
  return { kind: 'retry', code, facts: { purpose, retries }, purpose, attempt: nextAttempt(card, purpose, thread) }
}
