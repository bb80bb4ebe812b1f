import { approvalCause } from './approval-rows.ts'
import { approversOf } from './approvers.ts'
import type { Card, Question } from '../card/card.ts'
import { approvalBell } from '../doorbell/doorbell-approval.ts'
import { questionBell } from '../doorbell/doorbell-question.ts'
import type { Effect } from '../effects.ts'
import { age } from '../label-history.ts'
import { approvalComment, noteTag, questionComment, statusComment } from './note-comments.ts'
import { planAsking } from './plan-asking.ts'
import type { ApprovalPoint } from '../policy.ts'
import type { WaitingDeployment } from '../pull-model.ts'
import { reviewNote } from '../landing/review-note.ts'
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
    body: approvalComment({ what, head: sha, logins: by.logins, byReview, open }),
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

export function planAllow({ card }: RunFacts, waiting: readonly WaitingDeployment[]): readonly Effect[] {
  const by = card.approvals?.findLast(({ what }) => what === 'deploy')?.by ?? 'somebody'
  return waiting.map(({ workflowRun, environments }) => ({
    kind: 'deployment.allow',
    workflowRun,
    environments: environments.map(({ id }) => id),
    comment: `Approved by ${by}.`,
  }))
}

/** `/afk status`: one comment an asking, and then the receipt. A death between finds the comment by its tag. */
export function planStatus(facts: RunFacts): readonly Effect[] {
  const { card, now, people, thread } = facts
  const minutes = Math.floor(age(now.tracker, card.startedAt) / 60_000)
  return people.commands
    .filter(({ kind }) => kind === 'status')
    .flatMap((command): readonly Effect[] => [
      {
        kind: 'comment.say',
        on: command.on,
        tag: noteTag(card.runId, `status:${command.comment}`),
        body: statusComment({ card, minutes, thread: thread.state }),
      },
      { kind: 'comment.react', comment: command.comment, reaction: '+1' },
    ])
}

function subjectOf({ issue }: RunFacts, card: Card) {
  return { card, title: issue.title, issueUrl: issue.url, repo: issue.repo }
}
