import type { Card, DeploymentRecord, ReviewRecord } from './card.ts'
import { cutText } from '../text/escape.ts'

/**
 * The fullest shortened form of a card that fits: first the agent's words and long names go short, then the names of all failures but
 * the last, at the end the oldest entries. What decisions rest on (ids, heads, signatures, the newest turns, reds and bells, the
 * outcome's code) stays whole. The last form is returned whether it fits or not; with ids and names as services make them it does.
 */
export function boundCard(card: Card, fits: (card: Card) => boolean): Card {
  let form = card
  for (const limit of limits) {
    form = shortened(card, limit)
    if (fits(form)) break
  }
  return form
}

interface Limit {
  readonly detail: number
  readonly name: number
  /** Names a failure; of all failures but the last. */
  readonly names: number
  readonly olderNames: number
  readonly entries: number
  /** Lines of what a review found, each as long as the details may be. */
  readonly found: number
}

const limits: readonly Limit[] = [
  { detail: 2000, name: 200, names: 50, olderNames: 20, entries: Infinity, found: 4 },
  { detail: 500, name: 100, names: 30, olderNames: 3, entries: Infinity, found: 2 },
  { detail: 300, name: 60, names: 20, olderNames: 0, entries: 120, found: 1 },
  { detail: 300, name: 60, names: 10, olderNames: 0, entries: 60, found: 0 },
]

function shortened({ usage, ...card }: Card, limit: Limit): Card {
  const reds = card.reds.slice(-limit.entries)
  return {
    ...card,
    turns: card.turns.slice(-limit.entries),
    reds: reds.map((red, index) => {
      const names = index === reds.length - 1 ? limit.names : limit.olderNames
      return {
        ...red,
        failing: red.failing.slice(0, names).map((name) => cutText(name, limit.name)),
      }
    }),
    ...shortUsage(usage, limit),
    bells: Object.fromEntries(Object.entries(card.bells).slice(-limit.entries)),
    links: Object.fromEntries(Object.entries<string>({ ...card.links }).filter(([, url]) => url.length <= 1000)),
    ...(card.reviews === undefined ? {} : { reviews: card.reviews.map((review) => shortReview(review, limit)) }),
    ...(card.findings === undefined ? {} : { findings: card.findings.slice(-limit.entries) }),
    ...(card.deployment === undefined ? {} : { deployment: shortDeployment(card.deployment) }),
    ...(card.approvals === undefined ? {} : { approvals: card.approvals.slice(-limit.entries) }),
    outcome: card.outcome && {
      ...card.outcome,
      detail: cutText(card.outcome.detail, limit.detail),
    },
  }
}

function shortDeployment({ url, ...deployment }: DeploymentRecord): DeploymentRecord {
  return url === undefined || url.length > 1000 ? deployment : { ...deployment, url }
}

function shortReview({ found, usage, ...review }: ReviewRecord, limit: Limit): ReviewRecord {
  const lines = found?.slice(0, limit.found).map((line) => cutText(line, limit.detail)) ?? []
  return { ...review, ...shortUsage(usage, limit), ...(lines.length === 0 ? {} : { found: lines }) }
}

/** Whole or not at all: without it the sum goes on as on a card of an earlier build, and a part of it would be counted twice. */
function shortUsage(usage: Card['usage'], { entries }: Limit): Pick<Card, 'usage'> {
  return usage === undefined || usage.length > entries ? {} : { usage }
}
