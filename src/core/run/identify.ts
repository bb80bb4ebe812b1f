import type { Card } from '../card/card.ts'
import { cardsOf } from '../card/cards-of.ts'
import { runIdOf } from '../ids.ts'
import { hadEnded, isUntold } from './had-ended.ts'
import { epochById, epochOfLock, labelHistory } from '../label-history.ts'
import { lockFate, type LockFate } from '../lock-history.ts'
import { relabelledRun } from './relabelled-run.ts'
import type { Actor, Instant, IssueFacts, LabelEvent } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'

/** A run, as its issue tells it (SPEC 6.1). */
export interface Run {
  readonly runId: string
  readonly epoch: string
  readonly epochAt: Instant
  readonly card: Card | null
  /** `lost` = no card stands on the issue; `tampered` = somebody else edited it (its data is not believed). */
  readonly cardState: 'present' | 'lost' | 'tampered'
  readonly lock: LockFate
}

export type Identified =
  | ({ readonly kind: 'run' } & Run)
  /** Ready, never locked, its thread is there: the poller finishes this dispatch (SPEC 5.1, Resume first). */
  | { readonly kind: 'dispatching'; readonly runId: string }
  /** Its run has ended and nothing is left to do. */
  | { readonly kind: 'over'; readonly card: Card | null }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'newer'; readonly version: number }

/**
 * Which run of an issue is in flight, if any. `threadExists` tells of an id whether the executor has such a thread, `threadAtWork`
 * whether it works (absent: none does, as far as the question goes).
 * `resumes` = the poller watches over this repo, so that a half-done dispatch is its business.
 */
export function identifyRun(
  issue: IssueFacts,
  options: {
    readonly policy: RepoPolicy
    readonly self: Actor
    readonly threadExists: (id: string) => boolean
    readonly threadAtWork?: (id: string) => boolean
    readonly pollerResumes: boolean
  },
): Identified {
  const history = labelHistory(issue, options.policy.labels)
  const all = cardsOf(issue)
  const { cards } = all
  // What is older than the epoch belongs to an earlier run, whose end is nobody's business any more.
  const since = (history.lockedNow ? epochOfLock(history) : history.latestEpoch)?.at ?? 0
  const newer = all.newer.find(({ at }) => at >= since)
  const broken = all.broken.find(({ at }) => at >= since)
  const isTampered = all.tampered.some(({ at }) => at >= since)
  if (newer) return { kind: 'newer', version: newer.version }
  if (broken) return { kind: 'broken', why: broken.why }
  const who = { policy: options.policy, self: options.self }
  const runIdFor = (event: LabelEvent) => runIdOf(issue.repo, issue.number, event.id)
  const fateOf = (epoch: LabelEvent | null): LockFate =>
    epoch === null ? (history.lockedNow ? { kind: 'on' } : { kind: 'never' }) : lockFate(history, epoch, who)
  const withCard = (card: Card): Identified => ({
    kind: 'run',
    runId: card.runId,
    epoch: card.epoch,
    epochAt: card.epochAt,
    card,
    cardState: 'present',
    lock: fateOf(epochById(history, card.epoch)),
  })
  const withoutCard = (epoch: LabelEvent): Identified => ({
    kind: 'run',
    runId: runIdFor(epoch),
    epoch: epoch.id,
    epochAt: epoch.at,
    card: null,
    cardState: isTampered ? 'tampered' : 'lost',
    lock: fateOf(epoch),
  })

  const open = cards.findLast(({ card }) => card.outcome === null)?.card
  if (history.lockedNow) {
    const epoch = epochOfLock(history)
    if (open) return withCard(open)
    const ended = cards.findLast(({ card }) => epoch === null || card.epoch === epoch.id)?.card
    if (ended) return withCard(ended)
    if (epoch) return withoutCard(epoch)
    return {
      kind: 'none',
      why: `it carries ${options.policy.labels.inProgress}, and was never labelled ${options.policy.labels.ready}`,
    }
  }

  const epoch = history.latestEpoch
  if (open) {
    const fate = fateOf(epochById(history, open.epoch))
    return fate.kind === 'never' && pollersBusiness(open.epoch)
      ? { kind: 'dispatching', runId: open.runId }
      : withCard(open)
  }
  if (epoch === null) return { kind: 'none', why: `it was never labelled ${options.policy.labels.ready}` }
  const ended = cards.find(({ card }) => card.epoch === epoch.id)?.card
  if (ended) return history.readyNow || isUntold(ended, fateOf(epoch)) ? withCard(ended) : { kind: 'over', card: ended }
  if (!options.threadExists(runIdFor(epoch)) && !isTampered) {
    const isAtWork = options.threadAtWork ?? (() => false)
    const earlier = relabelledRun(history, all, who, { idOf: runIdFor, isAtWork })
    return earlier === null ? { kind: 'none', why: 'no run of it is known' } : withoutCard(earlier)
  }
  const fate = fateOf(epoch)
  if ((fate.kind === 'off' && fate.byRole === 'afk') || hadEnded(history, epoch, who))
    return { kind: 'over', card: null }
  // A tampered card stops its run (SPEC 6.2), and that is the watcher's to do: the poller goes on with no run whose card it cannot believe.
  return fate.kind === 'never' && !isTampered && pollersBusiness(epoch.id)
    ? { kind: 'dispatching', runId: runIdFor(epoch) }
    : withoutCard(epoch)

  function pollersBusiness(epochId: string): boolean {
    return options.pollerResumes && issue.state === 'open' && history.readyNow && epoch?.id === epochId
  }
}
