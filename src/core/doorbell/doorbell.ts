import type { Card, Outcome, OutcomeKind } from '../card/card.ts'
import { costText } from '../text/cost-text.ts'
import { buttonsOf, quotedParagraph, titleParagraph, type BellSubject, type Paragraph } from './doorbell-parts.ts'
import type { DoorbellKind, DoorbellMessage } from '../effects.ts'
import { oneLine } from '../text/escape.ts'
import { explainOutcome } from '../explain/explain.ts'
import { STILL_AT_WORK } from '../explain/still-at-work.ts'
import type { RepoPolicy } from '../policy.ts'
import { reviewNote } from '../landing/review-note.ts'
import { tokensSpent } from '../run/cost.ts'
import { fixAttempts } from '../run/turns.ts'

export interface OutcomeBell extends BellSubject {
  readonly outcome: Outcome
  /** Estimated cost in US dollars. */
  readonly usd: number
  readonly policy: Pick<RepoPolicy, 'budgetUsd' | 'fixForward'>
}

/**
 * The doorbell for a run that ended: what happened, why, what was tried, what it cost, what to do next (SPEC 9). Where nobody has to
 * do anything it is no more than what happened and what it cost. Paragraphs without a label belong to the headline: the issue's title
 * is the first of them.
 */
export function doorbellFor({ card, outcome, title, issueUrl, repo, usd, policy }: OutcomeBell): DoorbellMessage {
  const explanation = explainOutcome(outcome, card)
  const loud = outcome.kind === 'frozen' || outcome.kind === 'escalated'
  return {
    kind: kinds[outcome.kind],
    headline: headlineOf(`${repo}#${card.issue}`, outcome.kind, explanation.title),
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      ...(loud
        ? [
            quotedParagraph('Why', explanation.meaning, outcome.detail),
            ...triedParagraphs(card, policy.fixForward.maxAttempts),
            ...lastRedParagraph(card),
            { label: 'Cost', text: `${costText(tokensSpent(card), usd)} (the budget is ${policy.budgetUsd} USD).` },
            { label: 'Next', text: explanation.remedy },
            ...(outcome.unstopped === true ? [{ label: 'Still at work', text: STILL_AT_WORK }] : []),
          ]
        : [
            { label: '', text: [...correctionsText(card), costText(tokensSpent(card), usd)].join(' · ') },
            ...openParagraph(card),
          ]),
    ],
    buttons: buttonsOf(card, issueUrl),
    mention: loud,
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

function triedParagraphs(card: Card, maxAttempts: number): readonly Paragraph[] {
  const attempts = fixAttempts(card).length
  const retries = card.turns.filter((turn) => turn.retry).length
  const sentences = [
    attempts === 0 && card.reds.length === 0 ? '' : `${attempts} of ${maxAttempts} corrective turns.`,
    retries === 0 ? '' : `${retries} ${retries === 1 ? 'turn was' : 'turns were'} sent again after an error.`,
  ].filter((sentence) => sentence !== '')
  return sentences.length === 0 ? [] : [{ label: 'Tried', text: sentences.join(' ') }]
}

function lastRedParagraph({ reds }: Card): readonly Paragraph[] {
  const names = oneLine(reds.at(-1)?.failing.join(', ') ?? '')
  return names === '' ? [] : [{ label: 'Last red', text: '', quote: names }]
}

/** Merged with findings that only the agent itself says it has answered (SPEC 15.4). */
function openParagraph(card: Card): readonly Paragraph[] {
  const open = card.outcome?.kind === 'cancelled' ? null : reviewNote(card)
  return open === null ? [] : [{ label: 'Open', ...open }]
}

function correctionsText(card: Card): readonly string[] {
  const attempts = fixAttempts(card).length
  return attempts === 0 ? [] : [`${attempts} corrective ${attempts === 1 ? 'turn' : 'turns'}`]
}
