import { Refusal, type Reply } from '../http/exchange.ts'
import { blockedIssues, blockersOf, addBlocker } from '../state/dependencies.ts'
import { hasLabel, labelIssue, unlabelIssue } from '../state/issue-labels.ts'
import { closeIssue, editIssue, findIssueById, openIssue, reopenIssue } from '../state/issues.ts'
import type { Issue, StateReason } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import { issueOf, repoOf, requireRole, requireSomebody, textOf, type Call } from './call.ts'
import { invalid, notFound } from '../http/exchange.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { presentEvent, presentTimeline } from './present/event.ts'
import { presentIssue } from './present/issue.ts'
import { labelNames } from './label-names.ts'

export const issueHandlers: Handlers = {
  'issues/list-for-repo': listIssues,
  'issues/create': createIssue,
  'issues/get': (call) => {
    const repo = repoOf(call)
    return { status: 200, body: presentIssue(call, repo, issueOf(call, repo)) }
  },
  'issues/update': updateIssue,
  'issues/list-events': (call) => {
    const repo = repoOf(call)
    const { events } = issueOf(call, repo)
    const listed = events.filter((event) => event.detail.event !== 'cross-referenced')
    return listReply(call, repo, listed, (event) => presentEvent(call, repo, event))
  },
  'issues/list-events-for-timeline': (call) => {
    const repo = repoOf(call)
    return listReply(call, repo, presentTimeline(call, repo, issueOf(call, repo)), (entry) => entry)
  },
  'issues/list-dependencies-blocked-by': (call) => listDependencies(call, (issue) => blockersOf(call.state, issue)),
  'issues/list-dependencies-blocking': (call) => listDependencies(call, (issue) => blockedIssues(call.state, issue)),
  'issues/add-blocked-by-dependency': addDependency,
}

/** Pull requests are in this list. `labels` means all of them, without case. */
function listIssues(call: Call): Reply {
  const repo = repoOf(call)
  const { state = 'open', labels, creator, since, sort = 'created', direction = 'desc' } = call.query
  const names = labels === undefined ? [] : labels.split(',').filter((name) => name !== '')
  const found = repo.issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      names.every((name) => hasLabel(issue, name)) &&
      (creator === undefined || issue.author.toLowerCase() === creator.toLowerCase()) &&
      (since === undefined || issue.updatedAt >= Date.parse(since)),
  )
  const keys: Record<string, (issue: Issue) => number> = {
    created: (issue) => issue.createdAt,
    updated: (issue) => issue.updatedAt,
    comments: (issue) => issue.comments.length,
  }
  const key = keys[sort] ?? ((issue: Issue) => issue.createdAt)
  found.sort((a, b) => key(a) - key(b) || a.number - b.number)
  if (direction === 'desc') found.reverse()
  return listReply(call, repo, found, (issue) => presentIssue(call, repo, issue))
}

/** Anybody who can read may open one; labels of somebody who cannot push are dropped without a word. */
function createIssue(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'read')
  const actor = requireSomebody(call)
  const issue = openIssue(call.state, repo, {
    title: String(call.body['title']),
    body: textOf(call, 'body') ?? '',
    author: actor.login,
    viaApp: actor.viaApp ?? null,
    labels: mayTriage(call, repo) ? labelNames(call.body['labels']) : [],
  })
  return { status: 201, body: presentIssue(call, repo, issue) }
}

/** Its author may edit, close and reopen an issue; everybody else needs triage, and write to change another's words. */
function updateIssue(call: Call): Reply {
  const repo = repoOf(call)
  const issue = issueOf(call, repo)
  const actor = requireSomebody(call)
  const own = issue.author === actor.login
  const wordsChange = call.body['title'] !== undefined || call.body['body'] !== undefined
  requireRole(call, repo, own ? 'read' : wordsChange ? 'write' : 'triage')
  const title = call.body['title']
  const body = call.body['body']
  editIssue(
    call.state,
    issue,
    {
      ...(title === undefined || title === null ? {} : { title: String(title) }),
      ...(body === undefined ? {} : { body: textOf(call, 'body') ?? '' }),
    },
    actor,
  )
  if (call.body['labels'] !== undefined && mayTriage(call, repo))
    replaceLabels(call, repo, issue, labelNames(call.body['labels']))
  changeState(call, issue)
  return { status: 200, body: presentIssue(call, repo, issue) }
}

function changeState(call: Call, issue: Issue): void {
  const actor = requireSomebody(call)
  const wanted = textOf(call, 'state')
  if (wanted === 'open') reopenIssue(call.state, issue, actor)
  if (wanted !== 'closed') return
  const reason = textOf(call, 'state_reason') ?? 'completed'
  if (reason === 'reopened')
    throw invalid('Validation Failed', [{ resource: 'Issue', code: 'invalid', field: 'state_reason' }])
  closeIssue(call.state, issue, actor, reason as StateReason)
}

function replaceLabels(call: Call, repo: Repo, issue: Issue, names: string[]): void {
  const actor = requireSomebody(call)
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  for (const label of issue.labels)
    if (!wanted.has(label.name.toLowerCase())) unlabelIssue(call.state, issue, label.name, actor)
  for (const name of names) labelIssue(call.state, repo, issue, name, actor)
}

function listDependencies(call: Call, list: (issue: Issue) => { repo: Repo; issue: Issue }[]): Reply {
  const repo = repoOf(call)
  const seen = list(issueOf(call, repo)).filter((entry) =>
    atLeast(roleOfToken(call.state, entry.repo, call.token), 'read'),
  )
  return listReply(call, repo, seen, (entry) => presentIssue(call, entry.repo, entry.issue))
}

function addDependency(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'triage')
  const issue = issueOf(call, repo)
  const blocker = findIssueById(call.state, Number(call.body['issue_id']))
  if (!blocker || !atLeast(roleOfToken(call.state, blocker.repo, call.token), 'read')) throw notFound()
  if (blocker.issue === issue) throw new Refusal(422, 'An issue cannot be blocked by itself.')
  if (!addBlocker(call.state, issue, blocker.issue.id, requireSomebody(call)))
    throw invalid('Validation Failed', [{ resource: 'IssueDependency', code: 'already_exists' }])
  return { status: 201, body: presentIssue(call, repo, issue) }
}

function mayTriage(call: Call, repo: Repo): boolean {
  return atLeast(roleOfToken(call.state, repo, call.token), 'triage')
}
