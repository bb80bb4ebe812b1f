import { closedByMessage } from './closing-keywords.ts'
import { commitTree } from './commit-tree.ts'
import { deleteBranch } from './branches.ts'
import type { Issue } from './issue-model.ts'
import { closeIssue, findIssue } from './issues.ts'
import { obstacles } from './merge-rules.ts'
import { baseTip, commitsOf, tryMerge, tryRebase } from './mergeability.ts'
import type { GitHubState, Repo, Role } from './model.ts'
import { atLeast } from './permissions.ts'
import { protectionOf } from './protection.ts'
import { markMerged } from './pull-heads.ts'
import type { MergeMethod, Pull } from './pull-model.ts'
import { moveBranch } from './push.ts'

export interface MergeInput {
  by: string
  /** What the caller may do: admins stand above the rules unless the rules say otherwise. */
  role: Role
  method: MergeMethod
  title?: string | undefined
  message?: string | undefined
  /** The head that is meant. */
  sha?: string | undefined
}

export type Merged = { sha: string } | { status: 403 | 405 | 409; message: string }

/** Merges as `PUT /pulls/{n}/merge` does, or says why not, with GitHub's status. */
export function mergePull(state: GitHubState, repo: Repo, issue: Issue, pull: Pull, input: MergeInput): Merged {
  const refusal = refusalOf(state, repo, issue, pull, input)
  return refusal ?? { sha: doMerge(state, repo, issue, pull, input) }
}

/** The merge itself, with every rule asked already. */
export function doMerge(
  state: GitHubState,
  repo: Repo,
  issue: Issue,
  pull: Pull,
  input: Pick<MergeInput, 'by' | 'method' | 'title' | 'message'>,
): string {
  const from = baseTip(repo, pull)
  const sha = mergeCommits(state, repo, issue, pull, input)
  markMerged(state, repo, { issue, pull }, { sha, by: input.by, from })
  moveBranch(state, repo, { branch: pull.baseRef, sha, pusher: input.by, ci: pull.mergeCi })
  if (pull.baseRef === repo.defaultBranch)
    for (const number of closedByMessage(issue.body)) {
      const closed = findIssue(repo, number)
      if (closed && !closed.isPullRequest)
        closeIssue(state, closed, { login: input.by }, 'completed', { kind: 'pull', number: issue.number })
    }
  if (repo.merging.deleteBranch && pull.headRepoId === repo.id)
    deleteBranch(state, repo, pull.headRef, { login: input.by })
  return sha
}

function refusalOf(
  state: GitHubState,
  repo: Repo,
  issue: Issue,
  pull: Pull,
  input: MergeInput,
): Extract<Merged, { status: number }> | null {
  const rules = protectionOf(repo, pull.baseRef)
  const isAbove = input.role === 'admin' && !rules.enforceAdmins
  const refuse = (status: 403 | 405 | 409, message: string) => ({ status, message }) as const
  if (!atLeast(input.role, 'write')) return refuse(403, 'Must have push access to merge this pull request.')
  if (issue.state !== 'open') return refuse(405, 'Pull Request is not mergeable')
  if (input.sha !== undefined && input.sha !== pull.headSha)
    return refuse(409, 'Head branch was modified. Review and try the merge again.')
  if (!repo.merging.methods.includes(input.method)) return refuse(405, notAllowed[input.method])
  const hard = obstacles(state, repo, issue, pull)
  if (hard[0]?.startsWith('Pull Request is')) return refuse(405, hard[0])
  if (!isAbove) {
    if (rules.pushers && !rules.pushers.some((login) => login.toLowerCase() === input.by.toLowerCase()))
      return refuse(405, "You're not authorized to push to this branch.")
    if (hard.length > 0) return refuse(405, hard.join(' '))
    if (rules.linearHistory && input.method === 'merge')
      return refuse(405, 'This branch must not contain merge commits.')
    if (rules.queue) return refuse(405, 'Changes must be made through the merge queue')
  }
  if (input.method === 'rebase' && !tryRebase(repo, pull)) return refuse(405, "This branch can't be rebased")
  return null
}

const notAllowed: Record<MergeMethod, string> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
}

function mergeCommits(
  state: GitHubState,
  repo: Repo,
  issue: Issue,
  pull: Pull,
  input: Pick<MergeInput, 'by' | 'method' | 'title' | 'message'>,
): string {
  const base = baseTip(repo, pull)
  const { tree } = tryMerge(repo, pull)
  if (input.method === 'rebase') return replay(state, repo, pull, input.by)
  const { title, message } = input.method === 'squash' ? squashWords(repo, issue, pull) : mergeWords(issue, pull)
  const words = [input.title ?? title, input.message ?? message].filter((part) => part !== '').join('\n\n')
  return commitTree(state, repo, {
    parents: input.method === 'squash' ? [base] : [base, pull.headSha],
    tree,
    message: words,
    author: input.method === 'squash' ? issue.author : input.by,
    pusher: input.by,
  }).sha
}

function replay(state: GitHubState, repo: Repo, pull: Pull, by: string): string {
  let parent = baseTip(repo, pull)
  for (const { commit, tree } of tryRebase(repo, pull) ?? [])
    parent = commitTree(state, repo, {
      parents: [parent],
      tree,
      message: commit.message,
      author: commit.author,
      pusher: by,
    }).sha
  return parent
}

/** GitHub's default: the commit's own words when there is one, else the title and a list of the messages. */
function squashWords(repo: Repo, issue: Issue, pull: Pull): { title: string; message: string } {
  const commits = commitsOf(repo, pull).filter((commit) => commit.parents.length < 2)
  const [only] = commits
  if (only && commits.length === 1) {
    const [headline = '', ...rest] = only.message.split('\n')
    return { title: `${headline} (#${issue.number})`, message: rest.join('\n').trim() }
  }
  return {
    title: `${issue.title} (#${issue.number})`,
    message: commits.map((commit) => `* ${commit.message}`).join('\n\n'),
  }
}

function mergeWords(issue: Issue, pull: Pull): { title: string; message: string } {
  return {
    title: `Merge pull request #${issue.number} from ${pull.headOwner}/${pull.headRef}`,
    message: issue.title,
  }
}
