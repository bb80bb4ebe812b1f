import type { Card, Outcome, OutcomeKind } from './card.ts'
import { costText } from './cost-text.ts'
import type { DoorbellKind, DoorbellMessage } from './effects.ts'
import { oneLine } from './escape.ts'
import { explainOutcome } from './explain.ts'
import type { PendingRequest, RepoName } from './model.ts'
import type { RepoPolicy } from './policy.ts'
import { fixAttempts } from './turns.ts'

export interface OutcomeBell {
  readonly card: Card
  readonly outcome: Outcome
  readonly issueUrl: string
  readonly repo: RepoName
  /** Estimated cost in US dollars. */
  readonly usd: number
  readonly policy: Pick<RepoPolicy, 'budgetUsd' | 'fixForward'>
}

/** The doorbell for a run that ended: what happened, why, what was tried, what it cost, what to do next (SPEC 9). */
export function doorbellFor({ card, outcome, issueUrl, repo, usd, policy }: OutcomeBell): DoorbellMessage {
  const { title, meaning, remedy } = explainOutcome(outcome)
  return {
    kind: kinds[outcome.kind],
    headline: headlineOf(`${repo}#${card.issue}`, outcome.kind, title),
    repo,
    issue: card.issue,
    paragraphs: [
      quoted('Why', meaning, outcome.detail),
      ...triedParagraphs(card, policy.fixForward.maxAttempts),
      { label: 'Cost', text: `${costText(card.tokens, usd)} of ${policy.budgetUsd} USD.` },
      { label: 'Next', text: remedy },
    ],
    buttons: buttonsOf(card, issueUrl),
    mention: outcome.kind === 'frozen' || outcome.kind === 'escalated',
  }
}

/** The doorbell for an agent that waits in the executor for a person. */
export function waitingBell(facts: {
  readonly card: Card
  readonly request: PendingRequest
  readonly issueUrl: string
  readonly repo: RepoName
}): DoorbellMessage {
  const { card, request, issueUrl, repo } = facts
  const wants = request.kind === 'approval' ? 'an approval' : 'an answer'
  return {
    kind: 'waiting',
    headline: `${repo}#${card.issue} waits for ${wants}`,
    repo,
    issue: card.issue,
    paragraphs: [
      quoted('Why', `The agent asks for ${wants} in T3 and does not go on without it.`, request.detail),
      {
        label: 'Next',
        text: 'Open the thread and answer there. If nobody does in time, the run is stopped.',
      },
    ],
    buttons: buttonsOf(card, issueUrl),
    mention: true,
  }
}

/** A cancelled run rings nobody; should it be rung all the same, it is as quiet as a landed one. */
const kinds: { readonly [kind in OutcomeKind]: DoorbellKind } = {
  landed: 'done',
  frozen: 'frozen',
  escalated: 'needs-human',
  cancelled: 'done',
}

function headlineOf(issue: string, kind: OutcomeKind, title: string): string {
  switch (kind) {
    case 'landed':
      return `${issue} landed`
    case 'frozen':
      return `${issue} is frozen: ${title}`
    case 'escalated':
      return `${issue} needs a person: ${title}`
    case 'cancelled':
      return `${issue} was cancelled: ${title}`
  }
}

type Paragraph = DoorbellMessage['paragraphs'][number]

/** What comes from outside stands in the quote, as one short line; none when there is nothing to quote. */
function quoted(label: string, text: string, outside: string): Paragraph {
  const quote = oneLine(outside)
  return quote === '' ? { label, text } : { label, text, quote }
}

function triedParagraphs(card: Card, maxAttempts: number): readonly Paragraph[] {
  const attempts = fixAttempts(card).length
  const retries = card.turns.filter((turn) => turn.retry).length
  const last = card.reds.at(-1)
  if (attempts === 0 && retries === 0 && last === undefined) return []
  const again =
    retries === 0 ? '' : ` ${retries} ${retries === 1 ? 'turn was' : 'turns were'} sent again after an error.`
  const red =
    last === undefined
      ? ''
      : ` ${last.failing.length} ${last.failing.length === 1 ? 'thing' : 'things'} failed at the last red:`
  return [
    quoted('Tried', `${attempts} of ${maxAttempts} corrective turns.${again}${red}`, last?.failing.join(', ') ?? ''),
  ]
}

function buttonsOf({ links }: Card, issueUrl: string): DoorbellMessage['buttons'] {
  const candidates = [
    { label: 'Issue', url: issueUrl },
    { label: 'Thread', url: links.thread },
    { label: 'Commit', url: links.commit },
    { label: 'CI', url: links.ci },
  ] as const
  return candidates.flatMap(({ label, url }) =>
    url !== undefined && /^https?:\/\/\S+$/u.test(url) ? [{ label, url }] : [],
  )
}
