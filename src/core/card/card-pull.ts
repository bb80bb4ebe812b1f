import type { Card, ReviewRecord } from './card.ts'
import { codeQuote, markdownLink } from '../text/escape.ts'

/** The line of the card for the run's pull request and its reviews (SPEC 15); none for a run that lands by push. */
export function pullLine({ pull, reviews = [] }: Card): string {
  if (pull === undefined) return ''
  const merged = pull.merged === null ? '' : `, merged as ${codeQuote(pull.merged.slice(0, 10))}`
  const held = reviews.filter((review) => review.pull === pull.number).map(reviewWords)
  return [`Pull request ${markdownLink(`#${pull.number}`, pull.url)}${merged}`, ...held].join(' · ')
}

/** What the newest review found (SPEC 15.4); none once a later one is asked for or has found nothing. */
export function openFindingsText({ pull, reviews = [] }: Card): string {
  const last = reviews.findLast((review) => review.pull === pull?.number)
  if (last?.state !== 'issues' || last.found === undefined) return ''
  return [
    `**Findings of review ${last.round}**, as they begin (all of them stand in the thread of that review; no later review has looked at the answer):`,
    last.found.map((line) => `- ${codeQuote(line)}`).join('\n'),
  ].join('\n\n')
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
