import type { ReviewRecord } from '../card/card.ts'
import { stop, wait } from '../run/decisions.ts'
import { messageIdOf, reviewThreadIdOf } from '../ids.ts'
import { age } from '../label-history.ts'
import type { ThreadView } from '../model.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { overBudget, paid } from '../run/run-limits.ts'
import { idsPerTurn } from '../run/turns.ts'

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
  // Recorded and never delivered: the same steps once more, under the same ids.
  if (!isDelivered(run.runId, record, reviewer)) return overBudget(facts) ?? again
  if (reviewer.review != null && reviewer.state === 'finished') {
    return { kind: 'reviewed', code: `review-${reviewer.review.kind}`, facts: told, round, said: reviewer.review.kind }
  }
  if (isBusy(reviewer, now.executor, policy)) {
    return overBudget(facts) ?? wait('reviewing', { ...told, thread: reviewer.state })
  }
  const halted = facts.card.halted !== undefined
  if (!halted && attempt - (record.halts ?? 0) > policy.maxTurnRetries) {
    const why = reviewer.error ?? 'its reviewer ended without a line AFK-REVIEW'
    return stop('review-failed', told, why)
  }
  const next = { facts: { ...told, attempt: attempt + 1 }, attempt: attempt + 1 }
  return paid(facts) ?? { ...again, ...next, ...(halted ? { code: 'halted', halted } : {}) }
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
