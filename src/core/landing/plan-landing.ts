import type { Card, FindingsRecord, MergeRecord, ReviewRecord } from '../card/card.ts'
import { readyToMergeBell } from '../doorbell/doorbell-merge.ts'
import type { Effect } from '../effects.ts'
import { openFindings } from './findings.ts'
import { withNewestFound } from './found-lines.ts'
import { reviewThreadIdOf } from '../ids.ts'
import { oneLine } from '../text/escape.ts'
import { readyCause } from './merge-row.ts'
import { modelChoice } from '../model-choice.ts'
import { readyComment, resolvedComment } from '../people/note-comments.ts'
import { planAsking } from '../people/plan-asking.ts'
import type { MergeMethod } from '../pull-model.ts'
import { wordsOn } from './refused-merge.ts'
import { reviewNote, reviewNoteMarkdown } from './review-note.ts'
import { unhalted } from '../run/halted.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { threadTitle, workspaceRootOf } from '../titles.ts'

/** The writes of landing by pull request (SPEC 15). What is recorded stands in the card before it is done. */

type Decision<Kind extends RunDecision['kind']> = Extract<RunDecision, { kind: Kind }>

/** A second agent in a thread of its own; `failed` = the end of the run when the executor will have none of it. */
export function planReview(
  facts: RunFacts,
  card: Card,
  { round, attempt, halted }: Decision<'review'>,
  text: string,
  failed: (why: string) => readonly Effect[],
): readonly Effect[] {
  const { issue, policy, landing, head, now, reviewer } = facts
  if (landing.kind !== 'open' || head === null) return []
  const runId = reviewThreadIdOf(card.runId, round)
  const model = modelChoice(policy)
  const asked = { pull: landing.pull.number, head: head.commit.sha, at: now.tracker, state: 'asked', attempt } as const
  const known = card.reviews?.find((review) => review.round === round)
  const halts = (known?.halts ?? 0) + 1
  const isAgain = known?.state === 'asked' && known.attempt === attempt
  const changes = {
    ...asked,
    ...(halted && { halts }),
    ...(isAgain ? { resent: known.resent ?? now.tracker } : {}),
  }
  return [
    { kind: 'card.write', card: unhalted(withReview(isAgain ? card : withoutResent(card, round), round, changes)) },
    { kind: 'project.ensure', repo: issue.repo, workspaceRoot: workspaceRootOf(policy.workspaceBase, issue.repo) },
    {
      kind: 'thread.create',
      runId,
      repo: issue.repo,
      title: threadTitle(issue.repo, issue.number, `review ${round}: ${issue.title}`),
      model,
      ifBurnt: failed('the thread of its review was deleted or archived in T3'),
    },
    // As with the run's own thread: what gave no sign for so long may still be alive somewhere.
    ...(reviewer?.state === 'working' || reviewer?.state === 'waiting' || reviewer?.state === 'unknown'
      ? [{ kind: 'turn.interrupt', runId, attempt: 2 * attempt } as const]
      : []),
    {
      kind: 'turn.start',
      runId,
      purpose: 'start',
      attempt,
      text,
      model,
      ifRefused: failed('T3 refused the turn of its review under every id'),
    },
  ]
}

/** Of another turn. */
function withoutResent(card: Card, number: number): Card {
  const { reviews } = card
  return reviews === undefined
    ? card
    : {
        ...card,
        reviews: reviews.map(({ resent, ...review }) =>
          review.round === number || resent === undefined ? review : { ...review, resent },
        ),
      }
}

/** The card with what is known of one round; a round that it does not hold yet is added. */
export function withReview(card: Card, round: number, changes: Partial<ReviewRecord>): Card {
  const reviews = card.reviews ?? []
  const known = reviews.find((review) => review.round === round)
  const fresh: ReviewRecord = { round, pull: 0, head: '', at: 0, state: 'asked', attempt: 1, tokens: 0 }
  const next = { ...(known ?? fresh), ...changes }
  const all = known ? reviews.map((review) => (review === known ? next : review)) : [...reviews, next]
  return { ...card, reviews: withNewestFound(all) }
}

