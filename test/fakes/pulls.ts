import type { IssueComment } from '../../src/core/model.ts'
import type { Pull as SeenPull, PullReview } from '../../src/core/pull-model.ts'
import type { Pulls } from '../../src/ports/pulls.ts'
import { filesOf } from '../sandbox/github/rest/present/pull.ts'
import { issueWeb } from '../sandbox/github/rest/present/issue.ts'
import { findComment, react } from '../sandbox/github/state/comments.ts'
import { mayApprove, pendingEnvironments, reviewDeployments } from '../sandbox/github/state/environments.ts'
import { mergePull } from '../sandbox/github/state/merge-pull.ts'
import { enqueue, findEntry } from '../sandbox/github/state/merge-queue.ts'
import { mergeState, reviewDecision } from '../sandbox/github/state/merge-rules.ts'
import { commitsOf, lookAtMergeability } from '../sandbox/github/state/mergeability.ts'
import type { Comment } from '../sandbox/github/state/issue-model.ts'
import type { Repo } from '../sandbox/github/state/model.ts'
import { roleOfToken } from '../sandbox/github/state/permissions.ts'
import { protectionOf } from '../sandbox/github/state/protection.ts'
import { findPull, pullsOf, type PullRequest } from '../sandbox/github/state/pulls.ts'
import { isOutdated, replyInThread, resolveThread } from '../sandbox/github/state/review-threads.ts'
import { opinionsOf } from '../sandbox/github/state/reviews.ts'
import { settle } from '../sandbox/github/state/settle.ts'
import { actorOf, issueIn, notThere, requireWrite, visibleRepo, webOf } from './tracker-access.ts'
import type { FakeCall, FakeOptions, Operations } from './tracker-session.ts'
import { asPort, createSeenTime, wholeSeconds } from './tracker-session.ts'

/** The pull requests of the sandbox's GitHub without HTTP. Give it the tracker's `seen`. */
export function createFakePulls(state: Parameters<typeof settle>[0], options: FakeOptions): Pulls {
  return asPort<Pulls>('tracker', state, operations, { ...options, seen: options.seen ?? createSeenTime() })
}

