import { boundCard } from './card-bound.ts'
import { phases, type Card, type Outcome } from './card.ts'
import { costUsd, tokensSpent } from '../run/cost.ts'
import { costText } from '../text/cost-text.ts'
import { detailsText } from './card-details.ts'
import { peopleText } from './card-people.ts'
import { renderMarker } from './card-marker.ts'
import { openFindingsText, pullLine } from './card-pull.ts'
import { codeQuote, markdownLink, REPORT_CHARACTERS } from '../text/escape.ts'
import { explainOutcome } from '../explain/explain.ts'
import { STILL_AT_WORK } from '../explain/still-at-work.ts'
import type { Phase } from '../model.ts'
import { fixAttempts } from '../run/turns.ts'

/** What a card shows of the policy. */
export interface CardPolicy {
  readonly usdPerMillionTokens: number
  readonly maxAttempts: number
  /** Whether afk waits for a rollout, so that "deployed" says more than that there is none to wait for. */
  readonly hasRollout: boolean
  /** Whether red work is on the default branch and keeps the repo's other issues from starting (SPEC 5.1, base-red). */
  readonly redStopsRepo?: boolean
  /** Whose yes counts (SPEC 16.2). */
  readonly approvers?: readonly string[]
}

/** GitHub takes 65,536 characters of a comment; this leaves room for how it counts. */
export const CARD_CHARACTERS = 60_000

/**
 * The card as the text of its comment: for people first, then the hidden marker with the whole card, from which `parseCard` gets it
 * back. A function of its arguments only, so that a text that differs means news. Under {@link CARD_CHARACTERS}: a card too large for
 * that is written shortened (`boundCard`), and that shortened card is what its marker holds.
 */
export function renderCard(card: Card, policy: CardPolicy): string {
  const whole = textOf(card, policy)
  return whole.length < CARD_CHARACTERS
    ? whole
    : textOf(
        boundCard(card, (bounded) => textOf(bounded, policy).length < CARD_CHARACTERS),
        policy,
      )
}

function textOf(card: Card, policy: CardPolicy): string {
  return [
    `### ${titleOf(card)}`,
    phases.map((phase) => phaseLine(phase, card, policy)).join('\n'),
    linksLine(card),
    pullLine(card),
    openFindingsText(card),
    notesLine(card, policy),
    ...peopleText(card, policy.approvers ?? []),
    ...outcomeParagraphs(card, policy),
    ...detailsText(card, policy.hasRollout),
    renderMarker(card),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function titleOf(card: Card): string {
  const { outcome, absentSince, phase, driven, halted } = card
  if (outcome === null && absentSince !== null) return 'afk: its thread has disappeared'
  if (outcome === null && halted !== undefined) return `afk: halted by an operator (${phase})`
  if (outcome === null) return `afk: at work (${phase})${driven === true ? ', driven by a person' : ''}`
  const title = explainOutcome(outcome, card).title
  switch (outcome.kind) {
    case 'landed':
      return 'afk: landed'
    case 'frozen':
      return `afk: frozen, ${title}`
    case 'escalated':
      return `afk: needs a person, ${title}`
    case 'cancelled':
      return `afk: cancelled, ${title}`
  }
}

function phaseLine(phase: Phase, { phase: current, outcome }: Card, { hasRollout }: CardPolicy): string {
  const words = phase === 'deployed' && !hasRollout ? 'deployed (no rollout configured)' : phase
  const behind = phases.indexOf(phase) < phases.indexOf(current)
  if (behind || (phase === current && outcome?.kind === 'landed')) return `- [x] ${words}`
  if (phase !== current) return `- [ ] ${words}`
  return `- [ ] **${outcome === null ? '→' : '■'} ${words}**`
}

function linksLine(card: Card): string {
  const { links } = card
  return [
    links.thread === undefined ? '' : markdownLink('Thread', links.thread),
    commitLink(card),
    links.ci === undefined ? '' : markdownLink('CI', links.ci),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function commitLink({ links, head }: Card): string {
  if (head === null) return links.commit === undefined ? '' : markdownLink('Commit', links.commit)
  const name = codeQuote(head.sha.slice(0, 10))
  return `Commit ${links.commit === undefined ? name : markdownLink(name, links.commit)}`
}

function notesLine(card: Card, { usdPerMillionTokens, maxAttempts }: CardPolicy): string {
  const attempts = fixAttempts(card).length
  const tried = `Corrective turns: ${attempts} of ${maxAttempts}`
  return `${tried} · ${costText(tokensSpent(card), costUsd(tokensSpent(card), { usdPerMillionTokens }))}`
}

function outcomeParagraphs(card: Card, { redStopsRepo }: CardPolicy): readonly string[] {
  const { outcome } = card
  if (outcome === null) return []
  const { meaning, remedy } = explainOutcome(outcome, card)
  return [
    `**What happened:** ${meaning}`,
    outcome.detail === '' ? '' : `**Details:** ${detailOf(outcome)}`,
    outcome.kind === 'frozen' ? 'What was pushed is left as it is, for you to look at.' : '',
    redStopsRepo === true && isLeftRed(card)
      ? '**Meanwhile:** the default branch is red, and until it is green again no other issue of this repo starts (`requireGreenBase`).'
      : '',
    outcome.kind === 'landed' ? '' : `**What to do:** ${remedy}`,
    outcome.unstopped === true ? `**Still at work:** ${STILL_AT_WORK}` : '',
    outcome.untold ? 'Nobody was told of this: the message could not be sent.' : '',
  ]
}

/** What the agent reported stands here whole, with what afk says before it; names of failures need not. */
function detailOf({ reason, detail }: Outcome): string {
  const isReport = ['blocked', 'needs-clarification', 'no-change', 'unanswered'].includes(reason)
  return isReport ? codeQuote(detail, REPORT_CHARACTERS + 200) : codeQuote(detail)
}

/** Its newest commit is known to be red, or a later one is. */
function isLeftRed({ outcome, reds, head }: Card): boolean {
  if (outcome?.kind !== 'frozen') return false
  return outcome.reason === 'ambiguous-red' || (head !== null && reds.at(-1)?.head === head.sha)
}
