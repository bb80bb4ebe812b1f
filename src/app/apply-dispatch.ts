import type { DispatchDecision } from '../core/dispatch/dispatch-plan.ts'
import type { PollObservation } from '../core/dispatch/poll-facts.ts'
import { applyContext, applyEffects, type Applied } from './apply.ts'
import { recordFailure } from './bug.ts'
import { effectsOf } from './plan-effects.ts'
import type { Tick } from './tick.ts'

/** Carries out what the poller decided of one issue: a dispatch, or the end of one that died half way. Throws nothing that a port does. */
export async function applyDispatch(
  decision: DispatchDecision,
  observation: PollObservation,
  tick: Tick,
): Promise<Applied> {
  const { facts, epoch, runId } = decision.candidate
  if (facts === null || epoch === null || runId === null)
    throw new Error('a dispatch rests on facts that were not asked for')
  try {
    const effects = await effectsOf(decision, observation, tick)
    const context = applyContext(tick, decision.issue, runId, facts)
    context.memory.startsNew = decision.decision === 'dispatch' && !decision.resume
    return await applyEffects(effects, context)
  } catch (thrown) {
    return { kind: 'failed', category: recordFailure(thrown, 'dispatch', tick, decision.issue) }
  }
}
