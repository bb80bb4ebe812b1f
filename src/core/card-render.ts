import { boundCard } from './card-bound.ts'
import { phases, type Card } from './card.ts'
import { costUsd } from './cost.ts'
import { costText } from './cost-text.ts'
import { detailsText } from './card-details.ts'
import { renderMarker } from './card-marker.ts'
import { codeQuote, markdownLink } from './escape.ts'
import { explainOutcome } from './explain.ts'
import type { Phase } from './model.ts'
import { fixAttempts } from './turns.ts'

/** The numbers of the policy that a card shows. */
export interface CardNumbers {
  readonly usdPerMillionTokens: number
  readonly maxAttempts: number
}

/** GitHub takes 65,536 characters of a comment; this leaves room for how it counts. */
export const CARD_CHARACTERS = 60_000

/**
 * The card as the text of its comment: for people first, then the hidden marker with the whole card, from which `parseCard` gets it
 * back. A function of its arguments only, so that a text that differs means news. Under {@link CARD_CHARACTERS}: a card too large for
 * that is written shortened (`boundCard`), and that shortened card is what its marker holds.
 */
export function renderCard(card: Card, numbers: CardNumbers): string {
  const whole = textOf(card, numbers)
  return whole.length < CARD_CHARACTERS
    ? whole
    : textOf(
        boundCard(card, (bounded) => textOf(bounded, numbers).length < CARD_CHARACTERS),
        numbers,
      )
}

function textOf(card: Card, numbers: CardNumbers): string {
  return [
    `### ${titleOf(card)}`,
    phases.map((phase) => phaseLine(phase, card)).join('\n'),
    linksLine(card),
    notesLine(card, numbers),
    ...outcomeParagraphs(card),
    ...detailsText(card),
    renderMarker(card),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function titleOf({ outcome, absentSince, phase }: Card): string {
  if (outcome === null) return absentSince === null ? `afk: at work (${phase})` : 'afk: its thread has disappeared'
  const title = explainOutcome(outcome).title
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

function phaseLine(phase: Phase, { phase: current, outcome }: Card): string {
  const behind = phases.indexOf(phase) < phases.indexOf(current)
  if (behind || (phase === current && outcome?.kind === 'landed')) return `- [x] ${phase}`
  if (phase !== current) return `- [ ] ${phase}`
  return `- [ ] **${outcome === null ? '→' : '■'} ${phase}**`
}

function linksLine({ links, head }: Card): string {
  return [
    links.thread === undefined ? '' : markdownLink('Thread', links.thread),
    links.commit === undefined ? '' : markdownLink('Commit', links.commit),
    links.ci === undefined ? '' : markdownLink('CI', links.ci),
    head === null ? '' : codeQuote(head.sha.slice(0, 10)),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function notesLine(card: Card, { usdPerMillionTokens, maxAttempts }: CardNumbers): string {
  const attempts = fixAttempts(card).length
  const tried = `corrective turns: ${attempts} of ${maxAttempts}`
  return `${tried} · ${costText(card.tokens, costUsd(card.tokens, { usdPerMillionTokens }))}`
}

function outcomeParagraphs({ outcome }: Card): readonly string[] {
  if (outcome === null) return []
  const { meaning, remedy } = explainOutcome(outcome)
  return [
    `**What happened:** ${meaning}`,
    outcome.detail === '' ? '' : `**Details:** ${codeQuote(outcome.detail)}`,
    outcome.kind === 'frozen' ? 'What was pushed is left as it is, so that it can be looked at.' : '',
    `**What to do:** ${remedy}`,
    outcome.untold ? 'Nobody could be told of this: the doorbell could not be rung.' : '',
  ]
}
