import { buttonsOf, issueName, quotedParagraph, titleParagraph, type BellSubject } from './doorbell-parts.ts'
import type { DoorbellMessage } from '../effects.ts'
import type { PendingRequest } from '../model.ts'

/** The doorbell for an agent that waits in the executor for a person. */
export function waitingBell(
  facts: BellSubject & {
    readonly request: PendingRequest
    /** It is the agent that reviews the work; the card links to its thread. */
    readonly asks?: 'reviewer'
  },
): DoorbellMessage {
  const { card, request, asks, title, issueUrl, repo } = facts
  const who = asks === 'reviewer' ? 'The agent that reviews the work' : 'The agent'
  const wants = request.kind === 'approval' ? 'an approval' : 'an answer'
  return {
    kind: 'waiting',
    headline: `${issueName(facts)} waits for ${wants}`,
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      quotedParagraph('Why', `${who} asks for ${wants} in T3 and does not go on without it.`, request.detail),
      {
        label: 'Next',
        text: 'Open the thread and answer there. If nobody does in time, the run is stopped.',
      },
    ],
    buttons: buttonsOf(card, issueUrl),
    mention: true,
  }
}
