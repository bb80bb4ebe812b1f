import { detailStarts } from '../explain/explain-cases.ts'
import { approval } from '../people/approval-rows.ts'
import { stop, wait, type Activity } from '../run/decisions.ts'
import { openFindings, resolvedInSilence, sentAndPushed } from './findings.ts'
import { mergeRow } from './merge-row.ts'
import { reviewRow } from './review-row.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { paid } from '../run/run-limits.ts'
import { isDelivered, nextAttempt } from '../run/turns.ts'

/**
 * An open pull request that CI is content with (SPEC 15.3): what people asked for is answered, a review is held, a yes is waited for,
 * then it is merged. Null while a turn is still to be sent or the agent's own words decide: rows further down.
 */
export function openPull(facts: RunFacts, activity: Activity): RunDecision | null {
  const { landing, verdict, head, card, thread, run } = facts
  if (landing.kind !== 'open' || head === null || verdict?.kind !== 'green') return null
  // Never another head than the judged one: what was pushed between two looks is judged by the next.
  if (head.commit.sha !== landing.pull.head) return wait('mergeability-unknown', { pull: landing.pull.number })
  // Whether the agent is at work again cannot be told: nothing is merged under its hands.
  if (activity === 'unreachable') return wait('executor-unreachable', {})
  const last = card.turns.at(-1)
  if (last !== undefined && !last.refused && activity !== 'absent' && !isDelivered(run.runId, last, thread)) return null
  const report = thread.report?.report.kind
  if (report === 'blocked' || report === 'needs-clarification') return null
  if (report === 'no-change' && !answersReview(facts)) return null
  const answered = [...sentAndPushed(facts), ...resolvedInSilence(facts)]
  if (answered.length > 0) {
    return { kind: 'resolve-findings', code: 'answered', facts: { threads: answered.length }, threads: answered }
  }
  if (openFindings(facts) !== null) return null
  return reviewRow(facts) ?? approval(facts, 'merge') ?? mergeRow(facts)
}

/** What a review found goes to the agent, into its own thread (SPEC 15.4). */
export function findings(facts: RunFacts): RunDecision | null {
  const { landing, verdict, card, policy, thread } = facts
  if (landing.kind !== 'open' || verdict?.kind !== 'green') return null
  const open = openFindings(facts)
  if (open === null) return null
  const same = [...(card.findings ?? []).map(({ signature }) => signature), open.signature].slice(
    -policy.fixForward.stagnationThreshold,
  )
  const why = { round: open.round, threads: open.threads.length, times: same.length }
  if (same.length >= policy.fixForward.stagnationThreshold && same.every((one) => one === open.signature)) {
    return stop('stagnant', why, `${detailStarts.sameComments} after ${same.length - 1} turns on them`)
  }
  const { purpose } = open
  const attempt = nextAttempt(card, purpose, thread)
  return (
    paid(facts) ?? {
      kind: 'findings',
      code: 'findings',
      facts: why,
      attempt,
      purpose,
      round: open.round,
      signature: open.signature,
    }
  )
}

/** The agent looked at what its reviewer found and sees nothing to change: an answer, and no end of the run. */
export function answersReview({ landing, card }: RunFacts): boolean {
  const sent = card.findings?.at(-1)
  return (
    landing.kind === 'open' &&
    sent !== undefined &&
    sent.round > 0 &&
    sent.threads.length === 0 &&
    card.turns.at(-1)?.purpose === `review:${sent.round}`
  )
}
