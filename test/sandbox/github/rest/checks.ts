import { isoTime } from '../http/clock-text.ts'
import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { allStatusesOf, checksOf, findCheck, showCheck, showSuite, statusesOf } from '../state/checks.ts'
import { rerequestCheck } from '../state/rerun.ts'
import { nextIds } from '../state/ids.ts'
import type { CommitStatus } from '../state/ci-model.ts'
import { param, repoOf, requireRole, requireSomebody, textOf, type Call } from './call.ts'
import { commitOf } from './commits.ts'
import type { Handlers } from './handler.ts'
import { countedReply, listReply, pageOf } from './pages.ts'
import { presentCheck, presentStatus, presentSuite } from './present/check.ts'
import { presentMinimalRepo, repoUrl } from './present/repo.ts'
import { presentUser } from './present/user.ts'

export const checkHandlers: Handlers = {
  'checks/list-for-ref': listChecks,
  'checks/list-suites-for-ref': listSuites,
  'checks/get': (call) => {
    const repo = repoOf(call)
    const found = findCheck(repo, Number(param(call, 'check_run_id')))
    if (!found) throw notFound()
    return { status: 200, body: presentCheck(call, repo, found.suite, found.check) }
  },
  'checks/rerequest-run': rerequest,
  'repos/get-combined-status-for-ref': combinedStatus,
  'repos/list-commit-statuses-for-ref': (call) => {
    const repo = repoOf(call)
    const { sha } = commitOf(repo, param(call, 'ref'))
    const present = (status: CommitStatus) => ({
      ...presentStatus(call, repo, status),
      creator: presentUser(call, status.creator),
    })
    return listReply(call, repo, allStatusesOf(repo, sha, call.now), present)
  },
  'repos/create-commit-status': createStatus,
}

function listChecks(call: Call): Reply {
  const repo = repoOf(call)
  const { sha } = commitOf(repo, param(call, 'ref'))
  const { check_name: name, status, filter = 'latest' } = call.query
  const found = checksOf(repo, sha, filter === 'all' ? 'all' : 'latest').filter(
    ({ check }) =>
      (name === undefined || check.name === name) &&
      (status === undefined || showCheck(check, call.now).status === status),
  )
  return countedReply(call, repo, 'check_runs', found, ({ suite, check }) => presentCheck(call, repo, suite, check))
}

function listSuites(call: Call): Reply {
  const repo = repoOf(call)
  const { sha } = commitOf(repo, param(call, 'ref'))
  const suites = repo.suites.filter((suite) => suite.headSha === sha)
  return countedReply(call, repo, 'check_suites', suites, (suite) => presentSuite(call, repo, suite))
}

/** For apps other than Actions; an Actions job is rerun through its workflow run. */
function rerequest(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write')
  const found = findCheck(repo, Number(param(call, 'check_run_id')))
  if (!found) throw notFound()
  if (found.suite.runId !== null) throw new Refusal(422, 'This check run is not rerequestable')
  if (showSuite(repo, found.suite, call.now).status !== 'completed')
    throw new Refusal(422, 'This check run is not rerequestable')
  if (!rerequestCheck(call.state, found.suite, found.check)) throw notFound()
  return { status: 201, body: {} }
}

/** `pending` both when something is pending and when there is no status at all. */
function combinedStatus(call: Call): Reply {
  const repo = repoOf(call)
  const { sha } = commitOf(repo, param(call, 'ref'))
  const statuses = statusesOf(repo, sha, call.now)
  const has = (...words: string[]): boolean => statuses.some((status) => words.includes(status.state))
  const state = has('error', 'failure') ? 'failure' : has('pending') || statuses.length === 0 ? 'pending' : 'success'
  const { slice, headers } = pageOf(call, repo, statuses)
  const url = `${repoUrl(call, repo)}/commits/${sha}`
  return {
    status: 200,
    headers,
    body: {
      state,
      statuses: slice.map((status) => presentStatus(call, repo, status)),
      sha,
      total_count: statuses.length,
      repository: presentMinimalRepo(call, repo),
      commit_url: url,
      url: `${url}/status`,
    },
  }
}

function createStatus(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write')
  const sha = param(call, 'sha')
  if (!repo.commits.has(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`)
  const status: CommitStatus = {
    ...nextIds(call.state, 'SC'),
    sha,
    context: textOf(call, 'context') ?? 'default',
    state: textOf(call, 'state') as CommitStatus['state'],
    description: textOf(call, 'description') ?? null,
    targetUrl: textOf(call, 'target_url') ?? null,
    creator: requireSomebody(call).login,
    createdAt: call.now,
  }
  repo.statuses.push(status)
  return {
    status: 201,
    body: {
      ...presentStatus(call, repo, status),
      creator: presentUser(call, status.creator),
      updated_at: isoTime(call.now),
    },
  }
}
