import { isoTime } from '../http/clock-text.ts'
import { resolveRef } from '../state/history.ts'
import { objectName } from '../state/ids.ts'
import { hasLabel } from '../state/issue-labels.ts'
import { findIssue } from '../state/issues.ts'
import type { Issue } from '../state/issue-model.ts'
import type { Repo, Role } from '../state/model.ts'
import { roleOfToken } from '../state/permissions.ts'
import { findPull, pullsOf } from '../state/pulls.ts'
import { findLabel } from '../state/repo-labels.ts'
import { nameWithOwner } from '../state/repos.ts'
import { repoWeb } from '../rest/present/repo.ts'
import { actorNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import { unresolved, type Gql } from './context.ts'
import { labelNode } from './label.ts'
import { filterPulls, type PullArgs } from './pull-list.ts'
import { queueNode } from './queue.ts'

export function repositoryNode(gql: Gql, repo: Repo): Record<string, unknown> {
  const ref = (name: string): unknown => gql.nodes.ref(gql, repo, name)
  return {
    __typename: 'Repository',
    id: repo.nodeId,
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: nameWithOwner(repo),
    owner: () => actorNode(gql, repo.owner),
    url: repoWeb(repo),
    isArchived: repo.archived,
    isPrivate: repo.private,
    isDisabled: false,
    isFork: repo.forkOf !== null,
    isEmpty: repo.commits.size === 0,
    hasIssuesEnabled: true,
    visibility: repo.private ? 'PRIVATE' : 'PUBLIC',
    createdAt: isoTime(repo.createdAt),
    pushedAt: isoTime(repo.pushedAt),
    updatedAt: isoTime(repo.pushedAt),
    defaultBranchRef: () => ref(repo.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => ref(qualifiedName.replace(/^refs\/heads\//, '')),
    refs: (args: RefArgs) => connection(branchesOf(repo, args), args, ref),
    label: ({ name }: { name: string }) => {
      const label = findLabel(repo, name)
      return label ? labelNode(repo, label) : null
    },
    labels: (args: PageArgs & { query?: string | null }) =>
      connection(
        repo.labels.filter((label) => label.name.toLowerCase().includes((args.query ?? '').toLowerCase())),
        args,
        (label) => labelNode(repo, label),
      ),
    issues: (args: IssueArgs) => connection(issuesOf(repo, args), args, (issue) => gql.nodes.issue(gql, repo, issue)),
    issue: ({ number }: { number: number }) => oneIssue(gql, repo, number, false),
    pullRequest: ({ number }: { number: number }) => {
      const found = findPull(repo, number)
      if (!found) throw unresolved(`Could not resolve to a PullRequest with the number of ${number}.`)
      return gql.nodes.issue(gql, repo, found.issue)
    },
    pullRequests: (args: PullArgs) =>
      connection(filterPulls(pullsOf(repo), args), args, ({ issue }) => gql.nodes.issue(gql, repo, issue)),
    mergeQueue: ({ branch }: { branch?: string | null }) => queueNode(gql, repo, branch ?? repo.defaultBranch),
    mergeCommitAllowed: repo.merging.methods.includes('merge'),
    squashMergeAllowed: repo.merging.methods.includes('squash'),
    rebaseMergeAllowed: repo.merging.methods.includes('rebase'),
    autoMergeAllowed: repo.merging.autoMerge,
    deleteBranchOnMerge: repo.merging.deleteBranch,
    viewerDefaultMergeMethod: (repo.merging.methods[0] ?? 'merge').toUpperCase(),
    viewerPermission: viewerPermission(roleOfToken(gql.state, repo, gql.token)),
    issueOrPullRequest: ({ number }: { number: number }) => oneIssue(gql, repo, number, true),
    object: (args: { expression?: string | null; oid?: string | null }) => objectNode(gql, repo, args),
  }
}

type RefArgs = PageArgs & { refPrefix: string; query?: string | null }

/** `query` is found anywhere in the name; `refPrefix` may go on behind `refs/heads/`. */
function branchesOf(repo: Repo, args: RefArgs): string[] {
  const query = (args.query ?? '').toLowerCase()
  return [...repo.branches.keys()]
    .filter((name) => `refs/heads/${name}`.startsWith(args.refPrefix) && name.toLowerCase().includes(query))
    .toSorted()
}

function viewerPermission(role: Role): string | null {
  return role === 'none' ? null : role.toUpperCase()
}

type IssueArgs = PageArgs & {
  labels?: string[] | null
  states?: string[] | null
  orderBy?: { field: string; direction: string } | null
}

/** Without pull requests, and `labels` means any of them: both unlike REST. Oldest first unless ordered. */
function issuesOf(repo: Repo, args: IssueArgs): Issue[] {
  const { labels, states, orderBy } = args
  const found = repo.issues.filter(
    (issue) =>
      !issue.isPullRequest &&
      (!states || states.includes(issue.state.toUpperCase())) &&
      (!labels || labels.some((name) => hasLabel(issue, name))),
  )
  const key = (issue: Issue): number =>
    orderBy?.field === 'UPDATED_AT'
      ? issue.updatedAt
      : orderBy?.field === 'COMMENTS'
        ? issue.comments.length
        : issue.createdAt
  const sorted = found.toSorted((a, b) => key(a) - key(b) || a.number - b.number)
  return orderBy?.direction === 'DESC' ? sorted.toReversed() : sorted
}

function oneIssue(gql: Gql, repo: Repo, number: number, pullsToo: boolean): unknown {
  const issue = findIssue(repo, number)
  if (issue && (pullsToo || !issue.isPullRequest)) return gql.nodes.issue(gql, repo, issue)
  const kind = pullsToo ? 'issue or pull request' : 'Issue'
  throw unresolved(`Could not resolve to an ${kind} with the number of ${number}.`)
}

/** `main`, a sha, or `main:path` for a file. Null when there is none, without an error. */
function objectNode(gql: Gql, repo: Repo, args: { expression?: string | null; oid?: string | null }): unknown {
  const [ref, ...rest] = (args.expression ?? args.oid ?? '').split(':')
  const commit = resolveRef(repo, ref ?? '')
  if (!commit) return null
  if (rest.length === 0) return gql.nodes.commit(gql, repo, commit)
  const path = rest.join(':')
  const text = commit.tree.get(path)
  if (text === undefined) return null
  const oid = objectName('blob', repo.id, path, text)
  const byteSize = Buffer.byteLength(text)
  return {
    __typename: 'Blob',
    id: `B_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    byteSize,
    isBinary: false,
    isTruncated: byteSize > 512_000,
    text,
  }
}