export function withFindings(facts: RunFacts, card: Card, { round, signature }: Decision<'findings'>): Card {
  const open = openFindings(facts)
  const sent: FindingsRecord = {
    head: facts.head?.commit.sha ?? '',
    signature,
    threads: open?.threads ?? [],
    round,
    // Read after the tick began: what was said in between was sent all the same.
    at: Math.max(facts.now.tracker, open?.spokenAt ?? 0),
  }
  return { ...card, findings: [...(card.findings ?? []), sent] }
}

/** Resolved first and said second: a death between leaves a conversation resolved, and none that looks opened again. */
export function planResolve(facts: RunFacts, card: Card, threads: readonly string[]): readonly Effect[] {
  const { landing, head } = facts
  if (landing.kind !== 'open' || head === null) return []
  const body = resolvedComment(head.commit.sha)
  return [
    ...threads.map((thread) => ({ kind: 'review.resolve', pull: landing.pull.number, thread, body }) as const),
    { kind: 'card.write', card },
  ]
}

/** It is a person's turn to merge: told once a head, on the pull request and by the doorbell. */
export function planReady(facts: RunFacts, card: Card, why: string): readonly Effect[] {
  const { landing, issue, policy } = facts
  if (landing.kind !== 'open') return []
  const { number, head } = landing.pull
  const open = reviewNote(card)
  return planAsking(facts, {
    on: number,
    cause: readyCause(card, head),
    body: readyComment(why, reviewNoteMarkdown(open)),
    message: readyToMergeBell({
      card,
      head,
      why,
      patience: policy.mergeMaxSeconds,
      title: issue.title,
      issueUrl: issue.url,
      repo: issue.repo,
      ...(open === null ? {} : { open }),
    }),
    // What was refused for a reason that people can do away with is tried again once they have.
    asked: () => (why === 'merge-refused' ? card : withoutMerge(card)),
  })
}

function withoutMerge(card: Card): Card {
  const { merge: _, ...rest } = card
  return rest
}

/** Merged only at the head that was judged; what protects the branch is never bypassed (SPEC 15.5). */
export function planMerge(facts: RunFacts, card: Card, method: MergeMethod): readonly Effect[] {
  const { landing, issue, now } = facts
  if (landing.kind !== 'open') return []
  const { pull } = landing
  const tried = (merge: Omit<MergeRecord, 'head'>): Effect => ({
    kind: 'card.write',
    card: { ...card, merge: { head: pull.head, ...merge } },
  })
  // Since when it does not get through: people are told once, and not of every time that it is tried again.
  const isTriedBefore = card.merge?.head === pull.head && card.merge.state !== 'sent'
  const since = isTriedBefore ? card.merge.at : now.tracker
  const seen = wordsOn(pull)
  return [
    {
      kind: 'pull.merge',
      number: pull.number,
      head: pull.head,
      method,
      title: mergeTitle(pull.title, pull.number, issue.number),
      message: `Refs #${issue.number}\n\nAFK-Run: ${card.runId}`,
      ifRefused: [tried({ at: since, state: 'refused', seen })],
      ifConflict: [tried({ at: since, state: 'conflict', seen })],
    },
    tried({ at: now.tracker, state: 'sent' }),
  ]
}

/** The agent's title, unless it would close an issue before anything is verified. */
function mergeTitle(title: string, pull: number, issue: number): string {
  const line = oneLine(title, 200)
  const closes = /\b(?:clos(?:e[sd]?)|fix(?:e[sd])?|resolve[sd]?)\b[^#]{0,100}#\d/iu.test(line)
  return line === '' || closes ? `Merge pull request #${pull} for #${issue}` : `${line} (#${pull})`
}
