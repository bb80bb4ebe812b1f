import { deleteBranch } from './state/branches.ts'
import { closeIssue, recordEdit, reopenIssue } from './state/issues.ts'
import { mergePull, type MergeInput } from './state/merge-pull.ts'
import { dequeue, enqueue } from './state/merge-queue.ts'
import type { GitHubState, Repo } from './state/model.ts'
import { roleOf } from './state/permissions.ts'
import type { Review, ReviewComment, ReviewThread } from './state/pull-model.ts'
import { openPull, requirePull, setDraft, type PullInput, type PullRequest } from './state/pulls.ts'
import { push, type PushInput } from './state/push.ts'
import { requireRepo } from './state/repos.ts'
import { findThread, openThread, replyInThread, resolveThread, type ThreadInput } from './state/review-threads.ts'
import { addReview, dismissReview, type ReviewInput } from './state/reviews.ts'
import { settle } from './state/settle.ts'
import { updateBranch } from './state/update-branch.ts'
import { requireLogin } from './state/users.ts'

/**
 * What people and agents do with branches and pull requests. As in `peopleOf`, permissions are not asked, but what GitHub
 * could not do throws: a second pull request of a branch, a merge that the rules forbid.
 */
export function pullPeopleOf(state: GitHubState) {
  const at = (repo: string, number: number): PullRequest & { repo: Repo } => {
    settle(state)
    const found = requireRepo(state, repo)
    return { repo: found, ...requirePull(found, number) }
  }
  const actor = (login: string) => ({ login: requireLogin(state, login) })

  return {
    /** The pull request as it is now, with what GitHub did by itself until now. */
    pull: (repo: string, number: number): PullRequest & { repo: Repo } => at(repo, number),

    openPullRequest: (repo: string, input: Omit<PullInput, 'from'> & { fork?: string }): PullRequest => {
      settle(state)
      const { fork, ...rest } = input
      const from = fork === undefined ? {} : { from: requireRepo(state, fork) }
      const opened = openPull(state, requireRepo(state, repo), { ...rest, ...from })
      if ('problem' in opened) throw new Error(`pull request refused: ${JSON.stringify(opened.problem)}`)
      return opened
    },

    /** Answers the sha. A branch that is not there begins at the default branch. */
    pushToBranch: (repo: string, branch: string, input: Omit<PushInput, 'branch'>): string => {
      settle(state)
      return push(state, requireRepo(state, repo), { ...input, branch })
    },

    deleteBranch: (repo: string, branch: string, as: string): boolean =>
      deleteBranch(state, requireRepo(state, repo), branch, actor(as)),

    /** Merges the base into the pull request's branch; `files` resolve the conflicts, by path. Answers the new head. */
    mergeBaseIn: (
      repo: string,
      number: number,
      as: string,
      options?: { message?: string; files?: PushInput['files']; ci?: PushInput['ci'] },
    ): string => {
      const found = at(repo, number)
      const problem = updateBranch(state, found.repo, found, requireLogin(state, as), options)
      if (problem !== null) throw new Error(`merge of the base into #${number}: ${problem}`)
      return found.pull.headSha
    },

    /** Somebody changes on the base a file that the pull request changes too. Answers the sha on the base. */
    conflict: (repo: string, number: number, as: string, path: string, ci?: PushInput['ci']): string => {
      const { pull } = at(repo, number)
      const files = { [path]: `changed on ${pull.baseRef} by ${as}\n` }
      const input = { author: as, message: `Change ${path}`, files, branch: pull.baseRef }
      return push(state, requireRepo(state, repo), ci === undefined ? input : { ...input, ci })
    },

    review: (repo: string, number: number, as: string, input: ReviewInput): Review => {
      const { issue, pull } = at(repo, number)
      if (issue.author === requireLogin(state, as) && input.state !== 'COMMENTED')
        throw new Error(`${as} cannot review the own pull request #${number}`)
      return addReview(state, issue, pull, input, actor(as))
    },

    /** `commitSha` of an earlier head makes a stale one. */
    approve: (repo: string, number: number, as: string, body = '', commitSha?: string): Review => {
      const { issue, pull } = at(repo, number)
      if (issue.author === requireLogin(state, as)) throw new Error(`${as} cannot approve the own pull request`)
      const input = { state: 'APPROVED', body, ...(commitSha === undefined ? {} : { commitSha }) } as const
      return addReview(state, issue, pull, input, actor(as))
    },

    requestChanges: (repo: string, number: number, as: string, body: string): Review => {
      const { issue, pull } = at(repo, number)
      if (issue.author === requireLogin(state, as)) throw new Error(`${as} cannot review the own pull request`)
      return addReview(state, issue, pull, { state: 'CHANGES_REQUESTED', body }, actor(as))
    },

    /** False for a review that was a comment only. */
    dismissReview: (repo: string, number: number, reviewId: number, as: string, message = 'not any more'): boolean => {
      const { issue, pull } = at(repo, number)
      const review = pull.reviews.find((candidate) => candidate.id === reviewId)
      if (!review) throw new Error(`no review ${reviewId} of #${number}`)
      return dismissReview(state, issue, review, message, actor(as))
    },

    requestReview: (repo: string, number: number, login: string): void => {
      at(repo, number).pull.requestedReviewers.push(requireLogin(state, login))
    },

    reviewThread: (repo: string, number: number, as: string, input: ThreadInput): ReviewThread => {
      const { issue, pull } = at(repo, number)
      return openThread(state, issue, pull, input, actor(as))
    },

    replyInThread: (repo: string, number: number, threadId: number, as: string, body: string): ReviewComment => {
      const { issue, pull } = at(repo, number)
      return replyInThread(state, issue, pull, threadOf(pull, threadId), body, actor(as))
    },

    editReviewComment: (repo: string, number: number, id: number, body: string, as: string): void => {
      const found = findThread(at(repo, number).pull, id)
      if (found === null) throw new Error(`no review comment ${id}`)
      recordEdit(state, found.comment, body, requireLogin(state, as))
    },

    resolve: (repo: string, number: number, threadId: number, as: string): void =>
      resolveThread(state, threadOf(at(repo, number).pull, threadId), as),

    unresolve: (repo: string, number: number, threadId: number): void =>
      resolveThread(state, threadOf(at(repo, number).pull, threadId), null),

    /** By a person on the web page; throws what GitHub would answer. Answers the merge commit. */
    mergeByHand: (
      repo: string,
      number: number,
      as: string,
      options: Partial<Pick<MergeInput, 'method' | 'title' | 'message'>> = {},
    ): string => {
      const found = at(repo, number)
      const by = requireLogin(state, as)
      const method = options.method ?? found.repo.merging.methods[0] ?? 'merge'
      const input = { ...options, by, role: roleOf(found.repo, by), method }
      const merged = mergePull(state, found.repo, found.issue, found.pull, input)
      if ('status' in merged) throw new Error(`merge of #${number} by ${as}: ${merged.status} ${merged.message}`)
      return merged.sha
    },

    closePull: (repo: string, number: number, as: string): void => closeIssue(state, at(repo, number).issue, actor(as)),

    reopenPull: (repo: string, number: number, as: string): void =>
      reopenIssue(state, at(repo, number).issue, actor(as)),

    setDraft: (repo: string, number: number, draft: boolean, as: string): void =>
      setDraft(state, at(repo, number), draft, actor(as)),

    enqueue: (repo: string, number: number, as: string): void => {
      const found = at(repo, number)
      const entry = enqueue(state, found.repo, found, actor(as))
      if ('problem' in entry) throw new Error(`queue refused #${number}: ${entry.problem}`)
    },

    dequeue: (repo: string, number: number, as: string): boolean =>
      dequeue(state, at(repo, number).repo, number, actor(as), 'manual'),
  }
}

function threadOf(pull: PullRequest['pull'], id: number): ReviewThread {
  const thread = pull.threads.find((candidate) => candidate.id === id)
  if (!thread) throw new Error(`no review thread ${id}`)
  return thread
}
