import type { IssueSummary, RepoName, RollupState } from '../../src/core/model.ts'
import type { Tracker } from '../../src/ports/tracker.ts'
import { dependencySummary } from '../sandbox/github/state/dependencies.ts'
import { hasLabel } from '../sandbox/github/state/issue-labels.ts'
import { findIssue } from '../sandbox/github/state/issues.ts'
import type { Issue } from '../sandbox/github/state/issue-model.ts'
import type { GitHubState, Repo } from '../sandbox/github/state/model.ts'
import { atLeast, permissionWords, roleOfToken } from '../sandbox/github/state/permissions.ts'
import { nameWithOwner } from '../sandbox/github/state/repos.ts'
import { rollupOf } from '../sandbox/github/state/rollup.ts'
import { findUser } from '../sandbox/github/state/users.ts'
import { actorOf, each, findVisible, issueIn, notThere, visibleRepo, webOf } from './tracker-access.ts'
import type { Operations } from './tracker-session.ts'

type Reads = Omit<
  Tracker,
  | 'now'
  | 'remaining'
  | 'resetsAt'
  | 'tokenEndsAt'
  | 'summariesPrice'
  | 'overviewPrice'
  | 'summaries'
  | 'look'
  | 'states'
  | 'comment'
  | 'editComment'
  | 'deleteComment'
  | 'addLabel'
  | 'removeLabel'
  | 'close'
  | 'reopen'
>

const maxFileBytes = 64 * 1024

/** What is labelled, and the facts of trust. */
export const readOperations: Operations<Reads> = {
  self: (call) => {
    const self = actorOf(call.state, call.send().login)
    if (self === null) throw new Error('a token of an account that is gone was accepted')
    return self
  },

  overview: (call, repos) => {
    if (repos.length === 0) return []
    const token = call.send()
    const answers = each(repos, ({ repo: name, labels, lockedOnly }) => {
      const repo = visibleRepo(call, token, name)
      return {
        repo: name,
        nameWithOwner: nameWithOwner(repo),
        base: baseOf(repo, call.now),
        ready: lockedOnly
          ? []
          : labelled(repo, labels.ready)
              .filter(({ state }) => state === 'open')
              .map(({ number }) => number),
        locked: labelled(repo, labels.inProgress).map(({ number }) => number),
      }
    })
    return answers.map((answer) => ({ ...answer, ref: answer.ref.repo }))
  },

  permission: (call, name, login) => {
    const token = call.send()
    const repo = findVisible(call.state, token, name)
    const user = findUser(call.state, login)
    if (repo === null || user === null || !atLeast(roleOfToken(call.state, repo, token), 'write')) return null
    const { permission, roleName } = permissionWords(repo, user.login)
    return { permission, role: roleName }
  },

  labelledVia: (call, name, number, eventId) => {
    const repo = visibleRepo(call, call.send(), name)
    const event = issueIn(call, repo, name, number).events.find(({ nodeId }) => nodeId === eventId)
    if (event === undefined) throw notThere(call, `${name}#${String(number)}, event ${eventId}`)
    return event.viaApp !== null && call.state.apps.has(event.viaApp) ? event.viaApp : null
  },

  file: (call, name, path) => {
    const repo = findVisible(call.state, call.send(), name)
    const head = repo?.commits.get(repo.branches.get(repo.defaultBranch) ?? '')
    const text = head?.tree.get(path)
    return text === undefined ? null : cut(text)
  },
}

/** What an issue shows without its history. */
export function summaryOf(state: GitHubState, name: RepoName, repo: Repo, issue: Issue): IssueSummary {
  return {
    repo: name,
    number: issue.number,
    title: issue.title,
    url: `${webOf(repo)}/issues/${String(issue.number)}`,
    body: issue.body,
    labels: issue.labels.map((label) => label.name),
    openDependencies: dependencySummary(state, issue).blockedBy,
  }
}

/** Pull requests are in no list of GraphQL's issues. */
export function findIssueProper(repo: Repo, number: number): Issue | null {
  const issue = findIssue(repo, number)
  return issue === null || issue.isPullRequest ? null : issue
}

export function labelled(repo: Repo, label: string): readonly Issue[] {
  return repo.issues
    .filter((issue) => !issue.isPullRequest && hasLabel(issue, label))
    .toSorted((a, b) => a.createdAt - b.createdAt || a.number - b.number)
}

function baseOf(repo: Repo, now: number) {
  const head = repo.branches.get(repo.defaultBranch)
  if (head === undefined || !repo.commits.has(head)) return null
  return { branch: repo.defaultBranch, head, rollup: rollupState(rollupOf(repo, head, now)?.state) }
}

function rollupState(state: string | undefined): RollupState {
  if (state === undefined) return 'none'
  if (state === 'SUCCESS') return 'success'
  return state === 'PENDING' ? 'pending' : 'failure'
}

function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= maxFileBytes) return text
  return bytes
    .subarray(0, maxFileBytes)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
}
