import { buttonsOf, issueName, titleParagraph, type BellSubject } from './doorbell-parts.ts'
import type { DoorbellMessage } from '../effects.ts'
import type { ReviewNote } from '../landing/review-note.ts'
import { readyWords } from '../people/ready-words.ts'
import { roughly } from '../text/roughly.ts'

/** The doorbell for a pull request that a person merges, or that afk will merge once a person has done something (SPEC 15.5). */
export function readyToMergeBell(
  facts: BellSubject & {
    readonly head: string
    /** The code of the decision: what it waits for. */
    readonly why: string
    /** Findings of the last review that no further one has looked at. */
    readonly open?: ReviewNote
    /** Seconds until nobody has merged. */
    readonly patience: number
  },
): DoorbellMessage {
  const { card, head, why, open, patience, title, issueUrl, repo } = facts
  const words = readyWords(why)
  return {
    kind: 'ready-to-merge',
    headline: `${issueName(facts)} is ready to merge${words.but}`,
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      { label: 'Why', text: words.why, quote: head },
      ...(open === undefined ? [] : [{ label: 'Open', ...open }]),
      {
        label: 'Next',
        text: `${words.next} Closing it ends the run. If it is not merged in ${roughly(patience)}, the run is stopped.`,
      },
    ],
    buttons: buttonsOf(card, issueUrl, 'pull'),
    mention: true,
  }
}
