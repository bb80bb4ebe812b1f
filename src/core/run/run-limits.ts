import type { Card } from '../card/card.ts'
import { costUsd } from './cost.ts'
import { stop } from './decisions.ts'
import { age } from '../label-history.ts'
import type { Instant } from '../model.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'

/** The limits on money and on the time before the first push (SPEC 6.4 row 1). Null: within them. */

/** No turn is sent that row 1 would end at once. */
export function paid(facts: RunFacts): RunDecision | null {
  return overBudget(facts) ?? overTime(facts)
}

export function overBudget(facts: RunFacts): RunDecision | null {
  const usd = costUsd(tokensOf(facts), facts.policy)
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
  const seconds = Math.floor((age(now.tracker, card.startedAt) - waitedForPeople(card, now.tracker)) / 1000)
  return head === null && seconds > policy.maxRunSeconds
    ? stop(
        'time',
        { seconds, maxRunSeconds: policy.maxRunSeconds },
        `nothing was pushed within ${policy.maxRunSeconds} seconds`,
      )
    : null
}

/** Reviews cost money too. The card's count survives a thread that is gone. */
function tokensOf({ thread, reviewer, card }: RunFacts): number {
  const reviews = card.reviews ?? []
  const before = reviews.slice(0, -1).reduce((sum, { tokens }) => sum + tokens, 0)
  const newest = Math.max(reviews.at(-1)?.tokens ?? 0, reviewer?.tokens ?? 0)
  return Math.max(thread.tokens, card.tokens) + before + newest
}

/** Milliseconds in which nothing could go on but by an answer: no fault of the agent's. */
function waitedForPeople({ questions = [] }: Card, now: Instant): number {
  return questions.reduce((sum, { at, answeredAt }) => sum + Math.max(0, (answeredAt ?? now) - at), 0)
}
