import { reviewThreadIdOf } from '../core/ids.ts'
import type { Run } from '../core/run/identify.ts'
import type { Landing } from '../core/landing/landing.ts'
import type { ThreadView } from '../core/model.ts'
import type { Tick } from './tick.ts'

/** The thread of the newest review, while its words are still to be read. */
export async function reviewerOf({ card, runId }: Run, tick: Tick): Promise<ThreadView | null> {
  const review = card?.reviews?.at(-1)
  if (review === undefined) return null
  const sent = card?.findings?.some(({ round }) => round === review.round) ?? false
  if (review.state === 'clean' || (review.state === 'issues' && sent)) return null
  return tick.world.executor.detail(reviewThreadIdOf(runId, review.round))
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
