import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import { hasLabel } from '../sandbox/github/state/issue-labels.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { World } from '../sandbox/world.ts'
import type { TickResult } from './tick.ts'
import type { Story, Way } from './village.ts'

/** Where an issue stands now, by what is on GitHub and by what the poller last said of it. */
export interface Standing {
  readonly state: string
  readonly labels: { readonly ready: boolean; readonly locked: boolean; readonly human: boolean }
  readonly cards: readonly Card[]
  readonly lastSkip: readonly string[]
}

export function standingOf(
  world: World,
  stories: readonly Story[],
  results: readonly TickResult[],
): readonly Standing[] {
  const decisions = results
    .flatMap(({ lines }) => lines)
    .filter(({ event, program }) => event === 'decision' && program === 'poller')
  return stories.map(({ repo, number }) => {
    const issue = requireIssue(requireRepo(world.github, repo), number)
    const last = decisions.findLast((line) => line['repo'] === repo && line['issue'] === number)
    return {
      state: issue.state === 'closed' ? `closed as ${String(issue.stateReason)}` : 'open',
      labels: {
        ready: hasLabel(issue, 'ready-for-agent'),
        locked: hasLabel(issue, 'agent-in-progress'),
        human: hasLabel(issue, 'ready-for-human'),
      },
      cards: issue.comments.flatMap(({ body }) => {
        const parsed = parseCard(body)
        return parsed.kind === 'card' ? [parsed.card] : []
      }),
      lastSkip: Array.isArray(last?.['codes']) ? last['codes'].map(String) : [],
    }
  })
}

/** Every way in which an issue is not (yet) where its story ends. */
export function judge(stories: readonly Story[], standings: readonly Standing[]): readonly string[] {
  return stories.flatMap((story, index) => {
    const standing = standings[index]
    return standing === undefined
      ? []
      : wrongWith(story, standing).map((what) => `${story.repo}#${story.number}: ${what}`)
  })
}

function wrongWith(
  { ends, why, through = [] }: Story,
  { state, labels, cards, lastSkip }: Standing,
): readonly string[] {
  const isRun = why !== ''
  if (!isRun) {
    return [
      ...(lastSkip.includes(ends)
        ? []
        : [`expected to be skipped as ${ends}, got ${lastSkip.join(', ') || 'no decision'}`]),
      ...(cards.length === 0 ? [] : ['has a card and was never to be dispatched']),
    ]
  }
  const outcome = cards[0]?.outcome
  const wrong: string[] = []
  if (cards.length !== 1) wrong.push(`expected one card, got ${cards.length}`)
  if (outcome?.kind !== ends || outcome.reason !== why)
    wrong.push(`expected ${ends} (${why}), got ${outcome ? `${outcome.kind} (${outcome.reason})` : 'a run under way'}`)
  if (labels.locked || labels.ready) wrong.push('still carries a label of the loop')
  if (labels.human !== (ends !== 'landed'))
    wrong.push(labels.human ? 'carries the human label' : 'lacks the human label')
  for (const way of through) if (cards[0] !== undefined && !went[way](cards[0])) wrong.push(`has no ${way} on its card`)
  if ((ends === 'landed') !== (state === 'closed as completed')) wrong.push(`is ${state}`)
  return wrong
}

const went: { readonly [way in Way]: (card: Card) => boolean } = {
  'pull request': ({ pull }) => pull != null && pull.merged !== null,
  review: ({ reviews = [], findings = [] }) => reviews.some(({ state }) => state === 'issues') && findings.length > 0,
  approval: ({ approvals = [] }) => approvals.some(({ decision, via }) => decision === 'approved' && via === 'slack'),
  answer: ({ questions = [] }) => questions.some(({ answer }) => answer !== null),
}
