import type { Card, Links } from '../card/card.ts'
import type { Instant, Phase, ThreadView } from '../model.ts'
import { answerPurposes, recalledPeople } from '../people/lost-notes.ts'
import { recalledReviews, reviewPurposes } from '../landing/lost-reviews.ts'
import { withAnswerInExecutor } from '../people/open-question.ts'
import { haltOf } from './halted.ts'
import type { RunFacts } from './run-facts.ts'
import { isDrivenByPerson, turnsFromThread } from './turns.ts'

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
  return {
    ...card,
    phase,
    phases: { ...card.phases, [phase]: card.phases[phase] ?? now.tracker, ...rolloutSince(facts) },
    head: head ?? card.head,
    firstRedAt: card.firstRedAt ?? (red ? now.tracker : null),
    absentSince:
      now.executor === null ? card.absentSince : thread.state === 'absent' ? (card.absentSince ?? now.tracker) : null,
    tokens: Math.max(card.tokens, thread.tokens),
    links: linksOf(facts),
    ...landingOf(facts),
    ...drivenOf(facts),
    ...haltOf(facts.card, thread, now.executor !== null),
  }
}

/** Checks that are all green, and only have to settle, let the rollout begin: its time runs from here (SPEC 6.4, row 5). */
function rolloutSince({ card, verdict, landing, policy, now }: RunFacts): Card['phases'] {
  const begins = verdict?.kind === 'pending' && verdict.why === 'settling'
  if (!begins || landing.kind === 'open' || policy.rollout.kind === 'none') return {}
  return { deployed: card.phases.deployed ?? now.tracker }
}

/** What only a run that lands by pull request has on its card. */
function landingOf({ landing, card, reviewer }: RunFacts): Pick<Card, 'pull' | 'reviews'> {
  const pull =
    'pull' in landing && landing.kind !== 'closed'
      ? {
          number: landing.pull.number,
          url: landing.pull.url,
          branch: landing.pull.branch,
          merged: landing.pull.mergeCommit,
        }
      : card.pull
  const newest = card.reviews?.at(-1)
  const spent = Math.max(newest?.tokens ?? 0, reviewer?.tokens ?? 0)
  // Like those of the run's own thread they move with every tick: kept only once the review is over.
  const reviews =
    newest === undefined || newest.state === 'asked'
      ? card.reviews
      : card.reviews?.with(-1, { ...newest, tokens: spent })
  return { ...(pull === undefined ? {} : { pull }), ...(reviews === undefined ? {} : { reviews }) }
}

/** Noticed while it is so, and forgotten once afk has spoken again (SPEC 16.4). */
function drivenOf({ card, thread, now }: RunFacts): Pick<Card, 'driven'> {
  const driven = now.executor === null || thread.state === 'absent' ? card.driven : isDrivenByPerson(card, thread)
  return driven === true ? { driven } : {}
}

/** Tokens move with every tick of a working agent: alone they are no reason to edit a comment. */
export function differs(before: Card, after: Card): boolean {
  return JSON.stringify({ ...before, tokens: 0 }) !== JSON.stringify({ ...after, tokens: 0 })
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
    bells: { ...bells, ...(thread.pending === null ? {} : { [`waiting:${thread.pending.id}`]: { at: now.tracker } }) },
    absentSince: null,
    tokens: thread.tokens,
    links: {},
    outcome: null,
    ...recalledReviews(facts, reviewers),
    ...(questions === undefined ? {} : { questions }),
  }
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
