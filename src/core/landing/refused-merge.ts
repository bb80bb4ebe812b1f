import type { Card } from '../card/card.ts'
import { age } from '../label-history.ts'
import type { Instant } from '../model.ts'
import type { Pull } from '../pull-model.ts'
import { minutesUntilTurn } from '../schedule.ts'

/**
 * Whether the merge of this head was refused, and is not to be tried again yet: it is as soon as the service says something else of the
 * pull request than it did then, and else now and then while it says that nothing stands in the way; for it does not tell all that it
 * refuses for. What lost a race is tried in every tick; what loses each of them for so long was refused.
 */
export function isRefused({ merge, runId }: Pick<Card, 'merge' | 'runId'>, pull: Pull, now: Instant): boolean {
  if (merge === undefined || merge.head !== pull.head || merge.state === 'sent') return false
  const isRecent = age(now, merge.at) <= everyMinutes * 60_000
  if (merge.state === 'conflict' && isRecent) return false
  if (pull.mergeable === 'unknown' || pull.mergeState === 'unknown') return true
  if (merge.seen !== undefined && merge.seen !== wordsOn(pull)) return false
  const isFree = pull.mergeState === 'clean' || pull.mergeState === 'unstable'
  return isRecent || !isFree || minutesUntilTurn(runId, now, everyMinutes) > 0
}

/** What is to be seen of whether it may be merged. Rules of a branch may ask for approvals that the decision says nothing of. */
export function wordsOn({ mergeState, reviewDecision, reviews }: Pull): string {
  const approvals = reviews.filter(({ state }) => state === 'approved').length
  return `${mergeState}, ${reviewDecision}, approvals: ${approvals}`
}

/** A request each, and no edit of the card: what is refused as before leaves the record as it was. */
const everyMinutes = 10
