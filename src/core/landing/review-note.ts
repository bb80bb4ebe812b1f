import type { Card } from '../card/card.ts'

/** What people should know of the reviews before they say yes; afk's own words. Null: nothing is open (SPEC 15.4). */
export function reviewNote({ reviews = [], pull }: Card): string | null {
  const last = reviews.findLast((review) => review.pull === pull?.number)
  if (last?.state !== 'issues') return null
  return `Review ${last.round} found issues. The agent answered them, and no further review has looked at the answer.`
}
