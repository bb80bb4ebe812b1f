import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { addComment, deleteComment, editComment, findComment, react } from '../state/comments.ts'
import type { Comment, Issue, Reaction, ReactionContent } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import { issueOf, param, repoOf, requireRole, requireSomebody, textOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { presentComment, presentReaction } from './present/issue.ts'

export const commentHandlers: Handlers = {
  'issues/list-comments': listComments,
  'issues/create-comment': createComment,
  'issues/get-comment': (call) => {
    const { repo, issue, comment } = commentOf(call)
    return { status: 200, body: presentComment(call, repo, issue, comment) }
  },
  'issues/update-comment': updateComment,
  'issues/delete-comment': removeComment,
  'reactions/list-for-issue-comment': (call) => {
    const { repo, comment } = commentOf(call)
    return listReply(call, repo, comment.reactions, (reaction) => presentReaction(call, reaction))
  },
  'reactions/create-for-issue-comment': (call) => addReaction(call, commentOf(call).comment),
  'reactions/list-for-issue': (call) => {
    const repo = repoOf(call)
    return listReply(call, repo, issueOf(call, repo).reactions, (reaction) => presentReaction(call, reaction))
  },
  'reactions/create-for-issue': (call) => addReaction(call, issueOf(call, repoOf(call))),
}

/** Oldest first; `since` is of the last update. */
function listComments(call: Call): Reply {
  const repo = repoOf(call)
  const issue = issueOf(call, repo)
  const since = call.query['since']
  const found = issue.comments.filter((comment) => since === undefined || comment.updatedAt >= Date.parse(since))
  return listReply(call, repo, found, (comment) => presentComment(call, repo, issue, comment))
}

function createComment(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'read')
  const issue = issueOf(call, repo)
  const body = textOf(call, 'body') ?? ''
  if (body.length > 65_536)
    throw new Refusal(422, 'Validation Failed', {
      errors: [
        {
          resource: 'IssueComment',
          code: 'unprocessable',
          field: 'data',
          message: 'Body is too long (maximum is 65536 characters)',
        },
      ],
    })
  const comment = addComment(call.state, issue, body, requireSomebody(call))
  return { status: 201, body: presentComment(call, repo, issue, comment) }
}

function updateComment(call: Call): Reply {
  const { repo, issue, comment } = commentOf(call)
  requireOwnOrWrite(call, repo, comment)
  editComment(call.state, comment, textOf(call, 'body') ?? '', requireSomebody(call))
  return { status: 200, body: presentComment(call, repo, issue, comment) }
}

function removeComment(call: Call): Reply {
  const { repo, issue, comment } = commentOf(call)
  requireOwnOrWrite(call, repo, comment)
  deleteComment(issue, comment)
  return { status: 204 }
}

function addReaction(call: Call, target: { reactions: Reaction[] }): Reply {
  const { login } = requireSomebody(call)
  const { reaction, isNew } = react(call.state, target, textOf(call, 'content') as ReactionContent, login)
  return { status: isNew ? 201 : 200, body: presentReaction(call, reaction) }
}

function requireOwnOrWrite(call: Call, repo: Repo, comment: Comment): void {
  const { login } = requireSomebody(call)
  if (comment.author === login) return
  if (!atLeast(roleOfToken(call.state, repo, call.token), 'write'))
    throw new Refusal(403, 'Must have admin rights to Repository.')
}

function commentOf(call: Call): { repo: Repo; issue: Issue; comment: Comment } {
  const repo = repoOf(call)
  const found = findComment(repo, Number(param(call, 'comment_id')))
  if (!found) throw notFound()
  return { repo, ...found }
}
