import type { Card } from '../core/card/card.ts'
import { matchesGlob } from '../core/globs.ts'
import type { Landing } from '../core/landing/landing.ts'
import type { Commit } from '../core/model.ts'
import type { RepoPolicy } from '../core/policy.ts'
import type { FoundHead } from '../core/run/find-head.ts'
import { unsignedCommits } from '../core/run/unsigned.ts'
import { isAgent } from '../core/trust.ts'
import { asPortError, type Tick } from './tick.ts'

/** What the service does not list in full, because it is too much, may hold a protected path as well: a person has to look. */
export async function protectedPathsOf(
  found: FoundHead,
  policy: RepoPolicy,
  landing: Landing,
  repo: string,
  tick: Tick,
): Promise<readonly string[]> {
  let paths: readonly string[]
  try {
    paths = await pathsOf(found, landing, repo, tick)
  } catch (thrown) {
    const error = asPortError(thrown)
    if (error.category !== 'refused') throw error
    return ['more files than GitHub lists']
  }
  return paths.filter((path) => policy.protectedPaths.some((pattern) => matchesGlob(pattern, path))).toSorted()
}

/**
 * Paths that the run's own commits change. A merge of the default branch into the run's branch brings in what others
 * changed: it counts for what it adds on top of the other side, not for what it took over.
 */
async function pathsOf(found: FoundHead, landing: Landing, repo: string, tick: Tick): Promise<readonly string[]> {
  if (landing.kind === 'open') return tick.world.pulls.files(repo, landing.pull.number)
  const own = new Set(found.own.map(({ sha }) => sha))
  const touched = new Set<string>()
  for (const commit of found.own) {
    const theirs = commit.parents.length > 1 ? commit.parents.find((parent) => !own.has(parent)) : undefined
    for (const path of await tick.world.ci.files(repo, commit.sha, theirs)) touched.add(path)
  }
  return [...touched]
}

/** What its agent left unsigned counts for the paths that it changed. */
export function withUnsigned(
  found: FoundHead,
  commits: readonly Commit[],
  card: Card | null,
  policy: RepoPolicy,
): FoundHead {
  const unsigned = unsignedCommits(commits, card?.base ?? null, (author) => author !== null && isAgent(author, policy))
  return { ...found, own: [...found.own, ...unsigned] }
}
