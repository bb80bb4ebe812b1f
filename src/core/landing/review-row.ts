import type { ReviewRecord } from '../card/card.ts'
import { stop, wait } from '../run/decisions.ts'
import { messageIdOf, reviewThreadIdOf } from '../ids.ts'
import { age } from '../label-history.ts'
import type { ThreadView } from '../model.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { overBudget, paid } from '../run/run-limits.ts'
import { idsPerTurn } from '../run/turns.ts'
import { waitingRow } from '../run/waiting-row.ts'

/**
 * The review of a second agent (SPEC 15.4): as many rounds a pull request as are configured, the next one only after the last one's
 * findings were answered, none after a clean one. Null: nothing to wait for. A review that cannot be held ends the run: what was to be
 * looked at is never merged unseen.
 */
export function reviewRow(facts: RunFacts): RunDecision | null {
  const { landing, card, policy } = facts
  if (landing.kind !== 'open') return null
  const all = card.reviews ?? []
  const held = all.filter(({ pull }) => pull === landing.pull.number)
  const last = held.at(-1)
  if (last?.state === 'asked') return reviewing(facts, last)
  if (held.length >= policy.review.rounds || last?.state === 'clean') return null
  const round = all.length + 1
  return (
    paid(facts) ?? { kind: 'review', code: 'review', facts: { round, pull: landing.pull.number }, round, attempt: 1 }
  )
}

function reviewing(facts: RunFacts, record: ReviewRecord): RunDecision {
  const { reviewer, now, policy, run } = facts
  const { round, attempt } = record
  const told = { round, attempt }
  if (reviewer === null || now.executor === null) return wait('executor-unreachable', told)
  const again: RunDecision = { kind: 'review', code: 'review', facts: told, round, attempt }
  const halted = facts.card.halted !== undefined
  // Recorded and never delivered: the same steps once more, under the same ids, for as long as a turn may take to begin.
  const isThere = isDelivered(run.runId, record, reviewer)
  const since = record.resent ?? now.tracker
  const isLate = age(now.tracker, since) > policy.startGraceSeconds * 1000 && !halted
  if (!isThere && !isLate) return overBudget(facts) ?? again
  if (!isThere) return nextTurn(facts, record, 'the turn of its reviewer did not arrive in T3')
  if (reviewer.review != null && reviewer.state === 'finished') {
    return { kind: 'reviewed', code: `review-${reviewer.review.kind}`, facts: told, round, said: reviewer.review.kind }
  }
  if (reviewer.state === 'waiting' && reviewer.pending !== null) {
    return overBudget(facts) ?? waitingRow(facts, reviewer.pending, 'reviewer')
  }
  if (isBusy(reviewer, now.executor, policy)) {
    return overBudget(facts) ?? wait('reviewing', { ...told, thread: reviewer.state })
  }
  return nextTurn(facts, record, whyFailed(reviewer, policy))
}

/** As long as retries last. */
function nextTurn(facts: RunFacts, { round, attempt, halts = 0 }: ReviewRecord, why: string): RunDecision {
  const halted = facts.card.halted !== undefined
  if (!halted && attempt - halts > facts.policy.maxTurnRetries) {
    return stop('review-failed', { round, attempt }, why)
  }
  const next = { round, attempt: attempt + 1 }
  const more = halted ? ({ code: 'halted', halted } as const) : { code: 'review' }
  return paid(facts) ?? { kind: 'review', facts: next, ...next, ...more }
}

/** An error may be that of an earlier turn: it explains only a turn that is over. */
function whyFailed({ state, error }: ThreadView, { stallSeconds }: RunFacts['policy']): string {
  if (state === 'starting') return 'the turn of its reviewer never began'
  if (state === 'working' || state === 'waiting' || state === 'unknown') {
    return `its reviewer gave no sign for ${stallSeconds} seconds`
  }
  return error ?? 'its reviewer ended without a line AFK-REVIEW'
}

function isDelivered(runId: string, { round, attempt }: ReviewRecord, reviewer: ThreadView): boolean {
  const thread = reviewThreadIdOf(runId, round)
  const ids = Array.from({ length: idsPerTurn }, (_, i) => messageIdOf(thread, 'start', attempt + i))
  return reviewer.messages.some(({ id }) => ids.includes(id))
}

function isBusy(reviewer: ThreadView, now: number, { stallSeconds, startGraceSeconds }: RunFacts['policy']): boolean {
  const { state } = reviewer
  if (state === 'finished' || state === 'failed' || state === 'absent') return false
  const sign = Math.max(reviewer.lastSignAt ?? 0, reviewer.messages.at(-1)?.at ?? 0)
  const limit = state === 'starting' ? startGraceSeconds : stallSeconds
  return age(now, sign) <= limit * 1000
}
