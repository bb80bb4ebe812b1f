import { invalid, notFound, Refusal, type Reply } from '../http/exchange.ts'
import { closeIssue, editIssue, reopenIssue } from '../state/issues.ts'
import { updateBranch } from '../state/update-branch.ts'
import { mergePull } from '../state/merge-pull.ts'
import { commitsOf } from '../state/mergeability.ts'
import type { Repo } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import type { MergeMethod } from '../state/pull-model.ts'
import { findPull, openPull, pullsOf, type PullRequest } from '../state/pulls.ts'
import { pullsWithCommit } from '../state/pulls-of-commit.ts'
import { findRepo } from '../state/repos.ts'
import { param, repoOf, requireRole, requireSomebody, textOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { presentCommit, presentFile } from './present/commit.ts'
import { filesOf, presentPull, presentPullSimple } from './present/pull.ts'
import { repoUrl } from './present/repo.ts'

export const pullHandlers: Handlers = {
  'pulls/list': listPulls,
  'pulls/create': createPull,
  'pulls/get': (call) => {
    const repo = repoOf(call)
    return { status: 200, body: presentPull(call, repo, pullOf(call, repo)) }
  },
  'pulls/update': updatePull,
  'pulls/list-commits': (call) => {
    const repo = repoOf(call)
    return listReply(call, repo, commitsOf(repo, pullOf(call, repo).pull).slice(0, 250), (commit) =>
      presentCommit(call, repo, commit),
    )
  },
  'pulls/list-files': (call) => {
    const repo = repoOf(call)
    const { pull } = pullOf(call, repo)
    return listReply(call, repo, filesOf(repo, pull), (file) => presentFile(call, repo, pull.headSha, file))
  },
  'pulls/check-if-merged': (call) => {
    if (pullOf(call, repoOf(call)).pull.mergedAt === null) throw notFound()
    return { status: 204 }
  },
  'pulls/merge': merge,
  'pulls/update-branch': update,
  'repos/list-pull-requests-associated-with-commit': listOfCommit,
}

/** The pull request of the path; an issue of that number is not found. */
export function pullOf(call: Call, repo: Repo): PullRequest {
  const found = findPull(repo, Number(param(call, 'pull_number')))
  if (!found) throw notFound()
  return found
}

/** `head` is `owner:branch`; GitHub ignores one without the owner, and lists everything. */
function listPulls(call: Call): Reply {
  const repo = repoOf(call)
  const { state = 'open', head, base, sort = 'created', direction } = call.query
  const label = head?.includes(':') ? head.toLowerCase() : undefined
  const found = pullsOf(repo).filter(
    ({ issue, pull }) =>
      (state === 'all' || issue.state === state) &&
      (base === undefined || pull.baseRef === base) &&
      (label === undefined || `${pull.headOwner}:${pull.headRef}`.toLowerCase() === label),
  )
  const key = ({ issue }: PullRequest): number => (sort === 'updated' ? issue.updatedAt : issue.createdAt)
  found.sort((a, b) => key(a) - key(b) || a.issue.number - b.issue.number)
  if ((direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc') found.reverse()
  return listReply(call, repo, found, (each) => presentPullSimple(call, repo, each))
}

/** Whoever can read the base and write the head may open one. */
function createPull(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'read')
  const actor = requireSomebody(call)
  const { from, branch } = headOf(call, repo)
  requireRole(call, from, 'write', 'Resource not accessible by personal access token')
  const opened = openPull(call.state, repo, {
    title: textOf(call, 'title') ?? '',
    body: textOf(call, 'body') ?? '',
    author: actor.login,
    viaApp: actor.viaApp ?? null,
    head: branch,
    from,
    base: textOf(call, 'base') ?? '',
    draft: call.body['draft'] === true,
  })
  if ('problem' in opened) throw invalid('Validation Failed', [{ resource: 'PullRequest', ...opened.problem }])
  const headers = { location: `${repoUrl(call, repo)}/pulls/${opened.issue.number}` }
  return { status: 201, body: presentPull(call, repo, opened), headers }
}

function headOf(call: Call, repo: Repo): { from: Repo; branch: string } {
  const head = textOf(call, 'head') ?? ''
  const [owner = '', branch] = head.includes(':') ? head.split(':', 2) : [repo.owner, head]
  const name = textOf(call, 'head_repo') ?? `${owner}/${repo.name}`
  const from = findRepo(call.state, name)?.repo
  const isNetwork = from && (from === repo || from.forkOf === repo.id || repo.forkOf === from.id)
  if (
    !isNetwork ||
    branch === undefined ||
    branch === '' ||
    !atLeast(roleOfToken(call.state, from, call.token), 'read')
  )
    throw invalid('Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }])
  return { from, branch }
}

function updatePull(call: Call): Reply {
  const repo = repoOf(call)
  const found = pullOf(call, repo)
  const { issue, pull } = found
  const actor = requireSomebody(call)
  requireRole(call, repo, issue.author === actor.login ? 'read' : 'write')
  const [title, body, base, state] = ['title', 'body', 'base', 'state'].map((key) => textOf(call, key))
  if (base !== undefined && !repo.branches.has(base))
    throw invalid('Validation Failed', [{ resource: 'PullRequest', field: 'base', code: 'invalid' }])
  if (state === 'open' && issue.state === 'closed' && !mayReopen(call, pull))
    throw invalid('Validation Failed', [{ resource: 'PullRequest', field: 'state', code: 'invalid' }])
  editIssue(
    call.state,
    issue,
    { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) },
    actor,
  )
  if (base !== undefined) pull.baseRef = base
  if (state === 'closed') closeIssue(call.state, issue, actor)
  if (state === 'open') reopenIssue(call.state, issue, actor)
  return { status: 200, body: presentPull(call, repo, found) }
}

/** Not once it is merged, and not without its branch. */
function mayReopen(call: Call, pull: PullRequest['pull']): boolean {
  const from = pull.headRepoId === null ? undefined : call.state.repos.get(pull.headRepoId)
  return pull.mergedAt === null && from?.branches.has(pull.headRef) === true
}

function merge(call: Call): Reply {
  const repo = repoOf(call)
  const { issue, pull } = pullOf(call, repo)
  const { login } = requireSomebody(call)
  requireRole(call, repo, 'write', 'Resource not accessible by personal access token')
  const merged = mergePull(call.state, repo, issue, pull, {
    by: login,
    role: roleOfToken(call.state, repo, call.token),
    method: (textOf(call, 'merge_method') ?? 'merge') as MergeMethod,
    title: textOf(call, 'commit_title'),
    message: textOf(call, 'commit_message'),
    sha: textOf(call, 'sha'),
  })
  if ('status' in merged) throw new Refusal(merged.status, merged.message)
  return { status: 200, body: { sha: merged.sha, merged: true, message: 'Pull Request successfully merged' } }
}

function update(call: Call): Reply {
  const repo = repoOf(call)
  const found = pullOf(call, repo)
  requireRole(call, repo, 'write', 'Resource not accessible by personal access token')
  const expected = textOf(call, 'expected_head_sha')
  if (expected !== undefined && expected !== found.pull.headSha)
    throw new Refusal(422, `expected head sha didn’t match current head ref.`)
  const outcome = updateBranch(call.state, repo, found, requireSomebody(call).login)
  if (outcome !== null) throw new Refusal(422, outcome)
  return { status: 202, body: { message: 'Updating pull request branch.', url: `${repoUrl(call, repo)}/pulls` } }
}

/** Open ones that contain the commit, and those whose merge brought it in. */
function listOfCommit(call: Call): Reply {
  const repo = repoOf(call)
  const sha = param(call, 'commit_sha')
  if (!repo.commits.has(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`)
  return listReply(call, repo, pullsWithCommit(repo, sha), (each) => presentPullSimple(call, repo, each))
}
