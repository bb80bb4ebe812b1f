import { cardsOf } from '../core/card/cards-of.ts'
import type { Card } from '../core/card/card.ts'
import { reviewThreadIdOf } from '../core/ids.ts'
import { age } from '../core/label-history.ts'
import { sameName, type ThreadState, type ThreadView } from '../core/model.ts'
import type { NamelessThread, OwnThread } from '../core/titles.ts'
import { turnsFromThread } from '../core/run/turns.ts'
import { applyContext, applyEffects } from './apply.ts'
import type { Found, FoundRuns } from './find-runs.ts'
import { recordFailure } from './bug.ts'
import type { Tick } from './tick.ts'

/** Interrupts of ended runs count from here, one a minute: the first of them may have come before the turn had begun. */
const afterTheEnd = 1000

/**
 * Threads at work that no issue claims (SPEC 6.3): each is reported with its link. One whose own run has ended is interrupted again,
 * because an ended run spends nothing; unless a person wrote to it last: then it is theirs.
 */
export async function reportOrphans(runs: FoundRuns, tick: Tick): Promise<number> {
  const orphans = orphansOf(runs)
  let count = 0
  for (const { thread, repo } of namelessOrphansOf(runs)) {
    count += 1
    const link = await tick.world.executor.link(thread.id)
    tick.report.note('orphan', { thread: thread.id, repo, state: thread.state, link })
  }
  for (const orphan of orphans) {
    try {
      if (tick.failures.stopped('executor') !== null || (await oneOrphan(orphan, runs, tick))) count += 1
    } catch (thrown) {
      // Of what could not be read nothing is known: it counts, or a drain would be called done too early.
      count += 1
      recordFailure(thrown, 'orphan', tick, orphan.issue)
    }
  }
  return count
}

/** Threads at work that no run of theirs claims. */
export function orphansOf(runs: FoundRuns): readonly OwnThread[] {
  const claimed = claimedBy(runs)
  return runs.threads.filter(
    ({ thread, issue }) =>
      (thread.state === 'working' || thread.state === 'waiting') &&
      !claimed.has(thread.id) &&
      // Of an issue, or a card, that cannot be read nothing is known: it may well be claimed. One that is gone claims nothing.
      [...runs.gone, ...runs.found.flatMap((found) => (isLeftAlone(found) ? [] : [found.issue]))].some(
        ({ repo, number }) => number === issue.number && sameName(repo, issue.repo),
      ),
  )
}

/** By a card that this build cannot read. */
function isLeftAlone({ identified }: Found): boolean {
  return identified.kind === 'broken' || identified.kind === 'newer'
}

/** The same of those that somebody has renamed: no issue can be told with them, nor an end that they have outlived. */
export function namelessOrphansOf(runs: FoundRuns): readonly NamelessThread[] {
  const claimed = claimedBy(runs)
  const isUnknown = runs.found.some(isLeftAlone)
  return runs.nameless.filter(
    ({ thread }) => (thread.state === 'working' || thread.state === 'waiting') && !claimed.has(thread.id) && !isUnknown,
  )
}

/** Whatever this tick has just ended is still shown at work by a list that was read before: it was dealt with. */
function claimedBy({ found }: FoundRuns): ReadonlySet<string> {
  return new Set(
    found.flatMap(({ identified }) =>
      identified.kind === 'dispatching'
        ? [identified.runId]
        : identified.kind === 'run'
          ? [identified.runId, ...reviewThreads(identified.card)]
          : [],
    ),
  )
}

/** Whether there really was one. */
async function oneOrphan({ thread, issue }: OwnThread, runs: FoundRuns, tick: Tick): Promise<boolean> {
  const { executor, tracker } = tick.world
  // The list may go on showing a request that an interrupted turn has left open: only the thread itself tells whether it works.
  const view = await executor.detail(thread.id)
  if (!atWork.includes(view.state)) return false
  // A turn that died with T3 is shown at work for ever (SPEC 8.3). An interrupt would be a change of its row, and so hold its repo for ever.
  const silentMs = age(executor.now() ?? 0, view.lastSignAt ?? 0)
  if (silentMs > tick.policy.repo(issue.repo).stallSeconds * 1000) return false
  const found = runs.found.find((one) => one.issue.number === issue.number && sameName(one.issue.repo, issue.repo))
  const ended =
    found &&
    cardsOf(found.issue).cards.find(
      ({ card }) => card.outcome !== null && (card.runId === thread.id || reviewThreads(card).includes(thread.id)),
    )?.card
  tick.report.note('orphan', {
    thread: thread.id,
    repo: issue.repo,
    issue: issue.number,
    state: thread.state,
    link: await executor.link(thread.id),
  })
  if (!ended || !spokeLast(view, ended)) return true
  const minutes = Math.floor(age(tracker.now() ?? 0, ended.outcome?.at ?? 0) / 60_000)
  await applyEffects(
    [{ kind: 'turn.interrupt', runId: thread.id, attempt: afterTheEnd + minutes }],
    applyContext(tick, issue, thread.id, found.issue),
  )
  return true
}

/** A run's reviews have threads of their own (SPEC 15.4). */
function reviewThreads(card: Card | null): readonly string[] {
  return (card?.reviews ?? []).map(({ round }) => reviewThreadIdOf(card?.runId ?? '', round))
}

const atWork: readonly ThreadState[] = ['starting', 'working', 'waiting', 'unknown']

function spokeLast(view: ThreadView, card: Card): boolean {
  const last = view.messages.at(-1)
  const shas = card.turns.flatMap(({ purpose }) => (purpose.startsWith('fix:') ? [purpose.slice('fix:'.length)] : []))
  return (
    last !== undefined &&
    turnsFromThread(
      view.id,
      { ...view, messages: [last] },
      shas,
      0,
      card.turns.map(({ purpose }) => purpose),
    ).length === 1
  )
}
