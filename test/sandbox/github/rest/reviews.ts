import { invalid, notFound, Refusal, type Reply } from '../http/exchange.ts'
import type { Issue } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { react } from '../state/comments.ts'
import type { ReactionContent } from '../state/issue-model.ts'
import type { Pull, Review, ReviewComment, ReviewThread } from '../state/pull-model.ts'
import { pullsOf } from '../state/pulls.ts'
import { addReview, dismissReview } from '../state/reviews.ts'
import { findThread, openThread, replyInThread } from '../state/review-threads.ts'
import { findUser } from '../state/users.ts'
import { param, repoOf, requireRole, requireSomebody, textOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { presentReaction } from './present/issue.ts'
import { presentPullSimple } from './present/pull.ts'
import { presentReview, presentReviewComment } from './present/review.ts'
import { pullOf } from './pulls.ts'

export const reviewHandlers: Handlers = {
  'pulls/list-reviews': (call) => {
    const repo = repoOf(call)
    const { issue, pull } = pullOf(call, repo)
    return listReply(call, repo, pull.reviews, (review) => presentReview(call, repo, issue, review))
  },
  'pulls/create-review': createReview,
  'pulls/get-review': (call) => {
    const { repo, issue, review } = reviewOf(call)
    return { status: 200, body: presentReview(call, repo, issue, review) }
  },
  'pulls/dismiss-review': dismiss,
  'pulls/list-review-comments': (call) => {
    const repo = repoOf(call)
    const { issue, pull } = pullOf(call, repo)
    const found = pull.threads
      .flatMap((thread) => thread.comments.map((comment) => ({ issue, pull, thread, comment })))
      .toSorted((a, b) => a.comment.id - b.comment.id)
    return listReply(call, repo, found, (at) => presentReviewComment(call, repo, at))
  },
  'pulls/create-review-comment': createComment,
  'pulls/get-review-comment': (call) => {
    const repo = repoOf(call)
    return { status: 200, body: presentReviewComment(call, repo, commentOf(call, repo)) }
  },
  'pulls/create-reply-for-review-comment': reply,
  'pulls/request-reviewers': requestReviewers,
  'reactions/list-for-pull-request-review-comment': (call) => {
    const repo = repoOf(call)
    const { comment } = commentOf(call, repo)
    return listReply(call, repo, comment.reactions, (reaction) => presentReaction(call, reaction))
  },
  'reactions/create-for-pull-request-review-comment': (call) => {
    const { comment } = commentOf(call, repoOf(call))
    const content = textOf(call, 'content') as ReactionContent
    const { reaction, isNew } = react(call.state, comment, content, requireSomebody(call).login)
    return { status: isNew ? 201 : 200, body: presentReaction(call, reaction) }
  },
}

const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const

/** Whoever can read may review; only their author may neither approve nor refuse his own changes. */
function createReview(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'read')
  const { issue, pull } = pullOf(call, repo)
  const actor = requireSomebody(call)
  const event = textOf(call, 'event') as keyof typeof states | undefined
  if (event === undefined) throw new Refusal(422, 'The sandbox has no pending reviews: an event is needed')
  const body = textOf(call, 'body') ?? ''
  const comments = (call.body['comments'] ?? []) as { path: string; body: string; line?: number }[]
  if (issue.author === actor.login && event !== 'COMMENT')
    throw new Refusal(422, 'Unprocessable Entity', { errors: [`Can not ${words[event]} your own pull request`] })
  if (body === '' && event !== 'APPROVE' && comments.length === 0)
    throw new Refusal(422, 'Unprocessable Entity', { errors: ['Review body can not be blank'] })
  const commitSha = textOf(call, 'commit_id') ?? pull.headSha
  requireCommit(repo, commitSha)
  const review = addReview(call.state, issue, pull, { state: states[event], body, commitSha }, actor)
  for (const comment of comments) openThread(call.state, issue, pull, { ...comment, commitSha }, actor, review)
  return { status: 200, body: presentReview(call, repo, issue, review) }
}

const words = { APPROVE: 'approve', REQUEST_CHANGES: 'request changes on' } as const

function dismiss(call: Call): Reply {
  const { repo, issue, review } = reviewOf(call)
  requireRole(call, repo, 'write')
  const message = textOf(call, 'message') ?? ''
  if (!dismissReview(call.state, issue, review, message, requireSomebody(call)))
    throw new Refusal(422, 'Can not dismiss a commented pull request review')
  return { status: 200, body: presentReview(call, repo, issue, review) }
}

function createComment(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'read')
  const { issue, pull } = pullOf(call, repo)
  const commitSha = textOf(call, 'commit_id') ?? ''
  requireCommit(repo, commitSha)
  const line = call.body['line']
  const path = textOf(call, 'path') ?? ''
  const thread = openThread(
    call.state,
    issue,
    pull,
    { path, body: textOf(call, 'body') ?? '', commitSha, line: typeof line === 'number' ? line : null },
    requireSomebody(call),
  )
  const [comment] = thread.comments
  if (!comment) throw new Error('a thread without a comment')
  return { status: 201, body: presentReviewComment(call, repo, { issue, pull, thread, comment }) }
}

/** To the first comment of a thread only, as GitHub says of the id. */
function reply(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'read')
  const { issue, pull } = pullOf(call, repo)
  const found = findThread(pull, Number(param(call, 'comment_id')))
  if (!found) throw notFound()
  if (found.comment.inReplyTo !== null) throw new Refusal(422, 'Replies to replies are not supported')
  const body = textOf(call, 'body') ?? ''
  const comment = replyInThread(call.state, issue, pull, found.thread, body, requireSomebody(call))
  return { status: 201, body: presentReviewComment(call, repo, { issue, pull, thread: found.thread, comment }) }
}

function requestReviewers(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write')
  const found = pullOf(call, repo)
  const logins = (call.body['reviewers'] ?? []) as string[]
  const users = logins.map((login) => findUser(call.state, login)?.login)
  if (users.some((login) => login === undefined || login === found.issue.author))
    throw invalid('Reviews may only be requested from collaborators.')
  found.pull.requestedReviewers = [
    ...new Set([...found.pull.requestedReviewers, ...users.flatMap((login) => login ?? [])]),
  ]
  return { status: 201, body: presentPullSimple(call, repo, found) }
}

function requireCommit(repo: Repo, sha: string): void {
  if (!repo.commits.has(sha))
    throw invalid('Validation Failed', [{ resource: 'PullRequestReview', field: 'commit_id', code: 'invalid' }])
}

function reviewOf(call: Call): { repo: Repo; issue: Issue; review: Review } {
  const repo = repoOf(call)
  const { issue, pull } = pullOf(call, repo)
  const review = pull.reviews.find((candidate) => String(candidate.id) === param(call, 'review_id'))
  if (!review) throw notFound()
  return { repo, issue, review }
}

function commentOf(call: Call, repo: Repo): { issue: Issue; pull: Pull; thread: ReviewThread; comment: ReviewComment } {
  for (const { issue, pull } of pullsOf(repo)) {
    const found = findThread(pull, Number(param(call, 'comment_id')))
    if (found) return { issue, pull, ...found }
  }
  throw notFound()
}
