import { planDispatch, type DispatchDecision, type DispatchPlan } from '../core/dispatch/dispatch-plan.ts'
import type { PollObservation } from '../core/dispatch/poll-facts.ts'
import type { Applied } from './apply.ts'
import { fulfil, observePoll } from './observe-poll.ts'
import { asPortError, type Tick } from './tick.ts'

/** Rounds of asking for each ready issue, and for a plan as a whole: each round answers at least one need, so only a fault gets there. */
const roundsPerIssue = 6
const roundsAtLeast = 20

/** One tick of the poller: observe, decide, apply, report (SPEC 5). */
export async function poll(tick: Tick): Promise<void> {
  const first = await observePoll(tick, { rotate: true })
  if (first === null) return
  const planned = await planFully(first, tick)
  if (planned === null) return
  const { plan, observation } = planned
  tick.recorder?.poll(plan, observation)
  // One after the other, though GitHub's pause between writes then costs the later ones a second or two: while a card cannot be written
  // no second agent is started.
  for (const decision of plan.decisions) {
    const applied = await applyDecision(decision, observation, tick)
    reportDecision(decision, applied, tick)
  }
  if (plan.decisions.some(({ decision }) => decision === 'skip'))
    await (await import('./explain.ts')).explainSkipped(plan, observation, tick)
}

/** Plans, asks what the plan rests on, and plans again until it rests on nothing unknown. */
export async function planFully(
  first: PollObservation,
  tick: Tick,
  options: { readonly everything?: boolean } = {},
): Promise<{ plan: DispatchPlan; observation: PollObservation } | null> {
  let observation = first
  const issues = first.repos.reduce((sum, { ready }) => sum + ready.length, 0)
  for (let round = 0; round < roundsAtLeast + roundsPerIssue * issues; round += 1) {
    const plan = planDispatch(observation, tick.policy, options)
    // After the deadline nothing is dispatched, so that what the plan still rests on needs no asking.
    if (plan.needs.length === 0 || tick.over()) return { plan, observation }
    try {
      observation = await fulfil(observation, plan.needs, tick)
    } catch (thrown) {
      const error = asPortError(thrown)
      tick.report.error('observe', error)
      tick.failures.dependency(error)
      return null
    }
  }
  throw new Error('the dispatch plan did not settle')
}

/** What a tick without anything to apply does not need is loaded here: most find nothing to do. */
async function applyDecision(decision: DispatchDecision, observation: PollObservation, tick: Tick): Promise<Applied> {
  if (decision.decision === 'skip' && decision.cancel === null) return { kind: 'done' }
  const stopped = tick.failures.stopped('tracker') ?? tick.failures.stopped('executor')
  if (tick.over() || stopped !== null) return { kind: 'refused', why: stopped ?? 'deadline' }
  const { applyDispatch } = await import('./apply-dispatch.ts')
  return applyDispatch(decision, observation, tick)
}

/** After the effects, so that nothing says *dispatch* of what was refused (SPEC 12). */
function reportDecision(decision: DispatchDecision, applied: Applied, tick: Tick): void {
  const { candidate, failing, notEvaluated, priority, resume } = decision
  const went = decision.decision === 'dispatch' && applied.kind === 'done'
  const held = decision.decision === 'dispatch' && !went ? [heldCode(applied)] : []
  tick.report.decision({
    issue: decision.issue,
    run: candidate.runId ?? undefined,
    decision: went ? 'dispatch' : 'skip',
    codes: [...failing.map(({ code }) => code), ...held],
    facts: {
      // Of an issue whose labels were not read nobody knows it.
      ...(candidate.summary === null ? {} : { priority }),
      ...(resume ? { resume } : {}),
      ...(decision.cancel === null ? {} : { cancelled: decision.cancel }),
      ...(notEvaluated.length > 0 ? { 'not-evaluated': notEvaluated } : {}),
      ...Object.fromEntries(
        failing.map(({ code, facts, unblock }) => [
          // Under its own name stand the rules that were not asked.
          code === 'not-evaluated' ? 'rotation' : code,
          { ...facts, unblock },
        ]),
      ),
      ...(held.length > 0
        ? { held: applied.kind === 'refused' ? applied.why : applied.kind === 'failed' ? applied.category : '' }
        : {}),
    },
  })
}

function heldCode(applied: Applied): string {
  if (applied.kind === 'failed') return `failed-${applied.category}`
  return applied.kind === 'refused' && /^[a-z-]+$/.test(applied.why) ? applied.why : 'held-back'
}
