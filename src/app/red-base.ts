import type { Card } from '../core/card/card.ts'
import type { RepoName } from '../core/model.ts'
import { carriesTrailer } from '../core/trailer.ts'
import { foldChecks } from '../core/verdict/check-verdict.ts'
import type { Tick } from './tick.ts'

/**
 * The checks that fail on the default branch because an earlier run of this issue left them so: its head carries the trailer of one of
 * `earlier` (SPEC 5.1, `base-red`). The head's own checks tell; a run that was stopped before it had seen them has none of them on its
 * card. Empty for a branch that is not red, or red by others. Throws PortError.
 */
export async function failingOfEarlier(
  repo: RepoName,
  branch: string,
  earlier: readonly Card[],
  tick: Tick,
): Promise<readonly string[]> {
  // Of a repo without a commit there is no head to ask for.
  if (earlier.length === 0 || branch === 'HEAD') return []
  const { ci } = tick.world
  const [head] = await ci.history(repo, branch, { depth: 1 })
  const left = head && earlier.findLast(({ runId }) => carriesTrailer(head.message, runId))
  if (head === undefined || left === undefined) return []
  const [seen] = await ci.closeUp([{ repo, sha: head.sha }])
  if (seen === undefined) return []
  if (!seen.ok) throw seen.error
  const judged = foldChecks(seen.value.checks, [], true)
  return judged.kind === 'red' ? judged.failing : []
}
