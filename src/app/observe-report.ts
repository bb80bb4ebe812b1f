import { names, type FoundHead } from '../core/run/find-head.ts'
import type { Commit, RepoName, ThreadView } from '../core/model.ts'
import type { Tick } from './tick.ts'

/** A branch, as far as it had to be read to find what the thread reports as pushed. */
export interface ReportOnBranch {
  /** Newest first. */
  readonly commits: readonly Commit[]
  /** The reported commit is on the branch; null: none was reported. */
  readonly holds: boolean | null
}

/**
 * Looks for the reported commit among the newest ones of the branch and, where the branch may go on below them, asks for it by name and
 * reads down to it: while nobody looked, others may have pushed a great deal on top. `at` null: it was read far enough.
 */
export async function findReported(
  newest: readonly Commit[],
  thread: ThreadView,
  at: { readonly repo: RepoName; readonly branch: string; readonly depth: number } | null,
  tick: Tick,
): Promise<ReportOnBranch> {
  const sha = reportedSha(thread)
  if (sha === null) return { commits: newest, holds: null }
  if (newest.some((commit) => names(sha, commit.sha))) return { commits: newest, holds: true }
  if (at === null) return { commits: newest, holds: false }
  const { repo, branch, depth } = at
  // What is cut short is no name that can be asked for.
  const isBelow = newest.length >= depth && sha.length === 40 && (await tick.world.ci.contains(repo, branch, sha))
  if (!isBelow) return { commits: newest, holds: false }
  return { commits: await tick.world.ci.history(repo, branch, { depth, until: sha }), holds: true }
}

/** Whether the reported commit is on the branch, and not on top of the head, which then does not hold what was reported. */
export function isReportSeen(holds: boolean, thread: ThreadView, head: FoundHead | null): boolean {
  const sha = reportedSha(thread)
  return holds && sha !== null && !(head?.later ?? []).some((commit) => names(sha, commit.sha))
}

function reportedSha({ report }: ThreadView): string | null {
  return report?.report.kind === 'pushed' ? report.report.sha : null
}
