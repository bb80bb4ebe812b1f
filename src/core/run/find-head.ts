import { carriesTrailer } from '../trailer.ts'
import type { Actor, Commit } from '../model.ts'

/** What of a run stands on the default branch (SPEC 6.1, *head*). */
export interface FoundHead {
  /** The newest commit of the run that is believed. */
  readonly head: Commit
  /** All believed commits of the run, newest first. */
  readonly own: readonly Commit[]
  /** Commits that contain it, oldest first. */
  readonly later: readonly Commit[]
  /** Those of `later` that the run pushed itself, without its trailer: by an agent, or named by its report. */
  readonly pushedOnTop: readonly string[]
  /** A later commit that takes the head back, if there is one. */
  readonly revertedBy: string | null
}

/**
 * The newest commit of the branch (given newest first) that carries the run's trailer and is by somebody believable, or is named by
 * the thread's own report. A trailer alone proves nothing: anybody can write one. Dates are not looked at: committers' clocks lie.
 */
export function findHead(
  commits: readonly Commit[],
  runId: string,
  options: {
    readonly believes: (author: Actor | null) => boolean
    readonly isAgent: (author: Actor | null) => boolean
    readonly reported: readonly string[]
  },
): FoundHead | null {
  const isReported = (commit: Commit) => options.reported.some((sha) => names(sha, commit.sha))
  const own = commits.filter(
    (commit) => carriesTrailer(commit.message, runId) && (options.believes(commit.author) || isReported(commit)),
  )
  const head = own[0]
  return head === undefined ? null : around(head, own, commits, options)
}

/** The commit that a pull request became on the branch (SPEC 15.3), whatever its message says; null where the branch does not hold it. */
export function findMerged(
  commits: readonly Commit[],
  sha: string,
  options: {
    readonly isAgent: (author: Actor | null) => boolean
    readonly reported: readonly string[]
  },
): FoundHead | null {
  const head = commits.find((commit) => commit.sha === sha)
  return head === undefined ? null : around(head, [head], commits, options)
}

function around(
  head: Commit,
  own: readonly Commit[],
  commits: readonly Commit[],
  options: { readonly isAgent: (author: Actor | null) => boolean; readonly reported: readonly string[] },
): FoundHead {
  const isReported = (commit: Commit) => options.reported.some((sha) => names(sha, commit.sha))
  const later = descendantsOf(head, commits.slice(0, commits.indexOf(head)).toReversed())
  const revertedBy = later.find((commit) => reverts(commit.message, head.sha))?.sha ?? null
  const pushedOnTop = later
    .filter((commit) => options.isAgent(commit.author) || isReported(commit))
    .map(({ sha }) => sha)
  return { head, own, later, pushedOnTop, revertedBy }
}

/**
 * Newer is not yet on top: a branch that was merged after the head may never have had it. Dates, and with them the list's order, may
 * lie, so it is gone through until nothing is added; the tip of a branch contains all of it.
 */
function descendantsOf(head: Commit, newer: readonly Commit[]): readonly Commit[] {
  const found = new Set([head.sha, ...newer.slice(-1).map(({ sha }) => sha)])
  for (let before = 0; before < found.size;) {
    before = found.size
    for (const { sha, parents } of newer) if (parents.some((parent) => found.has(parent))) found.add(sha)
  }
  return newer.filter(({ sha }) => found.has(sha))
}

/** Whether a report's commit name, short or long, means this commit. */
export function names(reported: string, sha: string): boolean {
  return reported.length >= 7 && sha.toLowerCase().startsWith(reported.toLowerCase())
}

/** Git's own words for a revert; the sha may be abbreviated by people. */
function reverts(message: string, sha: string): boolean {
  return [...message.matchAll(/This reverts commit ([0-9a-f]{7,40})/gi)].some(([, reverted = '']) =>
    names(reverted, sha),
  )
}
