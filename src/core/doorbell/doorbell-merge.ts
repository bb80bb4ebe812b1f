import { buttonsOf, issueName, titleParagraph, type BellSubject } from './doorbell-parts.ts'
import type { DoorbellMessage } from '../effects.ts'
import { readyReasons } from '../people/note-comments.ts'
import { roughly } from '../text/roughly.ts'

/** The doorbell for a pull request that a person merges: so configured, or because afk's token may not (SPEC 15.5). */
export function readyToMergeBell(
  facts: BellSubject & {
    readonly head: string
    /** The code of the decision: what it waits for. */
    readonly why: string
    /** Findings of the last review that nobody has fixed; afk's own words. */
    readonly open?: string
    /** Seconds until nobody has merged. */
    readonly patience: number
  },
): DoorbellMessage {
  const { card, head, why, open, patience, title, issueUrl, repo } = facts
  return {
    kind: 'ready-to-merge',
    headline: `${issueName(facts)} is ready to merge`,
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      { label: 'Why', text: readyReasons[why] ?? fallback, quote: head },
      ...(open === undefined ? [] : [{ label: 'Open', text: open }]),
      {
        label: 'Next',
        text: `Look at the pull request and merge it, or close it: closing it ends the run. If neither happens in ${roughly(patience)}, the run is stopped.`,
      },
    ],
    buttons: buttonsOf(card, issueUrl, 'pull'),
    mention: true,
  }
}

const fallback = 'The work is finished and its checks are green. A person has to merge it.'
