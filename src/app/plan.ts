import type { DispatchDecision, Failing } from '../core/dispatch/dispatch-plan.ts'
import type { Effect } from '../core/effects.ts'
import { sameName } from '../core/model.ts'
import { issueKey, type Candidate, type PollObservation } from '../core/dispatch/poll-facts.ts'
import { recordFailure } from './bug.ts'
import { explanations, writtenNow } from './explain.ts'
import { observePoll } from './observe-poll.ts'
import { effectsOf } from './plan-effects.ts'
import { planFully } from './poll.ts'
import type { Tick } from './tick.ts'

/** One ready issue: what the tick decides of it, and everything that stands against it. */
export interface PlannedIssue {
  /** The decision that the tick would apply. */
  readonly decision: DispatchDecision
  /** All rules that fail, those that cost requests too; empty for a dispatch. */
  readonly failing: readonly Failing[]
  /** In the order in which they would be applied; null: what they rest on could not be read. */
  readonly effects: readonly Effect[] | null
  /** With all that is known of the issue by now. */
  readonly candidate: Candidate
  /** What is to be said on the issue of why it does not start, and when: also in `effects` where it is the next tick that says it. */
  readonly explains: { readonly inMinutes: number; readonly effects: readonly Effect[] } | null
}

export interface TickPlan {
  /** In the tick's own order: dispatches first, then the skipped by repo and number. */
  readonly issues: readonly PlannedIssue[]
  readonly observation: PollObservation
}

/**
 * What the next tick of the poller would do (SPEC 14): its own plan and the effects that it would apply; and, by the same rules over the
 * same facts and more of them, all that keeps the skipped from starting. Two plans, because asking more must not change what is shown
 * as decided: the tick does not ask. Null: a dependency could not be used, as reported in the tick.
 */
export async function planTick(tick: Tick, say: (what: string) => void = () => {}): Promise<TickPlan | null> {
  say('reading GitHub and T3')
  const first = await observePoll(tick)
  if (first === null) return null
  const decided = await planFully(first, tick)
  if (decided === null) return null
  say('asking every rule of every issue')
  const all = await planFully(decided.observation, tick, { everything: true })
  if (all === null) return null
  say('composing the effects')
  const words = await explanations(decided.plan, decided.observation, tick, { everyMinute: true })
  const saidNow = new Set(writtenNow(words, decided.observation))
  const issues: PlannedIssue[] = []
  for (const decision of decided.plan.decisions) {
    const everything = all.plan.decisions.find(
      ({ issue }) => issue.number === decision.issue.number && sameName(issue.repo, decision.issue.repo),
    )
    const own = words.find((one) => issueKey(one.decision.issue) === issueKey(decision.issue))
    const composed = await effectsOrNull(decision, decided.observation, tick)
    const effects = composed && own && saidNow.has(own) ? [...composed, ...own.effects] : composed
    const failing = decision.decision === 'dispatch' ? [] : failingOf(decision, everything)
    issues.push({ decision, failing, effects, candidate: (everything ?? decision).candidate, explains: own ?? null })
  }
  return { issues, observation: all.observation }
}

/** A skip always says why: what the tick itself found, should the closer look find nothing. */
function failingOf(decision: DispatchDecision, everything: DispatchDecision | undefined): readonly Failing[] {
  return everything === undefined || everything.failing.length === 0 ? decision.failing : everything.failing
}

async function effectsOrNull(
  decision: DispatchDecision,
  observation: PollObservation,
  tick: Tick,
): Promise<readonly Effect[] | null> {
  try {
    return await effectsOf(decision, observation, tick)
  } catch (thrown) {
    recordFailure(thrown, 'plan', tick, decision.issue)
    return null
  }
}
