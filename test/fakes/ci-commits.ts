import type { Commit } from '../../src/core/model.ts'
import type { Ci } from '../../src/ports/ci.ts'
import { changesBetween, historyOf, isAncestor, mergeBase, resolveRef } from '../sandbox/github/state/history.ts'
import type { Commit as StoredCommit, GitHubState, Repo } from '../sandbox/github/state/model.ts'
import { actorOf, notThere, visibleRepo, webOf } from './tracker-access.ts'
import type { FakeCall, Operations } from './tracker-session.ts'

const maxCommits = 1000
/** GitHub's documentation: a comparison names 300 files at most, a commit 3,000. */
const comparisonLimit = 300
const commitLimit = 3000

/** Commits of a branch and the paths they change. */
export const commitOperations: Operations<Pick<Ci, 'history' | 'contains' | 'files'>> = {
  history: (call, name, branch, { depth, until }) => {
    const repo = filledRepo(call, name)
    const tip = resolveRef(repo, branch)
    if (tip === null) throw notThere(call, `${name} ${branch}`)
    const all = historyOf(repo, tip.sha)
    const wanted = Math.max(depth, all.findIndex(({ sha }) => sha === until) + 1)
    const isThere = until === undefined || all.some(({ sha }) => sha === until)
    // The service answers whole pages.
    const page = until === undefined ? Math.min(100, Math.max(1, depth)) : 100
    const count = isThere ? Math.max(1, Math.ceil(wanted / page)) * page : all.length
    return all.slice(0, Math.min(count, maxCommits)).map((commit) => present(call.state, repo, commit))
  },

  contains: (call, name, branch, sha) => {
    const repo = filledRepo(call, name)
    const tip = resolveRef(repo, branch)
    if (tip === null) throw notThere(call, `${name} ${branch}`)
    const commit = resolveRef(repo, sha)
    return commit !== null && isAncestor(repo, commit.sha, tip.sha)
  },

  files: (call, name, sha, against) => {
    const repo = filledRepo(call, name)
    const head = resolveRef(repo, sha)
    if (against === undefined) {
      if (head === null) throw call.fail('refused', `${name} ${sha}`, 'no such commit', 422)
      return filesOf(call, name, head)
    }
    const base = resolveRef(repo, against)
    const met = head === null || base === null ? null : mergeBase(repo, base.sha, head.sha)
    if (head === null || base === null || met === null) throw notThere(call, `${name} ${against}...${sha}`)
    const changed = changesBetween(met.tree, head.tree).map(({ path }) => path)
    if (changed.length < comparisonLimit) return changed
    // What a comparison cuts off is made up from each of its commits, oldest first.
    const ahead = historyOf(repo, head.sha).filter((commit) => !isAncestor(repo, commit.sha, base.sha))
    return [...new Set(ahead.toReversed().flatMap((commit) => filesOf(call, name, commit)))]
  },
}

/** GitHub answers 409 for everything that asks a repo without a commit for one. */
function filledRepo(call: FakeCall, name: string): Repo {
  const repo = visibleRepo(call, call.send(), name)
  if (repo.commits.size === 0) throw call.fail('conflict', name, 'the repo is empty', 409)
  return repo
}

function filesOf(call: FakeCall, name: string, commit: StoredCommit): readonly string[] {
  if (commit.files.length < commitLimit) return commit.files.map(({ path }) => path)
  throw call.fail('refused', `${name} ${commit.sha}`, 'too many files to list', 200)
}

function present(state: GitHubState, repo: Repo, commit: StoredCommit): Commit {
  return {
    sha: commit.sha,
    message: commit.message,
    author: actorOf(state, commit.author),
    parents: [...commit.parents],
    url: `${webOf(repo)}/commit/${commit.sha}`,
  }
}
