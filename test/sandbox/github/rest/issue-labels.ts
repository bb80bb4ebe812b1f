import { Refusal, type Reply } from '../http/exchange.ts'
import { labelIssue, unlabelIssue } from '../state/issue-labels.ts'
import { issueOf, param, repoOf, requireRole, requireSomebody, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { labelNames } from './label-names.ts'
import { listReply } from './pages.ts'
import { presentLabel } from './present/issue.ts'

export const issueLabelHandlers: Handlers = {
  'issues/list-labels-on-issue': (call) => {
    const repo = repoOf(call)
    return listReply(call, repo, issueOf(call, repo).labels, (label) => presentLabel(call, repo, label))
  },
  'issues/add-labels': addLabels,
  'issues/remove-label': removeLabel,
}

function addLabels(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'triage')
  const issue = issueOf(call, repo)
  const actor = requireSomebody(call)
  const wanted = Array.isArray(call.body) ? call.body : call.body['labels']
  for (const name of labelNames(wanted)) labelIssue(call.state, repo, issue, name, actor)
  return { status: 200, body: issue.labels.map((label) => presentLabel(call, repo, label)) }
}

function removeLabel(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'triage')
  const issue = issueOf(call, repo)
  if (!unlabelIssue(call.state, issue, param(call, 'name'), requireSomebody(call)))
    throw new Refusal(404, 'Label does not exist')
  return { status: 200, body: issue.labels.map((label) => presentLabel(call, repo, label)) }
}
