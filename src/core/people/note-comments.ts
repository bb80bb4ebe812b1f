import type { Card } from '../card/card.ts'
import { codeQuote, markdownLink, oneLine } from '../text/escape.ts'
import type { ThreadState } from '../model.ts'
import type { ApprovalPoint } from '../policy.ts'
import { roughly } from '../text/roughly.ts'
import { fixAttempts } from '../run/turns.ts'

/**
 * What afk says in comments beside the card, for people who only use GitHub (SPEC 16): each once, known by a hidden tag. A tag is
 * believed, like a card's marker, only in a comment of afk's own account.
 */

/** Stands at the end of the comment. What a note is for holds afk's own words, ids and commits only. */
export function noteTag(runId: string, what: string): string {
  return `<!-- afk:note ${runId} ${what.replaceAll(/[^\w:.-]/gu, '')} -->`
}

export function questionComment(words: string, patience: number): string {
  return [
    '### afk: the agent has a question',
    codeQuote(words, 1000),
    `**To answer:** comment here while this run is under way (the card says so). The first comment by somebody who may write to this repo goes to the agent as it stands. Without an answer in ${roughly(patience)} the run is stopped. To stop it now, comment \`/afk stop\`.`,
  ].join('\n\n')
}

export function approvalComment(facts: {
  readonly what: ApprovalPoint
  readonly head: string
  readonly logins: readonly string[]
  /** An approving review of the pull request counts too. */
  readonly byReview: boolean
  readonly open: string | null
}): string {
  const { what, head, logins, byReview, open } = facts
  const who = logins.map((login) => `@${login}`).join(', ')
  return [
    `### afk: asks for a yes to ${what}`,
    `The checks of commit ${codeQuote(head)} are green. It waits for a yes to ${what} it; the yes is for this commit alone.`,
    open ?? '',
    logins.length === 0
      ? 'Only people in Slack may answer: see the message there.'
      : `**To approve:** comment \`/afk approve ${head.slice(0, 12)}\`${byReview ? ', or approve this pull request' : ''}. **To reject:** comment \`/afk reject\`. Whose word counts: ${who}, while this run is under way (see the card on the issue).`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

export function readyComment(why: string, open: string | null): string {
  return [
    '### afk: ready to merge',
    `${readyReasons[why] ?? 'A person has to merge this pull request.'} Merge it, or close it: closing it ends the run.`,
    open ?? '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** By the code of the decision. */
export const readyReasons: { readonly [why: string]: string } = {
  'merge-human': 'The work is finished and its checks are green. In this repo a person merges.',
  draft: 'The work is finished, and the pull request is a draft: afk merges it once it is ready for review.',
  'changes-requested':
    'The checks are green, and a reviewer has requested changes: that review has to be settled first.',
  'review-required': 'The checks are green, and this branch requires a review before a merge.',
  'merge-refused': 'The work is finished and its checks are green, but GitHub does not let afk merge it.',
  'merge-blocked': 'The checks that afk knows of are green, but the branch requires something more before a merge.',
}

export function resolvedComment(head: string): string {
  return `Addressed in ${head.slice(0, 12)}, says the agent. If it is not, open this conversation again.`
}

export function statusComment(facts: {
  readonly card: Card
  readonly minutes: number
  readonly thread: ThreadState
}): string {
  const { card, minutes, thread } = facts
  const { links } = card
  return [
    `afk: at ${card.phase} for ${minutes} minutes, the agent's thread is ${thread}, ${fixAttempts(card).length} corrective turns so far.`,
    [
      links.thread === undefined ? '' : markdownLink('Thread', links.thread),
      links.pull === undefined ? '' : markdownLink('Pull request', links.pull),
      card.head === null ? '' : `Commit ${codeQuote(oneLine(card.head.sha, 12))}`,
    ]
      .filter((part) => part !== '')
      .join(' · '),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
