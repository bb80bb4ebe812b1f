import { buttonsOf, issueName, titleParagraph, type BellSubject } from './doorbell-parts.ts'
import type { DoorbellKind, DoorbellMessage, Resolution } from '../effects.ts'

/** Doorbells that ask for something, and so can be answered. */
export const askingKinds = [
  'waiting',
  'question',
  'approval',
  'ready-to-merge',
] as const satisfies readonly DoorbellKind[]

export type AskingKind = (typeof askingKinds)[number]

/** What a doorbell that asked for something becomes once nothing is asked any more: the same place, quiet, and how it ended. */
export function resolvedBell(
  facts: BellSubject & {
    readonly kind: AskingKind
    readonly resolution: Resolution
  },
): DoorbellMessage {
  const { card, kind, resolution, title, issueUrl, repo } = facts
  return {
    kind,
    headline: `${issueName(facts)} ${asked[kind]}`,
    repo,
    issue: card.issue,
    paragraphs: titleParagraph(title),
    buttons: buttonsOf(card, issueUrl),
    mention: false,
    resolved: resolution,
  }
}

const asked: { readonly [kind in AskingKind]: string } = {
  waiting: 'waits for a person',
  question: 'asks a question',
  approval: 'asks for your yes',
  'ready-to-merge': 'is ready to merge',
}
