import type { Actor } from './events.ts'
import { nextIds } from './ids.ts'
import { recordEdit } from './issues.ts'
import type { Comment, Issue, Reaction, ReactionContent } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'
import { requireLogin } from './users.ts'

export function addComment(state: GitHubState, issue: Issue, body: string, actor: Actor): Comment {
  const now = state.clock.now()
  const comment: Comment = {
    ...nextIds(state, 'IC'),
    author: requireLogin(state, actor.login ?? 'ghost'),
    body,
    createdAt: now,
    updatedAt: now,
    lastEditedAt: null,
    editor: null,
    edits: [],
    reactions: [],
    viaApp: actor.viaApp ?? null,
  }
  issue.comments.push(comment)
  issue.updatedAt = now
  return comment
}

export function findComment(repo: Repo, id: number): { issue: Issue; comment: Comment } | null {
  for (const issue of repo.issues) {
    const comment = issue.comments.find((candidate) => candidate.id === id)
    if (comment) return { issue, comment }
  }
  return null
}

export function requireComment(repo: Repo, id: number): { issue: Issue; comment: Comment } {
  const found = findComment(repo, id)
  if (!found) throw new Error(`no comment ${id} in ${repo.owner}/${repo.name} of the sandbox`)
  return found
}

/** Saving the same text is no edit. */
export function editComment(state: GitHubState, comment: Comment, body: string, actor: Actor): void {
  if (body === comment.body) return
  recordEdit(state, comment, body, actor.login)
  comment.updatedAt = state.clock.now()
}

export function deleteComment(issue: Issue, comment: Comment): void {
  issue.comments = issue.comments.filter((candidate) => candidate !== comment)
}

/** One reaction of a kind per person: the second time answers the first one, `isNew` false. */
export function react(
  state: GitHubState,
  target: { reactions: Reaction[] },
  content: ReactionContent,
  login: string,
): { reaction: Reaction; isNew: boolean } {
  const known = target.reactions.find((reaction) => reaction.user === login && reaction.content === content)
  if (known) return { reaction: known, isNew: false }
  const reaction = { ...nextIds(state, 'REA'), user: login, content, createdAt: state.clock.now() }
  target.reactions.push(reaction)
  return { reaction, isNew: true }
}