const operations: Operations<Pulls> = {
  list: (call, name, { since, prefix }) => {
    const { repo } = open(call, name)
    return pullsOf(repo)
      .map((found) => summaryOf(repo, found))
      .toSorted((a, b) => b.createdAt - a.createdAt || b.number - a.number)
      .slice(0, 1000)
      .filter(({ branch, createdAt }) => createdAt >= since && branch.startsWith(prefix))
  },

  view: (call, name, number) => {
    const { repo, token } = open(call, name)
    return viewOf(call, repo, pullIn(call, repo, name, number), token.login)
  },

  files: (call, name, number) => {
    const { repo } = open(call, name)
    const { pull } = pullIn(call, repo, name, number)
    return [
      ...new Set(
        filesOf(repo, pull).flatMap((file) => ('previous' in file ? [file.path, file.previous] : [file.path])),
      ),
    ]
  },

  merge: (call, name, number, { head, method, title, message }) => {
    const { repo, token } = open(call, name)
    const found = pullIn(call, repo, name, number)
    const { issue, pull } = found
    const subject = `${name}#${String(number)}`
    const look = lookAtMergeability(call.state, repo, issue, pull)
    if (pull.mergedAt !== null) return 'merged'
    if (findEntry(repo, number) !== null) return 'queued'
    if (pull.headSha !== head) throw call.fail('conflict', subject, 'its head has moved', 409)
    const word = mergeState(call.state, repo, issue, pull, look)
    const { linearHistory, queue } = protectionOf(repo, pull.baseRef)
    const decision = reviewDecision(repo, pull) ?? 'APPROVED'
    // What the branch demands is never tried out: an administrator's token would get past it.
    const isHeldBack =
      issue.state !== 'open' ||
      pull.draft ||
      (method === 'merge' && linearHistory && queue === null) ||
      decision !== 'APPROVED' ||
      !['clean', 'unstable', 'unknown'].includes(word)
    if (isHeldBack) throw call.fail('refused', subject, `it is ${word}`, 405)
    if (word === 'unknown') throw call.fail('conflict', subject, 'it is computed', 409)
    requireWrite(call, token, repo, 'write')
    if (queue !== null) {
      const entry = enqueue(call.state, repo, found, token, head)
      if ('problem' in entry) throw call.fail('refused', subject, 'the queue does not take it', 200)
      return 'queued'
    }
    const role = roleOfToken(call.state, repo, token)
    const merged = mergePull(call.state, repo, issue, pull, {
      by: token.login,
      role,
      method,
      title,
      message,
      sha: head,
    })
    if ('sha' in merged) return 'merged'
    throw call.fail(
      merged.status === 409 ? 'conflict' : merged.status === 403 ? 'forbidden' : 'refused',
      subject,
      'GitHub refuses',
      merged.status,
    )
  },

  replyToThread: (call, name, number, id, body) => {
    const { repo, token } = open(call, name)
    const { issue, pull } = pullIn(call, repo, name, number)
    const thread = pull.threads.find(({ nodeId }) => nodeId === id)
    if (thread === undefined) throw notThere(call, `${name}#${String(number)}`)
    replyInThread(call.state, issue, pull, thread, body, token)
  },

  resolveThread: (call, name, number, id) => {
    const { repo, token } = open(call, name)
    const { issue, pull } = pullIn(call, repo, name, number)
    const thread = pull.threads.find(({ nodeId }) => nodeId === id)
    if (thread === undefined) throw notThere(call, `${name}#${String(number)}`)
    // The author of the pull request may, too.
    if (issue.author !== token.login) requireWrite(call, token, repo, 'write')
    resolveThread(call.state, thread, token.login)
  },

  comments: (call, name, number) => {
    const { repo, token } = open(call, name)
    return issueIn(call, repo, name, number).comments.map((comment) => {
      const { receipted: _, editedAt: _editedAt, ...seen } = commentOf(call, comment, token.login)
      return { ...seen, editedByOther: false }
    })
  },

  react: (call, name, id, reaction) => {
    const { repo, token } = open(call, name)
    const found = findComment(repo, id)
    if (found === null) throw notThere(call, `${name} comment ${String(id)}`)
    react(call.state, found.comment, reaction, token.login)
  },

  waitingDeployments: (call, name, sha) => {
    const { repo, token } = open(call, name)
    return repo.runs
      .filter((run) => run.headSha === sha)
      .map((run) => ({
        workflowRun: run.id,
        url: `${webOf(repo)}/actions/runs/${String(run.id)}`,
        environments: pendingEnvironments(repo, run, call.now).map((environment) => ({
          id: environment.id,
          name: environment.name,
          mayApprove: token.kind === 'user' && mayApprove(environment, run, token.login),
        })),
      }))
      .filter(({ environments }) => environments.length > 0)
  },

  decideDeployment: (call, name, workflowRun, environments, { state, comment }) => {
    const { repo, token } = open(call, name)
    const run = repo.runs.find(({ id }) => id === workflowRun)
    if (run === undefined) throw notThere(call, `${name} run ${String(workflowRun)}`)
    const waiting = pendingEnvironments(repo, run, call.now).filter(({ id }) => environments.includes(id))
    if (waiting.length === 0) return
    const subject = `${name} run ${String(workflowRun)}`
    if (token.kind === 'installation') throw call.fail('forbidden', subject, 'no app may', 403)
    if (waiting.length < environments.length || waiting.some((each) => !mayApprove(each, run, token.login)))
      throw call.fail('refused', subject, 'this account may not, or not all of them wait', 422)
    reviewDeployments(
      call.state,
      repo,
      run,
      waiting.map((environment) => ({ environment: environment.name, state, user: token.login, comment })),
    )
  },
}

function open(call: FakeCall, name: string) {
  settle(call.state)
  const token = call.send()
  return { token, repo: visibleRepo(call, token, name) }
}

function pullIn(call: FakeCall, repo: Repo, name: string, number: number): PullRequest {
  const found = findPull(repo, number)
  if (found === null) throw notThere(call, `${name}#${String(number)}`)
  return found
}

