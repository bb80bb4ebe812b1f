import type { Card } from '../card/card.ts'
import { buttonsOf, issueName, titleParagraph, type BellSubject, type Paragraph } from './doorbell-parts.ts'
import type { DoorbellMessage } from '../effects.ts'
import type { ReviewNote } from '../landing/review-note.ts'
import type { ApprovalPoint } from '../policy.ts'
import { roughly } from '../text/roughly.ts'

/**
 * The doorbell that asks for the yes to a merge or a deployment (SPEC 16.2). It says all that an answer needs: what for, which commit,
 * how to say yes and no from Slack and from GitHub, who may, and until when.
 */
export function approvalBell(
  facts: BellSubject & {
    /** The commit that is approved, and no other. */
    readonly head: string
    readonly what: ApprovalPoint
    /** Whose yes counts: people known to the notifier, by their ids there, and logins of the tracker. */
    readonly by: Approvers
    /** Findings of the last review that no further one has looked at. */
    readonly open?: ReviewNote
    /** Seconds until nobody has answered. */
    readonly patience: number
  },
): DoorbellMessage {
  const { card, head, what, by, open, patience, title, issueUrl, repo } = facts
  const verb = what === 'merge' ? 'merge' : 'deploy'
  return {
    kind: 'approval',
    headline: `${issueName(facts)} asks for your yes to ${verb}`,
    repo,
    issue: card.issue,
    paragraphs: [
      ...titleParagraph(title),
      {
        label: 'Why',
        text: `${waits[what]} The yes is for this commit alone: a new one asks again.`,
        quote: head,
      },
      ...(open === undefined ? [] : [{ label: 'Open', ...open }]),
      ...(by.members.length === 0 ? [] : [hereParagraph]),
      ...(by.logins.length === 0 ? [] : onGithub(facts, by.members.length > 0)),
      {
        label: 'Who',
        text: `Only the people that the configuration names in approval.by. Without an answer in ${roughly(patience)} the run is stopped.`,
      },
    ],
    buttons: buttonsOf(card, issueUrl, 'pull'),
    mention: true,
  }
}

export interface Approvers {
  readonly members: readonly string[]
  readonly logins: readonly string[]
}

const waits: { readonly [what in ApprovalPoint]: string } = {
  merge: 'The work is finished, its checks are green, and it is merged as soon as you say so.',
  deploy: 'The work is merged, and its deployment waits until you say so.',
}

/** Slack shows the two names as the emoji that they are. */
const hereParagraph: Paragraph = {
  label: 'Here',
  text: 'React to this message with :white_check_mark: to approve, or with :x: to reject.',
}

function onGithub(
  { card, head, what }: { readonly card: Card; readonly head: string; readonly what: ApprovalPoint },
  orElse: boolean,
): readonly Paragraph[] {
  const hasPull = card.links.pull !== undefined
  const place = hasPull ? 'the issue or the pull request' : 'the issue'
  // A review says yes to the merge; once it is merged, reviews are not looked at.
  const byReview = hasPull && what === 'merge'
  const approve = byReview ? 'To approve, approve the pull request or comment this' : 'To approve, comment this'
  return [
    {
      label: orElse ? 'Or on GitHub' : 'On GitHub',
      text: `To reject, comment /afk reject on ${place}. ${approve}:`,
      quote: `/afk approve ${head.slice(0, 12)}`,
    },
  ]
}
