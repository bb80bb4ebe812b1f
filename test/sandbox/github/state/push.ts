import { startCi } from './ci.ts'
import { closedByMessage, mentionedByMessage } from './closing-keywords.ts'
import { recordEvent } from './events.ts'
import { commitTree } from './commit-tree.ts'
import { isAncestor } from './history.ts'
import { nextIds } from './ids.ts'
import { closeIssue, findIssue } from './issues.ts'
import type { CiPlan } from './ci-model.ts'
import type { Commit, GitHubState, Repo } from './model.ts'
import { followBranch } from './pull-heads.ts'
import { requireLogin } from './users.ts'

export interface CommitInput {
  /** A login, or null for an e-mail address that no account owns. */
  author: string | null
  message: string
  /** Path to new content, or null to delete; a list of paths gets some new content. */
  files?: Record<string, string | null> | string[]
  /** Epoch milliseconds of the committer's own clock. Default: the true time. */
  date?: number
  /** Further parents, for a merge commit. */
  mergeParents?: string[]
}

export interface PushInput extends CommitInput {
  /** Who pushes. Default: the author. */
  pusher?: string
  /** Default: the default branch. */
  branch?: string
  /** What CI does with this push, instead of the repository's script. null: no CI (a push with the workflow's token). */
  ci?: CiPlan | null
  /** Earlier commits of the same push: they are pushed with it and get no CI of their own. */
  before?: CommitInput[]
}

/** Pushes onto the tip of a branch and returns the sha of the new tip. */
export function push(state: GitHubState, repo: Repo, input: PushInput): string {
  const branch = input.branch ?? repo.defaultBranch
  const pusher = requireLogin(state, input.pusher ?? input.author ?? repo.owner)
  let parent = repo.branches.get(branch) ?? repo.branches.get(repo.defaultBranch) ?? null
  for (const commit of [...(input.before ?? []), input]) parent = createCommit(state, repo, parent, commit, pusher).sha
  if (parent === null) throw new Error('a push without a commit')
  return moveBranch(state, repo, { branch, sha: parent, pusher, ci: input.ci })
}

/** Throws the branch's tip away down to `to` (a sha that stays in the object store) and moves the branch there. */
export function forcePush(
  state: GitHubState,
  repo: Repo,
  input: { to: string; pusher: string; branch?: string; ci?: CiPlan | null },
): string {
  if (!repo.commits.has(input.to)) throw new Error(`forcePush: no commit ${input.to} in ${repo.owner}/${repo.name}`)
  const pusher = requireLogin(state, input.pusher)
  return moveBranch(state, repo, {
    branch: input.branch ?? repo.defaultBranch,
    sha: input.to,
    pusher,
    ci: input.ci,
  })
}

/** Makes a commit object that no branch shows yet. */
function createCommit(
  state: GitHubState,
  repo: Repo,
  parent: string | null,
  input: CommitInput,
  pusher: string,
): Commit {
  const parents = [...(parent === null ? [] : [parent]), ...(input.mergeParents ?? [])]
  const before =
    parent === null ? new Map<string, string>() : (repo.commits.get(parent)?.tree ?? new Map<string, string>())
  const ids = nextIds(state, 'C')
  const tree = applyFiles(before, input.files ?? [], ids.id)
  const { message, author, date } = input
  return commitTree(state, repo, { parents, tree, message, author, date, pusher }, ids)
}

/** A tree with some files changed; `seed` makes the content of those that only have a path. */
export function applyFiles(
  before: ReadonlyMap<string, string>,
  files: NonNullable<CommitInput['files']>,
  seed: number,
): Map<string, string> {
  const tree = new Map(before)
  const entries: [string, string | null][] = Array.isArray(files)
    ? files.map((path) => [path, `content ${seed} of ${path}\n`])
    : Object.entries(files)
  for (const [path, content] of entries) {
    if (content === null) tree.delete(path)
    else tree.set(path, content)
  }
  return tree
}

/**
 * Moves a branch and does what follows: closing keywords of what is new on the default branch, the pull requests of the
 * branch, then CI of the tip.
 */
export function moveBranch(
  state: GitHubState,
  repo: Repo,
  move: { branch: string; sha: string; pusher: string; ci: CiPlan | null | undefined },
): string {
  const old = repo.branches.get(move.branch) ?? null
  repo.branches.set(move.branch, move.sha)
  repo.pushedAt = state.clock.now()
  followBranch(state, repo, move.branch, { before: old, after: move.sha, pusher: move.pusher })
  if (move.branch === repo.defaultBranch) applyKeywords(state, repo, old, move.sha, move.pusher)
  const tip = repo.commits.get(move.sha)
  if (tip && move.ci !== null) startCi(state, repo, tip, move.branch, move.ci ?? repo.ci.plan(tip, move.branch))
  return move.sha
}

function applyKeywords(state: GitHubState, repo: Repo, old: string | null, sha: string, pusher: string): void {
  const fresh = [...repo.commits.values()].filter(
    (commit) => isAncestor(repo, commit.sha, sha) && (old === null || !isAncestor(repo, commit.sha, old)),
  )
  for (const commit of fresh) {
    for (const number of mentionedByMessage(commit.message)) {
      const issue = findIssue(repo, number)
      if (issue) recordEvent(state, issue, { login: pusher }, { event: 'referenced', sha: commit.sha })
    }
    for (const number of closedByMessage(commit.message)) {
      const issue = findIssue(repo, number)
      if (issue?.state === 'open')
        closeIssue(state, issue, { login: pusher }, 'completed', {
          kind: 'commit',
          sha: commit.sha,
        })
    }
  }
}
