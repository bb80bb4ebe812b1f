import type { DispatchDecision } from '../core/dispatch/dispatch-plan.ts'
import type { Effect } from '../core/effects.ts'
import type { PollObservation } from '../core/dispatch/poll-facts.ts'
import { cancelDispatch, dispatchEffects } from '../core/dispatch/plan-dispatch.ts'
import { startText } from './compose-turn.ts'
import type { Tick } from './tick.ts'

/**
 * The ordered effects of one decision of the poller: the value that the tick applies and that `afk plan` prints (SPEC 2, 14). Empty for
 * a skip that leaves nothing to finish. Reads what the prompt needs, writes nothing. Throws PortError.
 */
export async function effectsOf(
  decision: DispatchDecision,
  observation: PollObservation,
  tick: Tick,
): Promise<readonly Effect[]> {
  const { candidate } = decision
  const { facts, epoch, runId } = candidate
  if (decision.decision === 'skip' && decision.cancel === null) return []
  if (facts === null || epoch === null || runId === null) return []
  const base = observation.repos.find(({ repo }) => repo === facts.repo)?.base ?? null
  const context = {
    facts,
    epoch,
    runId,
    policy: tick.policy.repo(facts.repo),
    now: observation.now.tracker,
    base: base?.head ?? null,
    canRing: tick.world.notifier !== null,
    threadLink: await tick.world.executor.link(runId),
  }
  if (decision.decision === 'skip') {
    const busy =
      candidate.thread?.state === 'working' ||
      candidate.thread?.state === 'waiting' ||
      candidate.thread?.state === 'settled'
    return cancelDispatch(context, decision, busy)
  }
  const prompt = await startText(facts, runId, base?.branch ?? 'HEAD', observation.now.tracker, tick)
  return dispatchEffects({ ...context, prompt })
}
