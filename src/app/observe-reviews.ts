import type { Card, ReviewRecord } from '../core/card/card.ts'
import { isRung } from '../core/doorbell/ring-effects.ts'
import { reviewThreadIdOf } from '../core/ids.ts'
import type { Run } from '../core/run/identify.ts'
import type { Landing } from '../core/landing/landing.ts'
import type { ThreadView } from '../core/model.ts'
import { isDelivered } from '../core/run/turns.ts'
import type { Tick } from './tick.ts'

/** The thread of the newest review, while its words are still to be read; `thread` is the run's own. */
export async function reviewerOf({ card, runId }: Run, thread: ThreadView, tick: Tick): Promise<ThreadView | null> {
  const review = card?.reviews?.at(-1)
  if (card == null || review === undefined) return null
  const sent = card.findings?.some(({ round }) => round === review.round) ?? false
  const isRead = review.state === 'clean' || (review.state === 'issues' && sent)
  if (isRead && !isSentAgain(card, review, thread)) return null
  return tick.world.executor.detail(reviewThreadIdOf(runId, review.round))
}

/** The turn with its findings was recorded, but never got there, or never began: it may have to be written once more. */
function isSentAgain(card: Card, { round }: ReviewRecord, thread: ThreadView): boolean {
  const last = card.turns.at(-1)
  if (last?.purpose !== `review:${round}`) return false
  return !isDelivered(card.runId, last, thread) || thread.state === 'starting' || thread.state === 'failed'
}

/** Where people find a reviewer that waits for them, until they were told. */
export async function reviewerLinkOf(
  reviewer: ThreadView | null,
  card: Card | null,
  tick: Tick,
): Promise<{ readonly reviewerLink?: string | null }> {
  if (reviewer?.state !== 'waiting' || reviewer.pending === null) return {}
  if (isRung(card?.bells[`waiting:${reviewer.pending.id}`])) return {}
  return { reviewerLink: await tick.world.executor.link(reviewer.id) }
}

/** More rounds than any run can have: three a pull request, and one of those an attempt. */
const mostRounds = 60

/** The threads of all reviews of a run whose card is gone, the first round's first (SPEC 6.2). Asked only where there is a pull request. */
export async function reviewersOf({ card, runId }: Run, landing: Landing, tick: Tick): Promise<readonly ThreadView[]> {
  if (card !== null || !('pull' in landing)) return []
  const found: ThreadView[] = []
  for (let round = 1; round <= mostRounds; round += 1) {
    const thread = await tick.world.executor.detail(reviewThreadIdOf(runId, round))
    if (thread.state === 'absent') break
    found.push(thread)
  }
  return found
}
