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
  /** The executor cannot be read: whether anything is at work is not known. */
  readonly unreachable?: boolean
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
 * already stands, the same list is what remains: steps whose effect is already there fall out. An agent that cannot be interrupted
 * keeps nobody from being told; only the lock stays, because it may be at work.
 */
export function endRun(ending: Ending): readonly Effect[] {
  const { card, outcome } = endedBy(ending)
  const interrupts = interruptsOf(ending, outcome)
  const isKnown = ending.unreachable !== true
  const isAtWork = outcome.unstopped === true && (interrupts.length > 0 || !isKnown)
  const calm = withoutUnstopped(card, outcome)
  // Without a lock nothing leads back to take the words away again: such a thread is an orphan, and interrupted as one.
  const unstopped: Card = hasLock(ending) ? { ...card, outcome: { ...outcome, unstopped: true } } : card
  const done: readonly Effect[] = [
    ...(isAtWork ? [{ kind: 'card.write', card: calm } as const] : []),
    ...tell({ ...ending, card: calm }, unlock(ending)),
    ...unlock(ending),
  ]
  const notDone = tell({ ...ending, card: unstopped }, [])
  return [
    { kind: 'card.write', card: isAtWork ? card : calm },
    ...(isAtWork && !isKnown
      ? notDone
      : afterInterrupts(interrupts, { kind: 'card.write', card: unstopped }, done, notDone)),
  ]
}

function endedBy({ card }: Ending): { readonly card: Card; readonly outcome: Outcome } {
  const { outcome } = card
  if (outcome === null) throw new Error('endRun needs a card with an outcome')
  return { card, outcome }
}

function withoutUnstopped(card: Card, outcome: Outcome): Card {
  const { unstopped: _, ...rest } = outcome
  return { ...card, outcome: rest }
}

type Interrupt = Extract<Effect, { kind: 'turn.interrupt' }>

/**
 * Odd, as the interrupts before turns are even: a known command id is answered and not done again (SPEC 5.2). Where one has failed, the
 * executor may have rejected its id for good: from then on there is another every minute, as for orphans.
 */
function interruptsOf({ card, busy, reviewer, now }: Ending, { at, unstopped }: Outcome): readonly Interrupt[] {
  const attempt = (first: number) => (unstopped ? againFrom + Math.floor(age(now, at) / 60_000) : first)
  return [
    ...(busy ? [{ runId: card.runId, first: 2 * card.turns.length + 1 }] : []),
    ...(reviewer == null ? [] : [{ runId: reviewer, first: 1 }]),
  ].map(({ runId, first }) => ({ kind: 'turn.interrupt', runId, attempt: attempt(first) }))
}

const againFrom = 1000

/** `done` after the last of them; once one has failed, the card says so and `notDone` is what is left. */
function afterInterrupts(
  interrupts: readonly Interrupt[],
  say: Effect,
  done: readonly Effect[],
  notDone: readonly Effect[],
): readonly Effect[] {
  let [then, otherwise] = [done, notDone]
  for (const interrupt of interrupts.toReversed()) {
    const tried: readonly Effect[] = [{ ...interrupt, ifFailed: [say].concat(otherwise) }]
    then = tried.concat(then)
    otherwise = tried.concat(otherwise)
  }
  return then
}

/**
 * The doorbell and the steps of the issue, in the order that the time allows; `last` is what follows them, and what is left to do where
 * nobody can be told any more (SPEC 9).
 */
function tell(ending: Ending, last: readonly Effect[]): readonly Effect[] {
  const { policy, now } = ending
  const { card, outcome } = endedBy(ending)
  const bell = bellOf(outcome.kind, ending)
  const settled = ending.canRing ? endedBells(ending, outcome) : []
  const labels = labelEffects(ending, outcome.kind, policy)
  const settle = settleEffects(subjectOf(ending), settled)
  if (bell === null) {
    return [
      ...settle,
      ...(settled.length === 0 ? [] : [{ kind: 'card.write', card: withSettled(card, settled, now) } as const]),
      ...labels,
    ]
  }
  const told: Card = {
    ...card,
    bells: { ...card.bells, [bell]: { at: now } },
    outcome: { ...outcome, untold: false },
  }
  const untold: Card = { ...card, outcome: { ...outcome, untold: true } }
  // Past the patience the labels no longer wait; only what leads back to this run does, until it was tried once more: what was down may
  // have been afk and not the notifier.
  const late = age(now, outcome.at) > bellPatienceSeconds * 1000
  const early = late && hasLock(ending)
  const ring: Effect = {
    kind: 'doorbell.ring',
    cause: bell,
    message: messageOf(ending, outcome),
    thread: threadOf(card),
    ...(late
      ? {
          ifFailed: [
            ...settle,
            { kind: 'card.write', card: withSettled(untold, settled, now) },
            ...(early ? [] : labels),
            ...last,
          ],
        }
      : {}),
  }
  return [
    ...(early ? labels : []),
    ring,
    ...settle,
    { kind: 'card.write', card: withSettled(told, settled, now) },
    ...(early ? [] : labels),
  ]
}

function hasLock({ issue, policy }: Ending): boolean {
  return issue.labels.some((name) => sameName(name, policy.labels.inProgress))
}

function unlock(ending: Ending): readonly Effect[] {
  return hasLock(ending) ? [{ kind: 'label.remove', label: ending.policy.labels.inProgress }] : []
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
  if (cause === null || !canRing || cause in card.bells) return null
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
