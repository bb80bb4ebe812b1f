import type { Blocker, IssueClosing, IssueComment, IssueEdit, IssueFacts, LabelEvent } from '../../src/core/model.ts'
import { sameName } from '../../src/core/model.ts'
import type { LabelNames, Looked, RecentCommits, Tracker } from '../../src/ports/tracker.ts'
import { blockersOf } from '../sandbox/github/state/dependencies.ts'
import { findIssue } from '../sandbox/github/state/issues.ts'
import type { Comment, Issue, IssueEvent } from '../sandbox/github/state/issue-model.ts'
import type { GitHubState, Repo, Token } from '../sandbox/github/state/model.ts'
import { historyOf } from '../sandbox/github/state/history.ts'
import { nameWithOwner } from '../sandbox/github/state/repos.ts'
import { allChecks } from './ci-checks.ts'
import { actorOf, each, findVisible, mayRead, notThere, visibleRepo, webOf } from './tracker-access.ts'
import { findIssueProper, labelled, summaryOf } from './tracker-reads.ts'
import type { FakeCall, Operations } from './tracker-session.ts'
import { wholeSeconds } from './tracker-session.ts'

/** Everything about one issue, and the state of the issues that it waits for. */
export const lookOperations: Operations<Pick<Tracker, 'look' | 'states' | 'summaries'>> = {
  summaries: (call, repos) => {
    if (repos.length === 0) return []
    const token = call.send()
    const answers = each(repos, ({ repo: name, labels, ready }) => {
      const repo = visibleRepo(call, token, name)
      const open = labelled(repo, labels.ready).filter(({ state }) => state === 'open')
      return open.map((issue) =>
        ready !== undefined && ready <= fewIssues
          ? factsOf(call.state, token, name, repo, issue, labels)
          : summaryOf(call.state, name, repo, issue),
      )
    })
    return answers.map((answer) => ({ ...answer, ref: answer.ref.repo }))
  },

  look: (call, issues) => {
    if (issues.length === 0) return []
    const token = call.send()
    const answers = each(issues, ({ repo: name, number, labels, withBranch }): Looked => {
      const repo = visibleRepo(call, token, name)
      const issue = findIssueProper(repo, number)
      if (issue === null) throw notThere(call, `${name}#${String(number)}`)
      return { ...factsOf(call.state, token, name, repo, issue, labels), ...(withBranch ? recentOf(call, repo) : {}) }
    })
    return answers.map((answer) => ({ ...answer, ref: { repo: answer.ref.repo, number: answer.ref.number } }))
  },

  states: (call, issues) => {
    if (issues.length === 0) return []
    const token = call.send()
    return issues.map(({ repo: name, number }): Blocker => {
      const repo = findVisible(call.state, token, name)
      const issue = repo === null ? null : findIssue(repo, number)
      return { repo: name, number, state: issue?.state ?? 'unreadable' }
    })
  },
}

/** No more checks than fit on a page: the real adapter goes on to the next for one commit at a time. */
const pageOfChecks = 100

function recentOf({ state, now }: FakeCall, repo: Repo): { readonly branch?: RecentCommits } {
  const tip = repo.commits.get(repo.branches.get(repo.defaultBranch) ?? '')
  if (tip === undefined) return {}
  const checks = allChecks(repo, tip.sha, now)
  return {
    branch: {
      commits: historyOf(repo, tip.sha)
        .slice(0, 100)
        .map((commit) => ({
          sha: commit.sha,
          message: commit.message,
          author: actorOf(state, commit.author),
          url: `${webOf(repo)}/commit/${commit.sha}`,
        })),
      checks: checks.length > pageOfChecks ? null : checks,
    },
  }
}

/** Of so few the real adapter reads everything at once. */
const fewIssues = 8

function factsOf(
  state: GitHubState,
  token: Token,
  name: string,
  repo: Repo,
  issue: Issue,
  labels: LabelNames,
): IssueFacts {
  return {
    ...summaryOf(state, name, repo, issue),
    state: issue.state,
    author: actorOf(state, issue.author),
    labelEvents: labelEventsOf(state, repo, issue, labels),
    edits: editsOf(state, issue),
    closed: closingOf(state, repo, issue),
    comments: issue.comments.map((comment) => commentOf(state, token, comment)),
    dependencies: dependenciesOf(state, token, issue),
  }
}

function labelEventsOf(state: GitHubState, repo: Repo, issue: Issue, labels: LabelNames): readonly LabelEvent[] {
  return eventsOf(issue).flatMap((event): readonly LabelEvent[] => {
    const { detail } = event
    if (detail.event !== 'labeled' && detail.event !== 'unlabeled') return []
    // An event shows the name that its label has now, as long as there is one.
    const name = repo.labels.find(({ id }) => id === detail.label.id)?.name ?? detail.label.name
    if (!Object.values(labels).some((label) => sameName(label, name))) return []
    return [{ id: event.nodeId, action: detail.event, label: name, ...happened(state, event) }]
  })
}

/** The first of the recorded texts is the one that the issue was opened with: no edit. */
function editsOf(state: GitHubState, issue: Issue): readonly IssueEdit[] {
  const titles = eventsOf(issue)
    .filter(({ detail }) => detail.event === 'renamed')
    .map((event) => ({ what: 'title' as const, ...happened(state, event) }))
  const bodies = issue.edits.slice(1).map(({ editor, editedAt }) => ({
    what: 'body' as const,
    actor: actorOf(state, editor),
    at: wholeSeconds(editedAt),
  }))
  return [...titles, ...bodies].toSorted((a, b) => a.at - b.at)
}

function closingOf(state: GitHubState, repo: Repo, issue: Issue): IssueClosing | null {
  if (issue.state === 'open') return null
  const event = eventsOf(issue).findLast(({ detail }) => detail.event === 'closed')
  if (event?.detail.event !== 'closed') throw new Error(`#${String(issue.number)} was closed without an event`)
  const { closer } = event.detail
  const sha = closer?.kind === 'commit' && repo.commits.has(closer.sha) ? closer.sha : null
  return { ...happened(state, event), commit: sha }
}

function commentOf(state: GitHubState, token: Token, comment: Comment): IssueComment {
  const author = actorOf(state, comment.author)
  const editor = actorOf(state, comment.editor)
  // Two accounts that are gone may be two people.
  const isSame = author !== null && editor !== null && comment.author === comment.editor
  return {
    id: comment.id,
    author,
    body: comment.body,
    createdAt: wholeSeconds(comment.createdAt),
    own: comment.author === token.login,
    editedByOther: comment.lastEditedAt !== null && !isSame,
    ...(comment.lastEditedAt === null ? {} : { editedAt: wholeSeconds(comment.lastEditedAt) }),
    ...(comment.reactions.some(({ user }) => user === token.login) ? { receipted: true } : {}),
  }
}

/** In the order they were added; those in repos that the token cannot see are counted elsewhere and not listed. */
function dependenciesOf(state: GitHubState, token: Token, issue: Issue): readonly Blocker[] {
  return blockersOf(state, issue)
    .filter((blocker) => mayRead(state, token, blocker.repo))
    .map((blocker) => ({
      repo: nameWithOwner(blocker.repo),
      number: blocker.issue.number,
      state: blocker.issue.state,
    }))
}

function eventsOf(issue: Issue): readonly IssueEvent[] {
  return issue.events.toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
}

function happened(state: GitHubState, event: IssueEvent) {
  return { actor: actorOf(state, event.actor), at: wholeSeconds(event.createdAt) }
}
