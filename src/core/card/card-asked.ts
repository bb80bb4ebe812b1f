import type { Card } from './card.ts'
import { standingBells } from '../doorbell/standing-bells.ts'
import { approversOf } from '../people/approvers.ts'
import { codeQuote, markdownLink } from '../text/escape.ts'

/** Of whom the run waits for what, beside the answer to a question, and whether they could be told (SPEC 9, 15.5, 16.2). */
export function askedText(card: Card, approvers: readonly string[]): readonly string[] {
  if (card.outcome !== null) return []
  const standing = standingBells(card)
  const untold = standing.some(({ bell }) => bell.undelivered === true)
  return [
    ...standing.flatMap(({ cause, kind }) => {
      if (kind === 'approval') return yesText(cause, card, approvers)
      return kind === 'ready-to-merge' && !isMerging(card) ? mergeText(card) : []
    }),
    ...(untold
      ? ['**Nobody could be told of this in Slack yet:** the message could not be sent. afk tries again.']
      : []),
  ]
}

function yesText(cause: string, { pull, deployment }: Card, approvers: readonly string[]): readonly string[] {
  const [, what, head = ''] = /^approval:(merge|deploy):(\w+)$/u.exec(cause) ?? []
  // A yes does not let it go any more: `deploymentText` says who can.
  const isElsewhere = what === 'deploy' && deployment?.state === 'there' && deployment.head === head
  if (what === undefined || isElsewhere) return []
  const place = what === 'merge' && pull !== undefined ? ` on ${markdownLink(`#${pull.number}`, pull.url)}` : ' here'
  return [
    `**Waits for a yes to ${what}** ${codeQuote(head.slice(0, 10))} by ${namesOf(approvers)}. A comment of afk's${place} says how.`,
  ]
}

const SHOWN = 6

function namesOf(approvers: readonly string[]): string {
  const { logins, members } = approversOf(approvers)
  const names = [
    ...logins.map((login) => codeQuote(login, 60)),
    ...members.map((member) => `${codeQuote(member, 60)} (Slack)`),
  ]
  if (names.length === 0) return 'somebody whom the configuration names'
  const more = names.length > SHOWN ? [`${names.length - SHOWN} more`] : []
  return [...names.slice(0, SHOWN), ...more].join(' or ')
}

/** Merged, or in a queue: nobody is asked any more. */
function isMerging({ merge, head }: Card): boolean {
  return merge?.state === 'sent' && merge.head === head?.sha
}

function mergeText({ pull }: Card): readonly string[] {
  if (pull === undefined) return []
  const link = markdownLink(`#${pull.number}`, pull.url)
  return [`**Waits for a person** at pull request ${link}. A comment of afk's there says what there is to do.`]
}
