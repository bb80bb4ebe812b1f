import { isoTime, isoTimeOrNull } from '../http/clock-text.ts'
import { issueNode } from './issue.ts'
import { closedByMessage } from '../state/closing-keywords.ts'
import { baseTip, commitsOf, lookAtMergeability, tryRebase, type Mergeability } from '../state/mergeability.ts'
import { mergeState, obstacles, reviewDecision } from '../state/merge-rules.ts'
import { findEntry } from '../state/merge-queue.ts'
import type { Issue } from '../state/issue-model.ts'
import { findIssue } from '../state/issues.ts'
import type { Commit, Repo } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import { protectionOf } from '../state/protection.ts'
import type { Pull } from '../state/pull-model.ts'
import type { ShownChange } from '../state/renames.ts'
import { latestReviewsOf, opinionsOf } from '../state/reviews.ts'
import { rollupOf } from '../state/rollup.ts'
import { filesOf } from '../rest/present/pull.ts'
import { issueWeb } from '../rest/present/issue.ts'
import { actorNode } from './actor.ts'
import { rollupNode } from './commit.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'
import { queueEntryNode, queueNode } from './queue.ts'
import { reviewNode, type ReviewArgs } from './review.ts'
import { threadNode } from './review-thread.ts'

type LatestArgs = PageArgs & { writersOnly?: boolean | null }

/** Whether it can be merged is looked at once for the node: `mergeable` and `mergeStateStatus` agree in one answer. */
export function pullNode(gql: Gql, repo: Repo, issue: Issue, pull: Pull): Record<string, unknown> {
  const found = { issue, pull }
  let looked: Mergeability | undefined
  const look = (): Mergeability => (looked ??= lookAtMergeability(gql.state, repo, issue, pull))
  const files = (): ShownChange[] => filesOf(repo, pull)
  const review = (each: Pull['reviews'][number]): unknown => reviewNode(gql, repo, found, each)
  const head = (): Repo | undefined => (pull.headRepoId === null ? undefined : gql.state.repos.get(pull.headRepoId))
  const commit = (sha: string | null): unknown => {
    const made = repo.commits.get(sha ?? '')
    return made ? gql.nodes.commit(gql, repo, made) : null
  }
  const entry = findEntry(repo, issue.number)
  const role = roleOfToken(gql.state, repo, gql.token)
  const isAbove = role === 'admin' && !protectionOf(repo, pull.baseRef).enforceAdmins
  return {
    ...issueNode(gql, repo, issue),
    __typename: 'PullRequest',
    state: pull.mergedAt === null ? issue.state.toUpperCase() : 'MERGED',
    permalink: issueWeb(repo, issue),
    isDraft: pull.draft,
    isCrossRepository: pull.headRepoId !== repo.id,
    maintainerCanModify: false,
    merged: pull.mergedAt !== null,
    mergedAt: isoTimeOrNull(pull.mergedAt),
    mergedBy: () => actorNode(gql, pull.mergedBy),
    mergeCommit: () => commit(pull.mergeCommitSha),
    potentialMergeCommit: null,
    mergeable: look,
    mergeStateStatus: () => stateWord(gql, repo, issue, pull, look()),
    canBeRebased: () => tryRebase(repo, pull) !== null,
    reviewDecision: () => reviewDecision(repo, pull),
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    headRef: () => {
      const from = head()
      return from ? gql.nodes.ref(gql, from, pull.headRef) : null
    },
    headRepository: () => {
      const from = head()
      return from ? gql.nodes.repository(gql, from) : null
    },
    headRepositoryOwner: () => actorNode(gql, pull.headOwner),
    baseRefName: pull.baseRef,
    baseRefOid: baseTip(repo, pull),
    baseRef: () => gql.nodes.ref(gql, repo, pull.baseRef),
    baseRepository: () => gql.nodes.repository(gql, repo),
    commits: (args: PageArgs) =>
      connection(commitsOf(repo, pull).slice(-250), args, (each) => pullCommitNode(gql, repo, issue, each)),
    changedFiles: () => files().length,
    additions: () => files().length,
    deletions: 0,
    files: (args: PageArgs) => connection(files(), args, fileNode),
    statusCheckRollup: () => {
      const tip = repo.commits.get(pull.headSha)
      return tip ? rollupNode(gql, repo, tip, rollupOf(repo, tip.sha, gql.now)) : null
    },
    reviews: (args: ReviewArgs) =>
      connection(
        pull.reviews.filter(
          (each) =>
            (!args.states || args.states.includes(each.state)) &&
            (!args.author || each.author.toLowerCase() === args.author.toLowerCase()),
        ),
        args,
        review,
      ),
    latestReviews: (args: LatestArgs) => connection(writers(repo, latestReviewsOf(pull), args), args, review),
    latestOpinionatedReviews: (args: LatestArgs) => connection(writers(repo, opinionsOf(pull), args), args, review),
    reviewThreads: (args: PageArgs) => connection(pull.threads, args, (thread) => threadNode(gql, repo, found, thread)),
    reviewRequests: (args: PageArgs) =>
      connection(pull.requestedReviewers, args, (login) => ({
        __typename: 'ReviewRequest',
        id: `RR_${issue.id}_${login}`,
        asCodeOwner: false,
        requestedReviewer: () => actorNode(gql, login),
      })),
    autoMergeRequest: pull.autoMerge && {
      __typename: 'AutoMergeRequest',
      enabledAt: isoTime(pull.autoMerge.enabledAt),
      enabledBy: () => actorNode(gql, pull.autoMerge?.enabledBy ?? null),
      mergeMethod: pull.autoMerge.method.toUpperCase(),
      commitHeadline: pull.autoMerge.title,
      commitBody: pull.autoMerge.message,
      authorEmail: null,
      pullRequest: () => gql.nodes.issue(gql, repo, issue),
    },
    isInMergeQueue: entry !== null,
    isMergeQueueEnabled: protectionOf(repo, pull.baseRef).queue !== null,
    mergeQueue: () => queueNode(gql, repo, pull.baseRef),
    mergeQueueEntry: () => (entry ? queueEntryNode(gql, repo, entry) : null),
    closingIssuesReferences: (args: PageArgs) =>
      connection(
        closedByMessage(issue.body).flatMap((number) => findIssue(repo, number) ?? []),
        args,
        (each) => gql.nodes.issue(gql, repo, each),
      ),
    viewerCanMergeAsAdmin: () => isAbove && obstacles(gql.state, repo, issue, pull).length > 0,
    viewerCanUpdateBranch: atLeast(role, 'write') && issue.state === 'open',
    viewerCanEnableAutoMerge: repo.merging.autoMerge && atLeast(role, 'write') && issue.state === 'open',
    viewerCanDisableAutoMerge: pull.autoMerge !== null && atLeast(role, 'write'),
    viewerCanUpdate: atLeast(role, 'write') || issue.author === gql.token.login,
    viewerCanDeleteHeadRef: atLeast(role, 'write') && pull.headRepoId === repo.id && issue.state === 'closed',
    totalCommentsCount: issue.comments.length + pull.threads.reduce((sum, thread) => sum + thread.comments.length, 0),
  }
}

