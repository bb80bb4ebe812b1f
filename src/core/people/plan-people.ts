import { approvalCause } from './approval-rows.ts'
import { approversOf } from './approvers.ts'
import type { Card, Question } from '../card/card.ts'
import { approvalBell } from '../doorbell/doorbell-approval.ts'
import { questionBell } from '../doorbell/doorbell-question.ts'
import type { Effect } from '../effects.ts'
import { approvalComment, questionComment } from './note-comments.ts'
import { planAsking } from './plan-asking.ts'
import type { ApprovalPoint } from '../policy.ts'
import { reviewNote, reviewNoteMarkdown } from '../landing/review-note.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'

/** The writes of people in the loop (SPEC 16): on the issue or the pull request for who uses GitHub, by the doorbell for who uses Slack. */

/** The question on the issue, once; the doorbell; and then the run waits with its lock. */
export function planQuestion(
  facts: RunFacts,
  card: Card,
  { question, words }: Extract<RunDecision, { kind: 'ask' }>,
): readonly Effect[] {
  const { issue, policy, thread } = facts
  const after = thread.messages.at(-1)?.id
  return planAsking(facts, {
    on: issue.number,
    cause: `question:${question}`,
    body: questionComment(words, policy.questionMaxSeconds),
    message: questionBell({
      ...subjectOf(facts, card),
      question: words,
      questionUrl: null,
      patience: policy.questionMaxSeconds,
    }),
    asked: (at) => {
      // Only its doorbell is rung once more.
      if (card.questions?.some(({ number }) => number === question) === true) return card
      const open: Question = { number: question, at, answer: null, answeredAt: null }
      return { ...card, questions: [...(card.questions ?? []), after === undefined ? open : { ...open, after }] }
    },
  })
}

/** Asked on the pull request (a deployment on the issue) and by the doorbell, once a head. */
export function planApproval(facts: RunFacts, card: Card, what: ApprovalPoint): readonly Effect[] {
  const { issue, head, policy, landing } = facts
  if (head === null) return []
  const { sha } = head.commit
  const by = approversOf(policy.approval.by)
  const open = reviewNote(card)
  const byReview = landing.kind === 'open'
  return planAsking(facts, {
    on: byReview ? landing.pull.number : issue.number,
    cause: approvalCause(what, sha),
    body: approvalComment({ what, head: sha, logins: by.logins, byReview, open: reviewNoteMarkdown(open) }),
    message: approvalBell({
      ...subjectOf(facts, card),
      head: sha,
      what,
      by,
      patience: policy.mergeMaxSeconds,
      ...(open === null ? {} : { open }),
    }),
    asked: () => card,
  })
}

function subjectOf({ issue }: RunFacts, card: Card) {
  return { card, title: issue.title, issueUrl: issue.url, repo: issue.repo }
}
