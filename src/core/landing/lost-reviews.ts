import type { Card, FindingsRecord, ReviewRecord } from '../card/card.ts'
import { foundLines, withNewestFound } from './found-lines.ts'
import { conversationTurns, signatureOf } from './findings.ts'
import type { Landing } from './landing.ts'
import type { Purpose } from '../ids.ts'
import type { Instant, ThreadView } from '../model.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { turnsFromThread } from '../run/turns.ts'
import { usedBy } from '../run/usage.ts'

type Facts = Omit<RunFacts, 'card'>

/**
 * What a card that is gone held of reviews, as far as threads still tell (SPEC 6.2): a lost card never buys another round, nor does it
 * have the same findings answered twice. `reviewers`: the threads of all rounds that there are, the first round's first.
 */
export function recalledReviews(facts: Facts, reviewers: readonly ThreadView[]): Pick<Card, 'reviews' | 'findings'> {
  const reviews = reviewers.flatMap((thread, index) => reviewOf(facts, thread, index + 1) ?? [])
  const purposes = reviewPurposes(facts.landing, reviewers.length)
  const turns =
    purposes.length === 0 ? [] : turnsFromThread(facts.run.runId, facts.thread, [], facts.now.tracker, purposes)
  const findings = turns
    .filter(({ purpose }) => purpose.startsWith('review:'))
    .map(({ purpose, at }) => findingsOf(facts.landing, purpose, at))
  return {
    ...(reviews.length === 0 ? {} : { reviews: withNewestFound(reviews) }),
    ...(findings.length === 0 ? {} : { findings }),
  }
}

/** Turns that a run's thread may have got because of reviews, of which there were so many rounds. */
export function reviewPurposes(landing: Landing, rounds: number): readonly Purpose[] {
  const ofAgents = Array.from({ length: rounds }, (_, index): Purpose => `review:${index + 1}`)
  return [...conversationTurns(landing).keys(), ...ofAgents]
}

/** What a turn with findings held, as far as its name tells. People's conversations that went along with an agent's findings are sent again. */
export function findingsOf(landing: Landing, purpose: Purpose, at: Instant): FindingsRecord {
  const round = Number.parseInt(purpose.slice('review:'.length), 10) || 0
  const known = conversationTurns(landing).get(purpose)
  return known ?? { head: '', signature: signatureOf(round, []), threads: [], round, at }
}

/** Null for a thread that never got its turn: the next review begins with it. */
function reviewOf({ landing, now }: Facts, thread: ThreadView, round: number): ReviewRecord | null {
  if (!('pull' in landing)) return null
  const attempts = turnsFromThread(thread.id, thread, [], now.tracker).map(({ attempt }) => attempt)
  if (attempts.length === 0) return null
  const at = onTracker(thread.messages[0]?.at ?? thread.createdAt ?? 0, now)
  const over = thread.state === 'finished' && thread.review != null
  const found = over ? foundLines(thread.review?.findings ?? '') : []
  return {
    round,
    // One that was held before this pull request was opened looked at an earlier one of the run.
    pull: at >= landing.pull.createdAt ? landing.pull.number : 0,
    head: '',
    at,
    state: over ? (thread.review?.kind ?? 'asked') : 'asked',
    attempt: Math.max(...attempts),
    ...usedBy({ tokens: 0 }, thread),
    ...(found.length === 0 ? {} : { found }),
  }
}

/** An instant of the executor's clock on the tracker's. */
export function onTracker(at: Instant, { tracker, executor }: RunFacts['now']): Instant {
  return at - (executor ?? tracker) + tracker
}
