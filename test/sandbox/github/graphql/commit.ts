import { isoTime } from '../http/clock-text.ts'
import { historyOf } from '../state/history.ts'
import type { Commit, Repo } from '../state/model.ts'
import { pullsWithCommit } from '../state/pulls-of-commit.ts'
import { rollupOf, type Rollup } from '../state/rollup.ts'
import { repoWeb } from '../rest/present/repo.ts'
import { userNode } from './actor.ts'
import { contextsOf, suiteNode } from './checks.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'
import { deploymentNode } from './deployment.ts'
import { filterPulls, type PullArgs } from './pull-list.ts'

export function commitNode(gql: Gql, repo: Repo, commit: Commit): Record<string, unknown> {
  const [headline = '', ...body] = commit.message.split('\n')
  const url = `${repoWeb(repo)}/commit/${commit.sha}`
  const rollup = rollupOf(repo, commit.sha, gql.now)
  const node = (other: Commit): unknown => gql.nodes.commit(gql, repo, other)
  return {
    __typename: 'Commit',
    id: commit.nodeId,
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: body.join('\n').trim(),
    committedDate: isoTime(commit.date),
    authoredDate: isoTime(commit.date),
    url,
    commitUrl: url,
    changedFilesIfAvailable: commit.files.length,
    repository: () => gql.nodes.repository(gql, repo),
    author: () => gitActor(gql, commit),
    committer: () => gitActor(gql, commit),
    authors: (args: PageArgs) => connection([commit], args, (author) => gitActor(gql, author)),
    parents: (args: PageArgs) =>
      connection(
        commit.parents.flatMap((sha) => repo.commits.get(sha) ?? []),
        args,
        node,
      ),
    history: (args: HistoryArgs) => connection(filteredHistory(repo, commit, args), args, node),
    statusCheckRollup: rollupNode(gql, repo, commit, rollup),
    associatedPullRequests: (args: PullArgs) =>
      connection(filterPulls(pullsWithCommit(repo, commit.sha), args), args, ({ issue }) =>
        gql.nodes.issue(gql, repo, issue),
      ),
    checkSuites: (args: PageArgs) =>
      connection(
        repo.suites.filter((suite) => suite.headSha === commit.sha),
        args,
        (suite) => suiteNode(gql, repo, suite),
      ),
    deployments: (args: PageArgs & { environments?: string[] | null; orderBy?: { direction: string } | null }) => {
      const found = repo.deployments.filter(
        (deployment) =>
          deployment.sha === commit.sha &&
          deployment.createdAt <= gql.now &&
          (!args.environments || args.environments.includes(deployment.environment)),
      )
      return connection(args.orderBy?.direction === 'DESC' ? found.toReversed() : found, args, (deployment) =>
        deploymentNode(gql, deployment),
      )
    },
  }
}

/** null when the commit has neither check nor status. */
export function rollupNode(gql: Gql, repo: Repo, commit: Commit, rollup: Rollup | null) {
  return (
    rollup && {
      __typename: 'StatusCheckRollup',
      id: `SCR_${commit.nodeId}`,
      state: rollup.state,
      commit: () => gql.nodes.commit(gql, repo, commit),
      contexts: (args: PageArgs) => contextsOf(gql, repo, rollup, args),
    }
  )
}

type HistoryArgs = PageArgs & {
  path?: string | null
  since?: string | null
  until?: string | null
  author?: { id?: string | null; emails?: string[] | null } | null
}

function filteredHistory(repo: Repo, commit: Commit, args: HistoryArgs): Commit[] {
  const { path, since, until, author } = args
  if (author) throw new Error('the sandbox does not filter history by author')
  return historyOf(repo, commit.sha).filter(
    (candidate) =>
      (!path || candidate.files.some((file) => file.path === path || file.path.startsWith(`${path}/`))) &&
      (!since || candidate.date >= Date.parse(since)) &&
      (!until || candidate.date <= Date.parse(until)),
  )
}

function gitActor(gql: Gql, commit: Commit) {
  return {
    __typename: 'GitActor',
    name: commit.authorName,
    email: commit.authorEmail,
    date: isoTime(commit.date),
    user: () => userNode(gql, commit.author),
  }
}
