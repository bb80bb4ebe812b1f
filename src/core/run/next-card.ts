import type { Bell, Card, Links } from '../card/card.ts'
import { withOver } from '../doorbell/answered-bells.ts'
import type { Instant, Phase, ThreadView } from '../model.ts'
import { answerPurposes, recalledPeople } from '../people/lost-notes.ts'
import { recalledReviews, reviewPurposes } from '../landing/lost-reviews.ts'
import { deploymentOf } from '../people/held-deployments.ts'
import { withAnswerInExecutor } from '../people/open-question.ts'
import { haltOf } from './halted.ts'
import type { RunFacts } from './run-facts.ts'
import { isQuiet } from './stalled.ts'
import { isDrivenByPerson, turnsFromThread } from './turns.ts'
import { isUnkept, usedBy, usedByRun } from './usage.ts'

/** What the card should say of the facts, before any decision adds to it. Only facts: ages and counts that move by themselves stay out. */
export function nextCard(facts: RunFacts): Card {
  const { thread, now } = facts
  const { driven: _, halted: _halted, ...card } = withAnswerInExecutor(facts.card, thread, now.tracker)
  const phase = phaseOf(facts)
  const head = facts.head && {
    sha: facts.head.commit.sha,
    seenAt: facts.head.seenAt,
    pathsClear: facts.head.protectedPaths.length === 0,
  }
  const red = facts.verdict?.kind === 'red'
  const next: Card = {
    ...card,
    phase,
    phases: { ...card.phases, [phase]: card.phases[phase] ?? now.tracker, ...rolloutSince(facts) },
    head: head ?? card.head,
    firstRedAt: card.firstRedAt ?? (red ? now.tracker : null),
    absentSince:
      now.executor === null ? card.absentSince : thread.state === 'absent' ? (card.absentSince ?? now.tracker) : null,
    bells: bellsOf(facts),
    ...usedByRun(card, facts),
    links: linksOf(facts),
    ...landingOf(facts),
    ...drivenOf(facts),
    ...deploymentRecord(facts),
    ...haltOf(facts.card, thread, now.executor !== null),
  }
  return { ...next, bells: withOver(facts, next) }
}

/** Checks that are all green, and only have to settle, let the rollout begin: its time runs from here (SPEC 6.4, row 5). */
function rolloutSince({ card, verdict, landing, policy, now }: RunFacts): Card['phases'] {
  const begins = verdict?.kind === 'pending' && verdict.why === 'settling'
  if (!begins || landing.kind === 'open' || policy.rollout.kind === 'none') return {}
  return { deployed: card.phases.deployed ?? now.tracker }
}

/** What only a run that lands by pull request has on its card. */
function landingOf({ landing, card }: RunFacts): Pick<Card, 'pull'> {
  const pull =
    'pull' in landing && landing.kind !== 'closed'
      ? {
          number: landing.pull.number,
          url: landing.pull.url,
          branch: landing.pull.branch,
          merged: landing.pull.mergeCommit,
        }
      : card.pull
  return pull === undefined ? {} : { pull }
}

/** While a person's turn lasts (SPEC 16.4): where nothing was heard of it for long, afk goes on by itself. */
function drivenOf(facts: RunFacts): Pick<Card, 'driven'> {
  const { card, thread, reviewer, now } = facts
  if (now.executor === null || thread.state === 'absent') return card.driven === true ? { driven: true } : {}
  const isDriven = isDrivenNow(card, facts) || (reviewer !== null && isReviewerDriven(reviewer, facts))
  return isDriven ? { driven: true } : {}
}

function isDrivenNow(card: Card, facts: Pick<RunFacts, 'thread' | 'now' | 'policy'>): boolean {
  const { thread } = facts
  const isAtWork = ['starting', 'working', 'unknown'].includes(thread.state) && !isQuiet(facts)
  return (isAtWork || thread.state === 'waiting') && isDrivenByPerson(card, thread)
}

/** Of its own turns the card holds none: their ids are derived from its thread alone. */
function isReviewerDriven(reviewer: ThreadView, facts: RunFacts): boolean {
  return isDrivenNow({ ...facts.card, runId: reviewer.id, turns: [], head: null }, { ...facts, thread: reviewer })
}

/** A request that was answered before anybody could be told of it: nobody has to be told any more. */
function bellsOf({ card, thread, reviewer, now }: RunFacts): Card['bells'] {
  const isSeen = now.executor !== null && thread.state !== 'absent' && thread.state !== 'unknown'
  const pending = [thread, reviewer].flatMap((view) => (view?.pending ? [`waiting:${view.pending.id}`] : []))
  const stands = ([cause, bell]: readonly [string, Bell]) =>
    bell.undelivered !== true || !cause.startsWith('waiting:') || pending.includes(cause)
  return isSeen ? Object.fromEntries(Object.entries(card.bells).filter(stands)) : card.bells
}

