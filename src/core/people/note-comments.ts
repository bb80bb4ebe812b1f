import type { Card } from '../card/card.ts'
import { codeQuote, markdownLink, oneLine, REPORT_CHARACTERS } from '../text/escape.ts'
import type { ThreadState } from '../model.ts'
import type { ApprovalPoint } from '../policy.ts'
import { counted, roughly } from '../text/roughly.ts'
import { readyWords } from './ready-words.ts'
import { releaseReason } from '../doorbell/doorbell-release.ts'
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
    codeQuote(words, REPORT_CHARACTERS),
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

/** The environments are named by people of the repo: text from outside. */
export function releaseComment(facts: {
  readonly head: string
  readonly environments: readonly string[]
  readonly url: string | null
  readonly approved: boolean
  readonly patience: number
}): string {
  const { head, environments, url, approved, patience } = facts
  const place = url === null ? 'at its workflow run' : `at ${markdownLink('its workflow run', url)}`
  return [
    '### afk: a person must approve the deployment on GitHub',
    `${releaseReason(approved)} It is commit ${codeQuote(head)}, for ${codeQuote(environments.join(', '), 200)}.`,
    `**To approve or reject:** somebody who reviews that environment does so on GitHub, ${place}; a comment here does not. Then afk goes on by itself. If neither happens in ${roughly(patience)}, the run is stopped. To stop it now, comment \`/afk stop\`.`,
  ].join('\n\n')
}

export function readyComment(why: string, open: string | null): string {
  const words = readyWords(why)
  return [`### afk: ready to merge${words.but}`, `${words.why} ${words.next} Closing it ends the run.`, open ?? '']
    .filter((part) => part !== '')
    .join('\n\n')
}

export function resolvedComment(head: string): string {
  return `Addressed in ${head.slice(0, 12)}, says the agent. If it is not, open this conversation again.`
}

/** In a conversation of people's, whose wish the agent saw no reason to follow. */
export function noChangeReply(words: string): string {
  return [
    `The agent sees nothing to change here: ${codeQuote(words, REPORT_CHARACTERS)}`,
    'afk has stopped and sends the agent nothing more: a person decides now. The card on the issue says how to go on.',
  ].join('\n\n')
}

export function statusComment(facts: {
  readonly card: Card
  readonly minutes: number
  readonly thread: ThreadState
  /** What it waits for, in afk's words; null: it is about to do something. */
  readonly waits: string | null
}): string {
  const { card, minutes, thread, waits } = facts
  const { links } = card
  return [
    `afk: at ${card.phase} for ${counted(minutes, 'minute')}, the agent's thread is ${thread}, ${counted(fixAttempts(card).length, 'corrective turn')} so far.${waits === null ? '' : ` It waits for ${waits}.`}`,
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
