import type { Commit, FileChange, Repo } from './model.ts'

/**
 * Commits reachable from a sha, in Git's order: always a child before its parents, else the newest committer date first.
 * A lying date can move a side branch, never turn a line around.
 */
export function historyOf(repo: Repo, sha: string): Commit[] {
  const reachable = collect(repo, sha)
  const children = new Map<string, number>()
  for (const commit of reachable.values())
    for (const parent of commit.parents) children.set(parent, (children.get(parent) ?? 0) + 1)
  let ready = [...reachable.values()].filter((commit) => !children.get(commit.sha))
  const ordered: Commit[] = []
  for (;;) {
    const [commit, ...others] = ready.toSorted((a, b) => b.date - a.date || b.id - a.id)
    if (!commit) return ordered
    ready = others
    ordered.push(commit)
    for (const parentSha of commit.parents) {
      const left = (children.get(parentSha) ?? 0) - 1
      children.set(parentSha, left)
      const parent = reachable.get(parentSha)
      if (left === 0 && parent) ready.push(parent)
    }
  }
}

/** A branch's name (with or without `refs/heads/`, `heads/`), `HEAD`, a full sha, or one abbreviated to seven or more. */
export function resolveRef(repo: Repo, ref: string): Commit | null {
  const branch = ref === 'HEAD' ? repo.defaultBranch : ref.replace(/^(refs\/)?heads\//, '')
  const sha = repo.branches.get(branch) ?? ref.toLowerCase()
  const exact = repo.commits.get(sha)
  if (exact) return exact
  if (!/^[0-9a-f]{7,39}$/.test(sha)) return null
  const matches = [...repo.commits.values()].filter((commit) => commit.sha.startsWith(sha))
  return matches.length === 1 ? (matches[0] ?? null) : null
}

export function isAncestor(repo: Repo, ancestor: string, descendant: string): boolean {
  return collect(repo, descendant).has(ancestor)
}

/** The newest commit that both have; null for histories that never met. */
export function mergeBase(repo: Repo, a: string, b: string): Commit | null {
  const ofA = collect(repo, a)
  return historyOf(repo, b).find((commit) => ofA.has(commit.sha)) ?? null
}

/** What changed from one tree to the other, sorted by path. */
export function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return paths.flatMap((path): FileChange[] => {
    if (!before.has(path)) return [{ path, status: 'added' }]
    if (!after.has(path)) return [{ path, status: 'removed' }]
    return before.get(path) === after.get(path) ? [] : [{ path, status: 'modified' }]
  })
}

/** The same commits, in no order. */
export function collect(repo: Repo, sha: string): Map<string, Commit> {
  const seen = new Map<string, Commit>()
  const queue = [sha]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const commit = repo.commits.get(next)
    if (!commit || seen.has(next)) continue
    seen.set(next, commit)
    queue.push(...commit.parents)
  }
  return seen
}
