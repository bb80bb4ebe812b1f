import { costUsd, tokensSpent } from './cost.ts'
import { stop } from './decisions.ts'
import { age } from '../label-history.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import { usedByRun } from './usage.ts'
import { overlap, questionWaits } from './waited.ts'

/** The limits on money and on the time before the first push (SPEC 6.4 row 1). Null: within them. */

/** No turn is sent that row 1 would end at once. */
export function paid(facts: RunFacts): RunDecision | null {
  return overBudget(facts) ?? overTime(facts)
}

export function overBudget(facts: RunFacts): RunDecision | null {
  // Reviews cost money too. The card's count survives what threads no longer show.
  const usd = costUsd(tokensSpent(usedByRun(facts.card, facts)), facts.policy)
  return usd > facts.policy.budgetUsd
    ? stop(
        'cost',
        { usd, budgetUsd: facts.policy.budgetUsd },
        `its estimated cost of ${usd} USD is over the budget of ${facts.policy.budgetUsd} USD`,
      )
    : null
}

export function overTime(facts: RunFacts): RunDecision | null {
  const { now, card, head, policy } = facts
  // Nothing could go on but by an answer: no fault of the agent's.
  const waited = overlap(questionWaits(card, now.tracker), card.startedAt, now.tracker)
  const seconds = Math.floor((age(now.tracker, card.startedAt) - waited) / 1000)
  return head === null && seconds > policy.maxRunSeconds
    ? stop(
        'time',
        { seconds, maxRunSeconds: policy.maxRunSeconds },
        `nothing was pushed within ${policy.maxRunSeconds} seconds`,
      )
    : null
}