function summaryOf(repo: Repo, { issue, pull }: PullRequest) {
  const state = pull.mergedAt === null ? issue.state : ('merged' as const)
  return {
    number: issue.number,
    state,
    branch: pull.headRef,
    sameRepo: pull.headRepoId === repo.id,
    createdAt: wholeSeconds(issue.createdAt),
  }
}

const mergeWords: { readonly [word: string]: SeenPull['mergeState'] } = {
  clean: 'clean',
  blocked: 'blocked',
  behind: 'behind',
  draft: 'draft',
  unstable: 'unstable',
  dirty: 'conflicting',
}

const decisionWords: { readonly [word: string]: SeenPull['reviewDecision'] } = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  REVIEW_REQUIRED: 'review-required',
}

function viewOf(call: FakeCall, repo: Repo, found: PullRequest, self: string): SeenPull {
  const { state } = call
  const { issue, pull } = found
  const look = lookAtMergeability(state, repo, issue, pull)
  const summary = summaryOf(repo, found)
  const closing = issue.events.findLast(({ detail }) => detail.event === 'closed')
  return {
    ...summary,
    url: issueWeb(repo, issue),
    title: issue.title,
    draft: pull.draft,
    base: pull.baseRef,
    head: pull.headSha,
    commits: commitsOf(repo, pull)
      .slice(-100)
      .toReversed()
      .map((commit) => ({
        sha: commit.sha,
        message: commit.message,
        author: actorOf(state, commit.author),
        url: `${webOf(repo)}/commit/${commit.sha}`,
      })),
    mergeCommit: pull.mergedAt === null ? null : pull.mergeCommitSha,
    mergedBy: actorOf(state, pull.mergedBy),
    closedBy: summary.state === 'closed' ? actorOf(state, closing?.actor ?? null) : null,
    mergeable: look === 'MERGEABLE' ? 'mergeable' : look === 'CONFLICTING' ? 'conflicting' : 'unknown',
    mergeState: mergeWords[mergeState(state, repo, issue, pull, look)] ?? 'unknown',
    reviewDecision: decisionWords[reviewDecision(repo, pull) ?? ''] ?? 'none',
    reviews: opinionsOf(pull).flatMap(({ author, state: said, commitSha, submittedAt }): readonly PullReview[] =>
      said === 'APPROVED' || said === 'CHANGES_REQUESTED'
        ? [
            {
              author: actorOf(state, author),
              state: said === 'APPROVED' ? 'approved' : 'changes-requested',
              commit: commitSha,
              at: wholeSeconds(submittedAt),
            },
          ]
        : [],
    ),
    threads: pull.threads.map((thread) => ({
      id: thread.nodeId,
      resolved: thread.resolvedBy !== null,
      resolvedBy: thread.resolvedBy,
      path: thread.path,
      line: isOutdated(repo, pull, thread) ? null : thread.line,
      url: `${issueWeb(repo, issue)}#discussion_r${String(thread.comments.slice(-50)[0]?.id ?? 0)}`,
      comments: thread.comments.slice(-50).map(({ author, body, createdAt, lastEditedAt, editor }) => ({
        author: actorOf(state, author),
        body,
        at: wholeSeconds(createdAt),
        own: author === self,
        ...(lastEditedAt === null || editor === author ? {} : { editedBy: actorOf(state, editor) }),
      })),
    })),
    comments: issue.comments.map((comment) => commentOf(call, comment, self)),
    queueRequired: protectionOf(repo, pull.baseRef).queue !== null,
    queued: findEntry(repo, issue.number) !== null,
    methods: (['squash', 'merge', 'rebase'] as const).filter((method) => repo.merging.methods.includes(method)),
  }
}

function commentOf({ state }: FakeCall, comment: Comment, self: string): IssueComment {
  return {
    id: comment.id,
    author: actorOf(state, comment.author),
    body: comment.body,
    createdAt: wholeSeconds(comment.createdAt),
    own: comment.author === self,
    editedByOther: comment.lastEditedAt !== null && comment.editor !== comment.author,
    ...(comment.lastEditedAt === null ? {} : { editedAt: wholeSeconds(comment.lastEditedAt) }),
    ...(comment.reactions.some(({ user }) => user === self) ? { receipted: true } : {}),
  }
}
