import type { Card } from '../card/card.ts'
import type { Commit } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'
import { carriesTrailer } from '../trailer.ts'

/**
 * Where in a list of a branch's newest commits (newest first) the head of a run stands that nothing is left to find out about: seen
 * before, recorded on the card, its paths judged, and no newer commit claims to be the run's. -1: neither the card nor any commit
 * tells of one. Null: something is new or unusual, and everything has to be asked.
 */
export function settledHead(
  commits: readonly Pick<Commit, 'sha' | 'message'>[],
  runId: string,
  card: Card | null,
  policy: Pick<RepoPolicy, 'allowProtectedPaths' | 'protectedPaths'>,
): number | null {
  const newest = commits.findIndex(({ message }) => carriesTrailer(message, runId))
  const seen = card?.head ?? null
  if (seen === null) return newest === -1 ? -1 : null
  if (commits[newest]?.sha !== seen.sha) return null
  const judged = policy.allowProtectedPaths || policy.protectedPaths.length === 0 || seen.pathsClear
  return judged ? newest : null
}
