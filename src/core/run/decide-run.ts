import { match } from 'ts-pattern'
import { age, epochById } from '../label-history.ts'
import type { Actor, Instant, ThreadState } from '../model.ts'
import { deployApproval } from '../people/deploy-rows.ts'
import { detailStarts } from '../explain/explain-cases.ts'
import { stop, wait, type Activity } from './decisions.ts'
import { names } from './find-head.ts'
import { hadEnded } from './had-ended.ts'
import { isHalted } from './halted.ts'
import { answersReview, findings, openPull } from '../landing/landing-rows.ts'
import { deploymentOf } from '../people/held-deployments.ts'
import { clarification } from '../people/question-rows.ts'
import { reconcile } from './reconcile.ts'
import { startsWork, type RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import { overBudget, overTime, paid } from './run-limits.ts'
import { isQuiet, lastSign } from './stalled.ts'
import { fixAttempts, isDelivered, isDrivenByPerson, nextAttempt, nudges, retriesSpent } from './turns.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { countReds } from './reds.ts'
import { overlap, waitsForPeople } from './waited.ts'
import { reportedName, uncountedReport } from './uncounted-report.ts'
import { undelivered } from './undelivered-row.ts'
import { waitingRow } from './waiting-row.ts'

/**
 * The run state machine: SPEC 6.3 and the decision table of 6.4, first match wins. Pure and total. Row numbers stand in the comments;
 * each row is a function that answers a decision or null for *does not apply*.
 *
 * Where this differs from the letter of the table, it is to send no turn that the next tick would interrupt at once: a turn-sending
 * row over budget stops for `cost`, and one before the first push after `maxRunSeconds` stops for `time`. And `rolloutMaxSeconds` counts
 * from when the rollout was first waited for, not from when the head was first seen: half an hour of CI would leave it no time at all.
 */
export function decideRun(facts: RunFacts, self: Actor): RunDecision {
  const decision = neverAgain(reconcile(facts, self) ?? table(facts), facts, self)
  if (startsWork(decision) && !facts.allowlisted) {
    return stop('not-allowlisted', { instead: decision.kind }, 'the repo is no longer on the allowlist')
  }
  if (needsLock(facts, decision, self)) return { kind: 'adopt', code: 'adopt', facts: { then: decision.kind } }
  return decision
}

type Row = (facts: RunFacts, activity: Activity) => RunDecision | null

function table(facts: RunFacts): RunDecision {
  const activity = activityOf(facts)
  for (const row of rows) {
    const decision = row(facts, activity)
    if (decision !== null) return decision
  }
  // 13
  return withoutPush(facts)
}

const rows: readonly Row[] = [
  overLimits,
  waitingForPeople,
  busyOrUnknown,
  openPull,
  deployApproval,
  green,
  pending,
  threadAbsent,
  undelivered,
  infrastructureRed,
  failedTurn,
  reported,
  red,
  findings,
  reportedButInvisible,
  nudge,
]

function activityOf(facts: RunFacts): Activity {
  const { thread, now, policy } = facts
  const executorNow = now.executor
  if (executorNow === null) return 'unreachable'
  const sign = lastSign(thread)
  const quiet = isQuiet(facts)
  const begins = (): Activity => {
    const late = sign > 0 && age(executorNow, sign) > policy.startGraceSeconds * 1000
    if (!late) return 'busy'
    // A person's turn that never began is theirs to repeat: it only counts against the run when it holds it up for good.
    return isDrivenByPerson(facts.card, thread) ? (quiet ? 'failed' : 'busy') : 'never-began'
  }
  return match<ThreadState, Activity>(thread.state)
    .with('absent', () => 'absent')
    .with('idle', () => 'idle')
    .with('starting', begins)
    .with('working', () => (quiet ? 'stalled' : 'busy'))
    .with('waiting', () => 'waiting')
    .with('unknown', () => (quiet ? 'stalled' : 'busy'))
    .with('finished', () => 'finished')
    .with('failed', () => (thread.startFailed ? 'never-began' : 'failed'))
    .exhaustive()
}

/** 1 */
function overLimits(facts: RunFacts, activity: Activity): RunDecision | null {
  if (activity !== 'busy' && activity !== 'waiting' && activity !== 'stalled') return null
  // A state that is not known never acts; only its silence does (SPEC 6.4).
  if (facts.thread.state === 'unknown') return null
  // A person's own turn is theirs to end (SPEC 16.4).
  if (isDrivenByPerson(facts.card, facts.thread)) return null
  return overBudget(facts) ?? overTime(facts)
}

/** 2 */
function waitingForPeople(facts: RunFacts, activity: Activity): RunDecision | null {
  const { pending: request } = facts.thread
  if (activity !== 'waiting') return null
  if (request === null) return wait('waiting', { request: null })
  return waitingRow(facts, request, 'worker')
}

/** 3 */
function busyOrUnknown(facts: RunFacts, activity: Activity): RunDecision | null {
  if (activity !== 'busy') return null
  return wait(isDrivenByPerson(facts.card, facts.thread) ? 'driven-by-person' : 'busy', { thread: facts.thread.state })
}

/** 4 */
function green({ head, verdict, landing }: RunFacts): RunDecision | null {
  return head !== null && verdict?.kind === 'green' && landing.kind !== 'open'
    ? { kind: 'land', code: 'green', facts: { head: head.commit.sha } }
    : null
}

/** 5 */
function pending(run: RunFacts): RunDecision | null {
  const { head, verdict, now, policy, card } = run
  if (head === null || verdict?.kind !== 'pending') return null
  // A rollout begins when CI is green: long checks must not eat up its time before it could begin.
  const since =
    verdict.stage === 'rollout'
      ? Math.max(head.seenAt, card.phases.deployed ?? now.tracker, releasedAt(run))
      : Math.max(head.seenAt, allowedAt(card, head.commit.sha), releasedAt(run))
  const seconds = Math.floor(age(now.tracker, since) / 1000)
  const facts = {
    head: head.commit.sha,
    stage: verdict.stage,
    why: verdict.why,
    waitingFor: verdict.waitingFor,
    seconds,
  }
  const limit = pendingLimit(verdict, policy)
  return seconds > limit.seconds
    ? stop(limit.code, { ...facts, limit: limit.seconds }, limit.words)
    : wait('ci-pending', facts)
}

/** What GitHub held back until somebody let it go begins then: the time before was people's. */
function releasedAt(facts: RunFacts): number {
  const record = deploymentOf(facts)
  if (record === undefined || record.head !== facts.head?.commit.sha || record.state === 'allowed') return 0
  return record.since > record.at ? record.since : 0
}

/** Checks that waited for a person's yes begin with it. */
function allowedAt(card: RunFacts['card'], head: string): number {
  return Math.max(0, ...(card.approvals ?? []).filter((approval) => approval.head === head).map(({ at }) => at))
}

function pendingLimit(
  verdict: Extract<Verdict, { kind: 'pending' }>,
  policy: RunFacts['policy'],
): { code: string; seconds: number; words: string } {
  if (verdict.stage === 'rollout') {
    return {
      code: 'rollout-timeout',
      seconds: policy.rolloutMaxSeconds,
      words: `the rollout did not converge within ${policy.rolloutMaxSeconds} seconds: ${verdict.waitingFor.join(', ')}`,
    }
  }
  if (verdict.why === 'no-check') {
    return {
      code: 'no-signal',
      seconds: policy.ciStartGraceSeconds,
      words: `no check reported within ${policy.ciStartGraceSeconds} seconds`,
    }
  }
  return {
    code: 'ci-timeout',
    seconds: policy.ciMaxSeconds,
    words: `checks did not conclude within ${policy.ciMaxSeconds} seconds: ${verdict.waitingFor.slice(0, 5).join(', ')}`,
  }
}

/** 6 */
function threadAbsent({ card, now, policy }: RunFacts, activity: Activity): RunDecision | null {
  if (activity === 'unreachable') return null
  if (activity !== 'absent') return null
  const seconds = card.absentSince === null ? 0 : Math.floor(age(now.tracker, card.absentSince) / 1000)
  return seconds > policy.stallSeconds
    ? stop('thread-lost', { seconds }, 'its thread is gone from T3')
    : wait('thread-absent', { seconds, stallSeconds: policy.stallSeconds })
}

/** 7 */
function infrastructureRed({ head, verdict, card }: RunFacts, activity: Activity): RunDecision | null {
  if (head === null || verdict?.kind !== 'red') return unreachableWaits(activity)
  if (verdict.infrastructureOnly && card.rerun?.head !== head.commit.sha) {
    const runs = [...new Set(verdict.failingChecks.flatMap(({ workflowRun }) => workflowRun ?? []))]
    if (!verdict.rerunDone && runs.length > 0) {
      return {
        kind: 'rerun-ci',
        code: 'infrastructure',
        facts: { head: head.commit.sha, failing: verdict.failing },
        workflowRuns: runs,
      }
    }
  }
  if (verdict.superseded) {
    return stop(
      'ambiguous-red',
      { head: head.commit.sha, judged: verdict.judged },
      `its checks were cancelled, and the later commit ${verdict.judged.slice(0, 8)} is red`,
    )
  }
  return unreachableWaits(activity)
}

/** Below here every row needs the thread. */
function unreachableWaits(activity: Activity): RunDecision | null {
  return activity === 'unreachable' ? wait('executor-unreachable', {}) : null
}

/** 8 */
function failedTurn(facts: RunFacts, activity: Activity): RunDecision | null {
  if (activity !== 'failed' && activity !== 'never-began' && activity !== 'stalled') return null
  const { card, policy, thread, now } = facts
  const spent = retriesSpent(card)
  const halted = isHalted(card, thread)
  const error =
    thread.error ?? (activity === 'stalled' ? `no sign for ${policy.stallSeconds} seconds` : 'the turn never began')
  if (!halted && spent >= policy.maxTurnRetries) {
    return stop(activity === 'never-began' ? 'start-failed' : 'errored', { retries: spent, activity }, error)
  }
  const since = Math.max(activity === 'never-began' ? 0 : (thread.lastSignAt ?? 0), thread.messages.at(-1)?.at ?? 0)
  const waited = Math.floor(age(now.executor ?? since, since) / 1000)
  // After a halt too: a tick that was under way when the switch was thrown must not send the agent on at once.
  const backoff = policy.retryBackoffSeconds * (halted ? 1 : 2 ** spent)
  if (waited < backoff) return wait('backoff', { activity, waited, backoff, retries: spent })
  const last = card.turns.at(-1)?.purpose ?? 'start'
  const purpose = activity === 'never-began' ? last : 'continue'
  return (
    paid(facts) ?? {
      kind: 'retry',
      code: halted ? 'halted' : activity,
      facts: { purpose, retries: spent },
      purpose,
      attempt: nextAttempt(card, purpose, thread),
      ...(halted ? { halted } : {}),
    }
  )
}

/** 9 */
function reported(facts: RunFacts): RunDecision | null {
  const report = facts.thread.report?.report
  if (report === undefined || report.kind === 'pushed' || report.kind === 'pr') return null
  if (report.kind === 'needs-clarification') return clarification(facts, report.words)
  if (report.kind === 'no-change' && answersReview(facts)) return null
  return stop(report.kind, {}, report.words)
}

/** 10 */
function red(facts: RunFacts): RunDecision | null {
  const { head, verdict, policy, card, now } = facts
  if (head === null || verdict?.kind !== 'red') return null
  if (reportsUnseen(facts)) return wait('report-not-visible', { reported: reportedName(facts.thread) })
  const attempts = fixAttempts(card).length
  const reds = countReds(facts)
  const last = reds.slice(-policy.fixForward.stagnationThreshold)
  const why = { head: head.commit.sha, failing: verdict.failing, attempts, stage: verdict.stage }
  if (
    last.length >= policy.fixForward.stagnationThreshold &&
    last.every(({ signature }) => signature === last[0]?.signature)
  ) {
    return stop('stagnant', why, `${verdict.failing.join(', ')} failed ${last.length} times in a row`)
  }
  if (attempts >= policy.fixForward.maxAttempts) {
    return stop(
      'budget',
      why,
      `${detailStarts.attemptsSpent} ${attempts} corrective turns: ${verdict.failing.join(', ')}`,
    )
  }
  const { seconds, waited } = secondsSinceRed(card, now.tracker)
  // At least one delivered attempt: time that passed with shut gates must not freeze a run that was never helped (SPEC 3.8).
  const helped = fixAttempts(card).some((turn) => isDelivered(facts.run.runId, turn, facts.thread))
  if (helped && seconds >= policy.fixForward.maxSeconds) {
    return stop(
      'budget',
      { ...why, seconds, waited },
      `${detailStarts.timeSpent} ${seconds} seconds since the first failure${waited === 0 ? '' : ', without the time that people took'}: ${verdict.failing.join(', ')}`,
    )
  }
  const attempt = nextAttempt(card, `fix:${head.commit.sha}`, facts.thread)
  return overBudget(facts) ?? { kind: 'fix-forward', code: 'red', facts: why, attempt }
}

/** Whole seconds since the first red: those in which the run waited for people, and the others, which count (SPEC 3.8). */
function secondsSinceRed(card: RunFacts['card'], now: Instant): { readonly seconds: number; readonly waited: number } {
  const since = card.firstRedAt ?? now
  const waited = overlap(waitsForPeople(card, now), since, now)
  return { seconds: Math.floor((age(now, since) - waited) / 1000), waited: Math.floor(waited / 1000) }
}

/** 11; it also guards row 10: a push that was reported and is not visible yet must not be answered with a corrective turn. */
function reportedButInvisible(facts: RunFacts): RunDecision | null {
  return reportsUnseen(facts) ? wait('report-not-visible', { reported: reportedName(facts.thread) }) : null
}

function reportsUnseen(facts: RunFacts): boolean {
  const { thread, now, policy, landing } = facts
  const said = thread.report
  if (said?.report.kind === 'pr') {
    const seen = 'pull' in landing && landing.pull.number === said.report.number
    if (seen || landing.kind === 'push') return false
  } else if (said?.report.kind !== 'pushed' || isSeen(said.report.sha, facts)) return false
  return now.executor !== null && age(now.executor, said.at) <= policy.ciStartGraceSeconds * 1000
}

/** The head, one that the branch held before it, or one on top of it that speaks for it. Without a head nothing is seen yet. */
function isSeen(sha: string, { head, verdict, reportSeen }: RunFacts): boolean {
  const judged = verdict?.kind === 'red' ? verdict.judged : ''
  return head !== null && (reportSeen === true || names(sha, head.commit.sha) || names(sha, judged))
}

/** 12 */
function nudge(facts: RunFacts): RunDecision | null {
  if (facts.head !== null || nudges(facts.card) >= facts.policy.maxNudges) return null
  return (
    paid(facts) ?? {
      kind: 'nudge',
      code: 'no-push',
      facts: { nudges: nudges(facts.card) },
      attempt: nextAttempt(facts.card, 'nudge', facts.thread),
    }
  )
}

/** 13 */
function withoutPush(facts: RunFacts): RunDecision {
  const { state } = facts.thread
  const said = uncountedReport(facts)
  return said === null
    ? stop('no-push', { thread: state }, 'the agent ended without a push and without a report')
    : stop('no-push', { thread: state, reported: said.what }, `${detailStarts[said.kind]}: ${said.what}`)
}

/** A run whose end was written over, or taken away, ends again and does nothing else. */
function neverAgain(decision: RunDecision, facts: RunFacts, self: Actor): RunDecision {
  if (['finish', 'land', 'cancel', 'stop'].includes(decision.kind) || !isAfterItsEnd(facts, self)) return decision
  return stop('end-lost', { instead: decision.kind }, 'it had ended, and its card no longer says how')
}

function isAfterItsEnd({ history, run, policy }: RunFacts, self: Actor): boolean {
  return hadEnded(history, epochById(history, run.epoch), { policy, self })
}

/**
 * A run without its lock is made whole first, unless it ends here and now by a person's word. Nor is one with a tampered card: the card
 * written anew would hide that from the next tick.
 */
function needsLock(facts: RunFacts, decision: RunDecision, self: Actor): boolean {
  if (facts.run.lock.kind === 'on' || facts.run.cardState === 'tampered' || isAfterItsEnd(facts, self)) return false
  return decision.kind !== 'cancel' && decision.kind !== 'finish'
}
