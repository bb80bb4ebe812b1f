import { recordEvent, type Actor } from './events.ts'
import { nextIds } from './ids.ts'
import { labelIssue } from './issue-labels.ts'
import type { Closer, ContentEdit, Issue, StateReason } from './issue-model.ts'
import type { GitHubState, Repo } from './model.ts'
import { requireLogin } from './users.ts'

export interface IssueInput {
  title: string
  body?: string
  author: string
  labels?: string[]
  isPullRequest?: boolean
  viaApp?: string | null
}

export function openIssue(state: GitHubState, repo: Repo, input: IssueInput): Issue {
  const now = state.clock.now()
  const author = requireLogin(state, input.author)
  const issue: Issue = {
    ...nextIds(state, input.isPullRequest ? 'PR' : 'I'),
    number: repo.issues.length + 1,
    isPullRequest: input.isPullRequest ?? false,
    pull: null,
    title: input.title,
    body: input.body ?? '',
    author,
    state: 'open',
    stateReason: null,
    labels: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    lastEditedAt: null,
    editor: null,
    edits: [],
    comments: [],
    events: [],
    blockedBy: [],
    reactions: [],
    viaApp: input.viaApp ?? null,
  }
  repo.issues.push(issue)
  for (const name of input.labels ?? []) labelIssue(state, repo, issue, name, { login: author, viaApp: issue.viaApp })
  return issue
}

export function findIssue(repo: Repo, number: number): Issue | null {
  return repo.issues.find((issue) => issue.number === number) ?? null
}

export function requireIssue(repo: Repo, number: number): Issue {
  const issue = findIssue(repo, number)
  if (!issue) throw new Error(`no issue #${number} in ${repo.owner}/${repo.name} of the sandbox`)
  return issue
}

/** By database id, in whatever repository it lives. */
export function findIssueById(state: GitHubState, id: number): { repo: Repo; issue: Issue } | null {
  for (const repo of state.repos.values()) {
    const issue = repo.issues.find((candidate) => candidate.id === id)
    if (issue) return { repo, issue }
  }
  return null
}

/** A new title is a `renamed` event, a new body a content edit; saving the same text is neither. */
export function editIssue(
  state: GitHubState,
  issue: Issue,
  change: { title?: string; body?: string },
  actor: Actor,
): void {
  if (change.title !== undefined && change.title !== issue.title) {
    recordEvent(state, issue, actor, { event: 'renamed', from: issue.title, to: change.title })
    issue.title = change.title
  }
  if (change.body !== undefined && change.body !== issue.body) {
    recordEdit(state, issue, change.body, actor.login)
    issue.updatedAt = state.clock.now()
  }
}

interface Editable {
  body: string
  author: string
  createdAt: number
  lastEditedAt: number | null
  editor: string | null
  edits: ContentEdit[]
}

/** The first edit records the original text too, with its author and its time: GitHub's list then has two entries. */
export function recordEdit(state: GitHubState, target: Editable, text: string, editor: string | null): void {
  const entry = (editedAt: number, by: string | null, content: string): ContentEdit => ({
    ...nextIds(state, 'UCE'),
    editedAt,
    editor: by,
    text: content,
  })
  if (target.edits.length === 0) target.edits.push(entry(target.createdAt, target.author, target.body))
  const now = state.clock.now()
  target.edits.push(entry(now, editor, text))
  target.body = text
  target.lastEditedAt = now
  target.editor = editor
}

/** Closing what is closed changes the reason at most, and makes no event when that is the same. A pull request has none. */
export function closeIssue(
  state: GitHubState,
  issue: Issue,
  actor: Actor,
  why: StateReason = 'completed',
  closer: Closer | null = null,
): void {
  const reason = issue.isPullRequest ? null : why
  if (issue.state === 'closed' && issue.stateReason === reason) return
  issue.state = 'closed'
  issue.stateReason = reason
  issue.closedAt = state.clock.now()
  issue.closedBy = actor.login
  recordEvent(state, issue, actor, { event: 'closed', reason, closer })
}

export function reopenIssue(state: GitHubState, issue: Issue, actor: Actor): void {
  if (issue.state === 'open' || (issue.pull && issue.pull.mergedAt !== null)) return
  issue.state = 'open'
  issue.stateReason = issue.isPullRequest ? null : 'reopened'
  issue.closedAt = null
  issue.closedBy = null
  recordEvent(state, issue, actor, { event: 'reopened' })
}
