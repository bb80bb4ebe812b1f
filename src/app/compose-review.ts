import { answerPrompt } from '../core/prompt/answer-text.ts'
import { findingsPrompt, reviewPrompt } from '../core/prompt/review-text.ts'
import type { RunDecision } from '../core/run/run-decision.ts'
import type { RunFacts } from '../core/run/run-facts.ts'
import { trustOf } from '../core/trust.ts'
import { knowPermissions } from './permissions.ts'
import type { Tick } from './tick.ts'

/** The turn of a second agent that reviews the pull request (SPEC 15.4). */
export function reviewText(
  { landing, issue, head }: RunFacts,
  { attempt }: Extract<RunDecision, { kind: 'review' }>,
): string {
  if (landing.kind !== 'open') return ''
  const { pull } = landing
  return reviewPrompt({
    repo: issue.repo,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    pull: pull.number,
    branch: pull.branch,
    base: pull.base,
    head: head?.commit.sha ?? pull.head,
    again: attempt > 1,
  })
}

/** What reviews ask of the agent: a second agent's findings, and the open conversations of people. */
export async function findingsText({ landing, issue, run, reviewer, card }: RunFacts, tick: Tick): Promise<string> {
  if (landing.kind !== 'open') return ''
  const { pull, asks } = landing
  const trust = await knowPermissions(
    issue.repo,
    asks.flatMap(({ comments }) => comments.map(({ author }) => author)),
    tick,
  )
  const last = card.reviews?.at(-1)
  // Where the reviewer's thread is gone, its first lines still stand on the card.
  const found = reviewer?.review?.findings ?? last?.found?.join('\n') ?? ''
  return findingsPrompt({
    number: issue.number,
    runId: run.runId,
    pull: pull.number,
    branch: pull.branch,
    findings: last?.state === 'issues' ? found : '',
    asks: asks.map(({ path, line, comments }) => ({
      path,
      line,
      // A stranger may speak in any conversation on a public pull request: their words never reach the agent.
      comments: comments
        .filter(({ author, own }) => !own && trustOf(author, trust) === 'trusted')
        .map(({ author, body }) => ({ login: author?.login ?? 'ghost', body })),
    })),
  })
}

/** A person's answer to the agent's question (SPEC 16.1). */
export function answerText({ issue, people, policy }: RunFacts, id: number): string {
  const comment = people.answer?.id === id ? people.answer : issue.comments.find((one) => one.id === id)
  return answerPrompt({
    login: comment?.author?.login ?? 'ghost',
    body: comment?.body ?? '(the comment is gone)',
    landing: policy.landing,
  })
}
