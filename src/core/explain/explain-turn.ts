import { rotationOf } from '../dispatch/detail-reads.ts'
import { repoKey, type RepoName } from '../model.ts'
import type { PollObservation } from '../dispatch/poll-facts.ts'
import { EXPLAIN_EVERY_MINUTES, minutesUntilTurn, roundsUntilTurn } from '../schedule.ts'

/**
 * Minutes until the tick in which afk looks whether there is something to say on a repo's issues; 0: this one. Every tenth minute, spread
 * over the repos. Where issues are read in turns (SPEC 5.1) the repo's own turns are counted instead, so many that ten minutes are over:
 * in any other tick nothing would be known of it.
 */
export function minutesToExplain({ repos, details, now }: PollObservation): (repo: RepoName) => number {
  const { turns, minutesTo } = rotationOf(repos, details ?? null)
  return (repo) => {
    const key = `explain:${repoKey(repo)}`
    if (details === undefined || turns === 1) return minutesUntilTurn(key, now.tracker, EXPLAIN_EVERY_MINUTES)
    const next = minutesTo(repoKey(repo))
    const round = Math.floor((details.turn + next) / turns)
    return next + turns * roundsUntilTurn(key, round, Math.ceil(EXPLAIN_EVERY_MINUTES / turns))
  }
}
