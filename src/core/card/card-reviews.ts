import type { Card, FindingsRecord, ReviewRecord } from './card.ts'
import { codeQuote } from '../text/escape.ts'
import { instantText } from '../text/instant-text.ts'

/** Rows of the card's folded tables, narrow enough for a phone, newest last: each round of review (SPEC 15.4). A run that lands by push has none. */
export function reviewRows({ reviews = [] }: Card): readonly string[] {
  return reviews.map(
    (review) => `| ${instantText(review.at)} | ${review.round}, of ${whatOf(review)} | ${saidOf(review)} |`,
  )
}

/** Each time that findings went to the agent. */
export function findingsRows({ findings = [] }: Card): readonly string[] {
  return findings.map((sent) => `| ${instantText(sent.at)} | ${contentsOf(sent)} |`)
}

/** Of one that was recalled from its thread alone (`lost-reviews.ts`) the commit is not known. */
function whatOf({ pull, head }: ReviewRecord): string {
  const place = pull === 0 ? 'an earlier pull request' : `#${pull}`
  return head === '' ? place : `${place} at ${codeQuote(head.slice(0, 10))}`
}

function saidOf({ state, attempt }: ReviewRecord): string {
  const tries = attempt > 1 ? ` (${attempt} turns)` : ''
  return `${state === 'asked' ? 'no result yet' : state}${tries}`
}

function contentsOf({ round, threads }: FindingsRecord): string {
  const parts = [
    ...(round === 0 ? [] : [`those of review ${round}`]),
    ...(threads.length === 0
      ? []
      : [`${threads.length} ${threads.length === 1 ? 'conversation' : 'conversations'} of people`]),
  ]
  return parts.length === 0 ? 'conversations of people' : parts.join(' and ')
}
