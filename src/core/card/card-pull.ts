import type { Card, ReviewRecord } from './card.ts'
import { codeQuote, markdownLink } from '../text/escape.ts'

/** The line of the card for the run's pull request and its reviews (SPEC 15); none for a run that lands by push. */
export function pullLine({ pull, reviews = [] }: Card): string {
  if (pull === undefined) return ''
  const merged = pull.merged === null ? '' : `, merged as ${codeQuote(pull.merged.slice(0, 10))}`
  const held = reviews.filter((review) => review.pull === pull.number).map(reviewWords)
  return [`Pull request ${markdownLink(`#${pull.number}`, pull.url)}${merged}`, ...held].join(' · ')
}

function reviewWords({ round, state }: ReviewRecord): string {
  switch (state) {
    case 'asked':
      return `review ${round} is under way`
    case 'clean':
      return `review ${round} found nothing`
    case 'issues':
      return `review ${round} found issues`
  }
}
