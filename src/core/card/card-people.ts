import { askedText } from './card-asked.ts'
import { deploymentText, isUnreleased } from './card-deployment.ts'
import type { Approval, Card } from './card.ts'
import type { Instant } from '../model.ts'
import { codeQuote } from '../text/escape.ts'
import { instantText } from '../text/instant-text.ts'
import { openQuestion } from '../people/open-question.ts'

/**
 * What people did and are asked to do (SPEC 16), for the card: who said yes or no to what, by which way and when. `approvers`: whose yes
 * counts.
 */
export function peopleText(card: Card, approvers: readonly string[]): readonly string[] {
  const { outcome, approvals = [], questions = [] } = card
  const answered = questions.filter(({ answeredAt }) => answeredAt !== null).length
  return [
    outcome === null && card.halted !== undefined ? haltedText(card.halted) : '',
    outcome === null && card.driven === true
      ? '**Driven by a person:** somebody has written to the agent in T3; afk sends nothing until that turn is over.'
      : '',
    outcome === null && openQuestion(card) !== null
      ? '**Waits for an answer:** the agent has a question. Answer it with a comment here.'
      : '',
    ...askedText(card, approvers),
    ...deploymentText(card),
    [
      answered === 0
        ? ''
        : `- ${answered === 1 ? '1 question' : `${answered} questions`} of the agent answered by people`,
      ...approvals.slice(-SHOWN).map((one) => approvalLine(one, card)),
    ]
      .filter((line) => line !== '')
      .join('\n'),
  ].filter((part) => part !== '')
}

function haltedText(at: Instant): string {
  return `**Halted:** an operator of afk interrupted its agent at ${instantText(at)}. Nothing of this run moves while afk's kill switch is on. Once it is off again, afk goes on with the run by itself: an agent that was interrupted is told to continue, at the cost of none of its retries. To end the run instead, take its ready label off.`
}

const SHOWN = 6

function approvalLine(approval: Approval, card: Card): string {
  const { what, head, decision, by, via, at } = approval
  const verb =
    decision === 'rejected' ? 'Rejected' : isUnreleased(approval, card) ? 'Not released yet: a yes' : 'Approved'
  return `- ${verb} to ${what} ${codeQuote(head.slice(0, 10))} by ${codeQuote(by, 60)} (${ways[via]}) at ${instantText(at)}`
}

const ways: { readonly [via in Approval['via']]: string } = {
  slack: 'reaction in Slack',
  review: 'review of the pull request',
  comment: 'comment',
}
