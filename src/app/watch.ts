import { decideRun } from '../core/run/decide-run.ts'
import { nameOf, nameOfEnd } from '../core/run/decision-name.ts'
import type { Facts } from '../core/dispatch/eligibility.ts'
import type { Run } from '../core/run/identify.ts'
import { noThread } from '../core/run/no-thread.ts'
import { planRun } from '../core/run/plan-run.ts'
import { standingOf } from '../core/run/standing.ts'
import { retractEffects } from '../core/explain/why-comment.ts'
import type { Snapshot } from '../ports/executor.ts'
import { applyContext, applyEffects, type Applied } from './apply.ts'
import { archiveOld } from './archive.ts'
import { recordFailure } from './bug.ts'
import { inParallel } from './in-parallel.ts'
import { turnText } from './compose-turn.ts'
import { findRuns, type Found, type FoundRuns } from './find-runs.ts'
import { observeRun } from './observe-run.ts'
import { reportOrphans } from './orphans.ts'
import { asPortError, type Tick } from './tick.ts'
import { ringForTokens } from './token-ends.ts'

/** Runs that are observed and advanced at the same time. */
const width = 6

/** One tick of the watcher: finds the runs in flight and advances each; one run's failure never stops another's (SPEC 6). Tells whether anything was in flight. */
export async function watch(tick: Tick): Promise<{ readonly inFlight: number }> {
  const snapshot = await threadsOrNull(tick)
  // Gates that shut since the tick began: a list that cannot be read any more is no list that a repo has left (SPEC 3.6, 3.7).
  const { open, allowlist, why } = tick.gates()
  if (!open) {
    tick.report.note('warning', { message: `the gates were shut in the middle of the tick: ${why}` })
    return { inFlight: 1 }
  }
  let runs: FoundRuns
  try {
    runs = await findRuns(snapshot, allowlist, tick)
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.error('observe', error)
    tick.failures.dependency(error)
    return { inFlight: 1 }
  }
  tick.recorder?.found(runs, await tick.world.tracker.self())
  const began = tick.world.tracker.now()
  const isReachable = () => snapshot !== null && tick.failures.stopped('executor') === null
  await inParallel(runs.found, width, (found) => advance(found, isReachable(), tick))
  const orphans = await reportOrphans(runs, tick)
  await archiveOld(runs, tick)
  if (began !== null) await ringForTokens(began, tick)
  const inFlight = runs.found.filter(
    ({ identified }) => identified.kind !== 'over' && identified.kind !== 'none',
  ).length
  return { inFlight: inFlight + orphans }
}

export async function threadsOrNull(tick: Tick): Promise<Snapshot | null> {
  try {
    return await tick.world.executor.threads()
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.error('threads', error)
    tick.failures.dependency(error)
    return null
  }
}

async function advance(found: Found, reachable: boolean, tick: Tick): Promise<void> {
  const { identified, issue } = found
  const ref = { repo: found.overview.repo, number: issue.number }
  const says = (decision: string, code: string, facts: Facts, run?: string) =>
    tick.report.decision({ issue: ref, run, decision, codes: [code], facts })
  if (identified.kind !== 'run') {
    const standing = standingOf(identified, found.overview.locked.includes(issue.number))
    if (standing !== null) says('wait', standing.code, standing.facts, standing.run ?? undefined)
    if (identified.kind === 'broken') tick.failures.bug()
    return
  }
  if (tick.over() || tick.failures.stopped('tracker') !== null) {
    says('wait', tick.failures.stopped('tracker') ?? 'deadline', {}, identified.runId)
    return
  }
  await advanceRun(found, identified, reachable, tick)
}

async function advanceRun(found: Found, run: Run, reachable: boolean, tick: Tick): Promise<void> {
  const { tracker, executor } = tick.world
  const ref = { repo: found.overview.repo, number: found.issue.number }
  try {
    const thread = reachable ? await executor.detail(run.runId) : noThread(run.runId, 'unknown')
    const now = { tracker: tracker.now() ?? run.epochAt, executor: reachable ? executor.now() : null }
    const facts = await observeRun(found, run, thread, now, tick)
    const decision = decideRun(facts, await tracker.self())
    tick.recorder?.decided(facts, decision)
    const text = await turnText(facts, decision, tick)
    // A run is in flight: no word of why the issue does not start may stand beside it, whoever failed to take it away.
    const effects = [...retractEffects(found.issue), ...planRun(facts, decision, text)]
    const applied = await applyEffects(effects, applyContext(tick, ref, run.runId, found.issue))
    const ended = applied.kind === 'refused' ? applied.ended : undefined
    const held = applied.kind === 'refused' && decision.kind !== 'rerun-ci'
    tick.report.decision({
      issue: ref,
      run: run.runId,
      decision: ended ? nameOfEnd(ended.kind) : held ? 'wait' : nameOf(decision, facts),
      codes: ended ? [ended.reason] : [decision.code, ...heldCodes(applied)],
      facts: ended ? { ...decision.facts, instead: decision.kind } : decision.facts,
    })
  } catch (thrown) {
    const category = recordFailure(thrown, 'run', tick, ref)
    tick.report.decision({ issue: ref, run: run.runId, decision: 'wait', codes: [`failed-${category}`], facts: {} })
  }
}

function heldCodes(applied: Applied): readonly string[] {
  if (applied.kind === 'failed') return [`failed-${applied.category}`]
  return applied.kind === 'refused' ? ['held-back'] : []
}
