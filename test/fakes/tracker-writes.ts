import type { IssueRef } from '../../src/core/model.ts'
import type { Tracker } from '../../src/ports/tracker.ts'
import { addComment, deleteComment, editComment, findComment } from '../sandbox/github/state/comments.ts'
import { labelIssue, unlabelIssue } from '../sandbox/github/state/issue-labels.ts'
import { closeIssue, reopenIssue } from '../sandbox/github/state/issues.ts'
import type { Comment } from '../sandbox/github/state/issue-model.ts'
import type { Repo, Role, Token } from '../sandbox/github/state/model.ts'
import { issueIn, notThere, requireWrite, visibleRepo } from './tracker-access.ts'
import type { FakeCall, Operations } from './tracker-session.ts'

type Writes = Pick<
  Tracker,
  'comment' | 'editComment' | 'deleteComment' | 'addLabel' | 'removeLabel' | 'close' | 'reopen'
>

/** GitHub's own limit, in characters. */
const maxCommentLength = 65_536

/** Everything that afk writes on an issue, as whoever the token says and no further than they may. */
export const writeOperations: Operations<Writes> = {
  comment: (call, ref, body) => {
    const { token, issue } = target(call, ref, 'read')
    requireBody(call, ref, body)
    return addComment(call.state, issue, body, token).id
  },

  editComment: (call, ref, id, body) => {
    const { token, repo } = repoOf(call, ref)
    const found = findComment(repo, id)
    if (found === null) throw notThere(call, `comment ${String(id)} in ${ref.repo}`)
    requireOwnOrWrite(call, token, repo, found.comment)
    requireBody(call, ref, body)
    editComment(call.state, found.comment, body, token)
  },

  deleteComment: (call, ref, id) => {
    const { token, repo } = repoOf(call, ref)
    const found = findComment(repo, id)
    if (found === null) return void issueIn(call, repo, ref.repo, ref.number)
    requireOwnOrWrite(call, token, repo, found.comment)
    deleteComment(found.issue, found.comment)
  },

  addLabel: (call, ref, label) => {
    const { token, repo, issue } = target(call, ref, 'triage')
    labelIssue(call.state, repo, issue, label, token)
  },

  removeLabel: (call, ref, label) => {
    const { token, issue } = target(call, ref, 'triage')
    unlabelIssue(call.state, issue, label, token)
  },

  close: (call, ref) => {
    const { token, issue } = ownTarget(call, ref)
    closeIssue(call.state, issue, token)
  },

  reopen: (call, ref) => {
    const { token, issue } = ownTarget(call, ref)
    reopenIssue(call.state, issue, token)
  },
}

function repoOf(call: FakeCall, ref: IssueRef) {
  const token = call.send()
  return { token, repo: visibleRepo(call, token, ref.repo) }
}

function target(call: FakeCall, ref: IssueRef, role: Role) {
  const { token, repo } = repoOf(call, ref)
  requireWrite(call, token, repo, role)
  return { token, repo, issue: issueIn(call, repo, ref.repo, ref.number) }
}

/** Its author may close and reopen an issue, everybody else needs triage. */
function ownTarget(call: FakeCall, ref: IssueRef) {
  const { token, repo } = repoOf(call, ref)
  const issue = issueIn(call, repo, ref.repo, ref.number)
  requireWrite(call, token, repo, issue.author === token.login ? 'read' : 'triage')
  return { token, repo, issue }
}

function requireOwnOrWrite(call: FakeCall, token: Token, repo: Repo, comment: Comment): void {
  requireWrite(call, token, repo, comment.author === token.login ? 'read' : 'write')
}

function requireBody(call: FakeCall, ref: IssueRef, body: string): void {
  const subject = `${ref.repo}#${String(ref.number)}`
  if (body.trim() === '') throw call.fail('refused', subject, 'a comment without any text', 422)
  if (body.length > maxCommentLength) throw call.fail('refused', subject, 'the comment is too long', 422)
}
