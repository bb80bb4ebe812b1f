import { cardsOf } from '../core/card/cards-of.ts'
import { costUsd, tokensSpent } from '../core/run/cost.ts'
import { sameName, type IssueFacts } from '../core/model.ts'
import { issueKey } from '../core/dispatch/poll-facts.ts'
import { recordFailure } from './bug.ts'
import type { FoundRuns } from './find-runs.ts'
import type { EndedRun } from './status.ts'
import type { Tick } from './tick.ts'

/** Issues of threads that are looked at for ended runs, newest threads first. */
const most = 20
const dayMs = 24 * 3600 * 1000

/**
 * Runs that ended in the last 24 hours, newest first: from the cards on the issues of afk's newest threads. A run whose thread was
 * archived or deleted is not found. By GitHub's clock alone.
 */
export async function recentOutcomes(runs: FoundRuns, tick: Tick): Promise<readonly EndedRun[]> {
  const since = (tick.world.tracker.now() ?? 0) - dayMs
  const issues = await issuesOf(runs, tick)
  return issues
    .flatMap((issue) =>
      cardsOf(issue).cards.flatMap(({ card }) =>
        card.outcome === null || card.outcome.at < since
          ? []
          : [
              {
                issue: { repo: issue.repo, number: issue.number },
                run: card.runId,
                outcome: card.outcome.kind,
                reason: card.outcome.reason,
                at: card.outcome.at,
                tokens: tokensSpent(card),
                usd: costUsd(tokensSpent(card), tick.policy.repo(issue.repo)),
                links: { ...card.links, issue: issue.url },
              },
            ],
      ),
    )
    .toSorted((a, b) => b.at - a.at)
}

async function issuesOf({ found, threads, overviews }: FoundRuns, tick: Tick): Promise<readonly IssueFacts[]> {
  const known = new Map(found.map(({ issue }) => [issueKey(issue), issue]))
  const others = threads
    .toSorted((a, b) => b.thread.updatedAt - a.thread.updatedAt)
    .slice(0, most)
    .map(({ issue }) => issue)
    .filter((issue) => !known.has(issueKey(issue)) && overviews.some(({ repo }) => sameName(repo, issue.repo)))
  const refs = [...new Map(others.map((issue) => [issueKey(issue), issue])).values()]
  if (refs.length === 0) return [...known.values()]
  try {
    const looked = await tick.world.tracker.look(
      refs.map((issue) => ({ ...issue, labels: tick.policy.repo(issue.repo).labels })),
    )
    return [...known.values(), ...looked.flatMap((entry) => (entry.ok ? [entry.value] : []))]
  } catch (thrown) {
    recordFailure(thrown, 'recent', tick)
    return [...known.values()]
  }
}