function deploymentRecord(facts: RunFacts): Pick<Card, 'deployment'> {
  const deployment = deploymentOf(facts)
  return deployment === undefined ? {} : { deployment }
}

/**
 * Tokens move with every tick of a working agent: alone they are no reason to edit a comment, but for those of a turn that is over, which
 * its thread may not show for long.
 */
export function differs(before: Card, after: Card): boolean {
  return JSON.stringify(withoutTokens(before)) !== JSON.stringify(withoutTokens(after)) || isUnkept(before, after)
}

function withoutTokens(card: Card) {
  const none = { tokens: 0, usage: undefined }
  return { ...card, ...none, reviews: card.reviews?.map((review) => ({ ...review, ...none })) }
}

/** A card for a run whose comment is gone or no longer believed: what facts still tell (SPEC 6.2). */
export function derivedCard(
  facts: Omit<RunFacts, 'card'> & {
    readonly base: string | null
    readonly firstRedAt: Instant | null
    /** All believed commits of the run: each may have had its corrective turns. */
    readonly ownShas?: readonly string[]
    /** The threads of its reviews, the first round's first. */
    readonly reviewers?: readonly ThreadView[]
  },
): Card {
  const { run, issue, thread, now, reviewers = [] } = facts
  const shas = [
    ...new Set([...(facts.head ? [facts.head.commit.sha] : []), ...(facts.ownShas ?? []), ...thread.pushedShas]),
  ]
  const { bells, questions } = recalledPeople(facts)
  return {
    runId: run.runId,
    repo: issue.repo.toLowerCase(),
    issue: issue.number,
    epoch: run.epoch,
    epochAt: run.epochAt,
    // The label is the earliest that the run can have begun: an age that errs does so towards stopping.
    startedAt: run.epochAt,
    base: facts.base,
    phase: 'worktree',
    phases: {},
    head: null,
    firstRedAt: facts.firstRedAt,
    turns: turnsFromThread(run.runId, thread, shas, now.tracker, [
      ...answerPurposes(facts),
      ...reviewPurposes(facts.landing, reviewers.length),
    ]),
    reds: [],
    rerun: null,
    // A question that T3 shows was rung for before, as far as anybody can tell: bells that end nothing are taken as rung.
    bells: { ...bells, ...pendingBells([thread, facts.reviewer], now.tracker) },
    absentSince: null,
    // What the thread no longer shows is lost with the card that had kept it.
    ...usedBy({ tokens: 0 }, thread),
    links: {},
    outcome: null,
    ...recalledReviews(facts, reviewers),
    ...(questions === undefined ? {} : { questions }),
  }
}

function pendingBells(threads: readonly (ThreadView | null)[], at: Instant): Card['bells'] {
  const requests = threads.flatMap((thread) => thread?.pending ?? [])
  return Object.fromEntries(requests.map(({ id }) => [`waiting:${id}`, { at }]))
}

function phaseOf(facts: RunFacts): Phase {
  const { head, verdict, thread, card } = facts
  if (head === null || verdict === null) {
    // *pushed* is a fact of the branch, never of the agent's words.
    const said = thread.phase === 'pushed' ? 'green' : thread.phase
    return said ?? (card.head === null ? card.phase : 'pushed')
  }
  // Until it is merged there is nothing to deploy.
  if (facts.landing.kind === 'open') return verdict.kind === 'pending' && verdict.why === 'no-check' ? 'pushed' : 'CI'
  if (verdict.kind === 'green') return 'deployed'
  if (verdict.stage === 'rollout') return 'deployed'
  return verdict.kind === 'pending' && verdict.why === 'no-check' ? 'pushed' : 'CI'
}

function linksOf({ card, threadLink, head, verdict, landing }: RunFacts): Links {
  const ci = verdict?.kind === 'red' ? verdict.failingChecks.find(({ url }) => url !== null)?.url : undefined
  return {
    ...card.links,
    ...(threadLink === null ? {} : { thread: threadLink }),
    ...(head === null ? {} : { commit: head.commit.url }),
    ...('pull' in landing && landing.kind !== 'closed' ? { pull: landing.pull.url } : {}),
    ...(typeof ci === 'string' ? { ci } : head === null ? {} : { ci: `${head.commit.url}/checks` }),
  }
}
