import { openBells, threadOf } from '../doorbell/bell-places.ts'
import { resolutionOf } from '../doorbell/bell-resolution.ts'
import type { Card, Outcome, OutcomeKind } from '../card/card.ts'
import { doorbellFor } from '../doorbell/doorbell.ts'
import type { Effect } from '../effects.ts'
import { age } from '../label-history.ts'
import { sameName, type Instant, type IssueFacts } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'
import { costUsd, tokensSpent } from './cost.ts'
import { unhalted } from './halted.ts'
import { settleEffects, withSettled, type SettledBell } from '../doorbell/settle-bells.ts'

/** Seconds that a terminal run's labels wait for a doorbell that cannot be rung (SPEC 9). */
export const bellPatienceSeconds = 180

/** What the end of a run needs to know. */
export interface Ending {
  readonly card: Card
  readonly issue: Pick<IssueFacts, 'labels' | 'state' | 'repo' | 'number' | 'title' | 'url'>
  readonly policy: RepoPolicy
  readonly now: Instant
  readonly canRing: boolean
  /** Interrupt a thread that is still at work. */
  readonly busy: boolean
  /** The thread of a review that is still at work: it is interrupted too. */
  readonly reviewer?: string | null
  /** Doorbells of the run that were answered before it ended. */
  readonly answered?: readonly SettledBell[]
  /** The ready label on the issue is a newer one than this run's. */
  readonly readyIsNewer: boolean
}

export function withOutcome(card: Card, kind: OutcomeKind, reason: string, detail: string, at: Instant): Card {
  const outcome: Outcome = { kind, reason, detail, at, untold: false }
  const phase = kind === 'landed' ? 'done' : card.phase
  return { ...unhalted(card), outcome, phase, phases: kind === 'landed' ? { ...card.phases, done: at } : card.phases }
}

/**
 * All writes that end a run, in order: the outcome first, the lock label last, each idempotent (SPEC 6.5). Given a card whose outcome
 * already stands, the same list is what remains: steps whose effect is already there fall out.
 */
export function endRun(ending: Ending): readonly Effect[] {
  const { card, policy, now } = ending
  const outcome = card.outcome
  if (outcome === null) throw new Error('endRun needs a card with an outcome')
  const bell = bellOf(outcome.kind, ending)
  // Past the patience the labels no longer wait. It is still tried once: what was down may have been afk and not the notifier.
  const late = bell !== null && age(now, outcome.at) > bellPatienceSeconds * 1000
  const settled = ending.canRing ? endedBells(ending, outcome) : []
  const told = withSettled(
    { ...card, bells: { ...card.bells, ...(bell ? { [bell]: { at: now } } : {}) } },
    settled,
    now,
  )
  const untold: Card = { ...card, outcome: { ...outcome, untold: true } }
  const ring: readonly Effect[] = [
    ...(bell === null
      ? []
      : [
          {
            kind: 'doorbell.ring',
            cause: bell,
            message: messageOf(ending, outcome),
            thread: threadOf(card),
            // Nor does the lock wait any longer (SPEC 9); where earlier messages are to be settled, the next tick does both.
            ...(late && settled.length === 0 ? { ifFailed: unlock(ending) } : {}),
          } as const,
        ]),
    ...settleEffects(subjectOf(ending), settled),
    ...(bell === null && settled.length === 0 ? [] : [{ kind: 'card.write', card: told } as const]),
  ]
  const labels = labelEffects(ending, outcome.kind, policy)
  return [
    { kind: 'card.write', card: late ? untold : card },
    // Odd, as the interrupts before turns are even: a known command id is answered and not done again (SPEC 5.2).
    ...(ending.busy
      ? [{ kind: 'turn.interrupt', runId: card.runId, attempt: 2 * card.turns.length + 1 } as const]
      : []),
    ...(ending.reviewer == null ? [] : [{ kind: 'turn.interrupt', runId: ending.reviewer, attempt: 1 } as const]),
    ...(late ? [...labels, ...ring] : [...ring, ...labels]),
    ...unlock(ending),
  ]
}

function unlock({ issue, policy }: Ending): readonly Effect[] {
  const label = policy.labels.inProgress
  return issue.labels.some((name) => sameName(name, label)) ? [{ kind: 'label.remove', label }] : []
}

/**
 * Steps of the issue itself, only those that still change something. Without a lock (a dispatch that died before it, or a person's
 * hand) it is the ready label by which a half-done end is found: then that goes last.
 */
function labelEffects({ issue, readyIsNewer }: Ending, kind: OutcomeKind, { labels }: RepoPolicy): readonly Effect[] {
  const has = (label: string) => issue.labels.some((name) => sameName(name, label))
  const unready: readonly Effect[] =
    has(labels.ready) && !readyIsNewer ? [{ kind: 'label.remove', label: labels.ready }] : []
  const effects: Effect[] = []
  // Where the ready label was put on anew, a later human label would forbid the new run that it asks for (SPEC 5.1, human-label).
  if ((kind === 'frozen' || kind === 'escalated') && !has(labels.human) && !readyIsNewer)
    effects.push({ kind: 'label.add', label: labels.human })
  if (kind === 'landed' && issue.state === 'open') effects.push({ kind: 'issue.close' })
  return has(labels.inProgress) ? [...unready, ...effects] : [...effects, ...unready]
}

/** The doorbell of an end; null: nobody is told of it. */
export function bellOfEnd(kind: OutcomeKind): 'done' | 'frozen' | 'needs-human' | null {
  return ({ landed: 'done', frozen: 'frozen', escalated: 'needs-human', cancelled: null } as const)[kind]
}

/** Once per run and kind; null when there is nobody to ring, nothing to ring for, or it was rung. */
function bellOf(kind: OutcomeKind, { card, policy, canRing }: Ending): string | null {
  const cause = bellOfEnd(kind)
  if (cause === null || !canRing || cause in card.bells || card.outcome?.untold) return null
  return cause === 'done' && !policy.notifyDone ? null : cause
}

/** What still asks for something of a run that is over. */
function endedBells({ card, now: at, answered = [] }: Ending, { reason }: Outcome): readonly SettledBell[] {
  const late = ['unanswered', 'unapproved', 'merge-timeout'].includes(reason)
  return openBells(card).map((bell) => {
    const known = late ? undefined : answered.find((one) => one.bell.cause === bell.cause)?.resolution
    const what = late ? 'Nobody answered in time' : 'No longer asked: the run is over'
    return { bell, resolution: resolutionOf(bell, card, at, () => null) ?? known ?? { what, by: null, at } }
  })
}

function subjectOf({ card, issue }: Ending) {
  return { card, title: issue.title, issueUrl: issue.url, repo: issue.repo }
}

function messageOf(ending: Ending, outcome: Outcome) {
  const { card, policy } = ending
  return doorbellFor({
    ...subjectOf(ending),
    outcome,
    usd: costUsd(tokensSpent(card), policy),
    policy,
  })
}
