import { buttonsOf, issueName, quotedParagraph, titleParagraph, type BellSubject } from './doorbell-parts.ts'
import type { DoorbellMessage } from '../effects.ts'
import { roughly } from '../text/roughly.ts'

/**
 * The doorbell for a question of the agent's that stands on the issue (SPEC 16.1). Slack only tells: whoever reads it is sent to the
 * issue, where the answer is a comment.
 */
export function questionBell(
  facts: BellSubject & {
    /** The agent's words. */
    readonly question: string
    /** Of the comment that asks it, so that the button leads to it; null leads to the issue. */
    readonly questionUrl: string | null
    /** Seconds until nobody has answered. */
    readonly patience: number
  },
): DoorbellMessage {
  const { card, question, questionUrl, patience, title, issueUrl, repo } = facts
  return {
    kind: 'question',
    headline: `${issueName(facts)} asks a question`,
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      quotedParagraph('Question', 'The agent cannot decide this by itself, and waits.', question),
      {
        label: 'Next',
        text: `Answer with a comment on the issue: the first one by somebody who may write to the repo is passed on to the agent as it stands. Without an answer in ${roughly(patience)} the run is stopped.`,
      },
    ],
    buttons: buttonsOf(card, questionUrl ?? issueUrl),
    mention: true,
  }
}
