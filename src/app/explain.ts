import { planDispatch, type DispatchDecision, type DispatchPlan } from '../core/dispatch/dispatch-plan.ts'
import type { Effect } from '../core/effects.ts'
import { explainOnIssue, waitsForPeople } from '../core/explain/explain-on-issue.ts'
import { minutesToExplain } from '../core/explain/explain-turn.ts'
import { issueKey, type PollObservation } from '../core/dispatch/poll-facts.ts'
import { EXPLAIN_EVERY_MINUTES, inTurn, roundOf } from '../core/schedule.ts'
import { applyContext, applyEffects } from './apply.ts'
import { recordFailure } from './bug.ts'
import { fulfil } from './observe-poll.ts'
import { asPortError, type Tick } from './tick.ts'

/** Issues written to in one tick, and issues looked at for that alone: the others have their turn ten minutes later. */
const writesPerTick = 5
const looksPerTick = 20

/** A skipped issue on which there is something to say, or nothing any more. */
export interface Explanation {
  readonly decision: DispatchDecision
  readonly effects: readonly Effect[]
  /** 0: in this very tick. */
  readonly inMinutes: number
}

/** After the dispatching, and never in its way: tells people on the issue what only they can mend. */
export async function explainSkipped(plan: DispatchPlan, observation: PollObservation, tick: Tick): Promise<void> {
  const mayNot = () => tick.over() || !tick.gates().open || tick.failures.stopped('tracker') !== null
  if (mayNot()) return
  for (const { decision, effects } of writtenNow(await explanations(plan, observation, tick), observation)) {
    if (mayNot()) return
    const { issue, candidate } = decision
    try {
      await applyEffects(effects, applyContext(tick, issue, candidate.runId ?? '', candidate.facts))
    } catch (thrown) {
      recordFailure(thrown, 'explain', tick, issue)
    }
  }
}

/** Those that this tick writes. */
export function writtenNow(all: readonly Explanation[], { now }: PollObservation): readonly Explanation[] {
  const due = all.filter(({ inMinutes }) => inMinutes === 0)
  return inTurn(due, writesPerTick, roundOf(now.tracker, EXPLAIN_EVERY_MINUTES))
}

/**
 * What there is to say on the skipped issues of the repos whose tenth minute this is, or of all of them (`everyMinute`, for people who
 * ask). Reads only, and only issues that are known to wait for people and were not looked at anyway.
 */
export async function explanations(
  plan: DispatchPlan,
  observation: PollObservation,
  tick: Tick,
  options: { readonly everyMinute?: boolean } = {},
): Promise<readonly Explanation[]> {
  const now = observation.now.tracker
  const minutesTo = minutesToExplain(observation)
  const waitOf = ({ issue }: DispatchDecision) => minutesTo(issue.repo)
  const skipped = plan.decisions.filter(
    (decision) => decision.decision === 'skip' && (options.everyMinute || waitOf(decision) === 0),
  )
  const blind = skipped.filter(
    (decision) =>
      decision.candidate.facts === null &&
      waitsForPeople(decision) &&
      tick.policy.repo(decision.issue.repo).explainOnIssue,
  )
  const looked = await lookAt(
    options.everyMinute ? blind : inTurn(blind, looksPerTick, roundOf(now, EXPLAIN_EVERY_MINUTES)),
    observation,
    tick,
  )
  return skipped.flatMap((known) => {
    const decision = looked.get(issueKey(known.issue)) ?? known
    const effects = explainOnIssue(decision, now, tick.policy.repo(decision.issue.repo))
    return effects.length === 0 ? [] : [{ decision, effects, inMinutes: waitOf(decision) }]
  })
}

/** The same decisions with the issue itself known. The plan that is applied is another: nothing starts because it was looked at here. */
async function lookAt(
  decisions: readonly DispatchDecision[],
  observation: PollObservation,
  tick: Tick,
): Promise<ReadonlyMap<string, DispatchDecision>> {
  if (decisions.length === 0) return new Map()
  try {
    const needs = decisions.map(({ issue }) => ({ kind: 'look', issue }) as const)
    const plan = planDispatch(await fulfil(observation, needs, tick), tick.policy)
    const asked = new Set(decisions.map(({ issue }) => issueKey(issue)))
    return new Map(
      plan.decisions.flatMap((decision) => {
        const key = issueKey(decision.issue)
        return asked.has(key) ? [[key, decision] as const] : []
      }),
    )
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.error('explain', error)
    tick.failures.item(error)
    return new Map()
  }
}