/** The SDL has no word for a draft any more: it is blocked. */
function stateWord(gql: Gql, repo: Repo, issue: Issue, pull: Pull, look: Mergeability): string {
  const word = mergeState(gql.state, repo, issue, pull, look)
  return word === 'draft' ? 'BLOCKED' : word.toUpperCase()
}

function writers<T extends { author: string }>(repo: Repo, reviews: T[], args: LatestArgs): T[] {
  if (args.writersOnly !== true) return reviews
  return reviews.filter((review) =>
    atLeast(repo.collaborators.get(review.author.toLowerCase())?.role ?? 'none', 'write'),
  )
}

function pullCommitNode(gql: Gql, repo: Repo, issue: Issue, commit: Commit) {
  return {
    __typename: 'PullRequestCommit',
    id: `PURC_${issue.id}_${commit.sha}`,
    url: `${issueWeb(repo, issue)}/commits/${commit.sha}`,
    commit: () => gql.nodes.commit(gql, repo, commit),
    pullRequest: () => gql.nodes.issue(gql, repo, issue),
  }
}

/** A renamed file has its new name only: REST alone tells the old one. */
function fileNode(file: ShownChange) {
  return {
    __typename: 'PullRequestChangedFile',
    path: file.path,
    additions: 1,
    deletions: 0,
    changeType: file.status === 'removed' ? 'DELETED' : file.status.toUpperCase(),
    viewerViewedState: 'UNVIEWED',
  }
}
