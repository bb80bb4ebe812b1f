import { buttonsOf, issueName, titleParagraph, type BellSubject } from './doorbell-parts.ts'
import type { DoorbellMessage } from '../effects.ts'
import { roughly } from '../text/roughly.ts'

/** The doorbell for a deployment that only a person can let go, at the service itself (SPEC 16.2, "where the token may"). */
export function releaseBell(
  facts: BellSubject & {
    /** Names of what it waits for: text from outside. */
    readonly environments: readonly string[]
    /** Somebody has said yes to afk before. */
    readonly approved: boolean
    /** Seconds until nobody has let it go. */
    readonly patience: number
  },
): DoorbellMessage {
  const { card, environments, approved, patience, title, issueUrl, repo } = facts
  return {
    kind: 'approval',
    headline: `${issueName(facts)} has a deployment that a person must approve on GitHub`,
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      { label: 'Why', text: releaseReason(approved), quote: environments.join(', ') },
      {
        label: 'Next',
        text: `Somebody who reviews that environment approves or rejects the deployment on GitHub, at its workflow run; a reaction here does not. Then afk goes on by itself. If neither happens in ${roughly(patience)}, the run is stopped.`,
      },
    ],
    buttons: buttonsOf(card, issueUrl, 'pull'),
    mention: true,
  }
}

/** afk's own words, for the comment as well. */
export function releaseReason(approved: boolean): string {
  const yes = approved ? 'A yes to deploy was given, but ' : ''
  return `${yes}GitHub holds the deployment of the landed commit back, and does not let the account of afk release it.`
}
