import { isoTime } from '../http/clock-text.ts'
import { historyOf } from '../state/history.ts'
import type { Commit, Repo } from '../state/model.ts'
import { rollupOf } from '../state/rollup.ts'
import { repoWeb } from '../rest/present/repo.ts'
import { userNode } from './actor.ts'
import { contextsOf, suiteNode } from './checks.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'
import { deploymentNode } from './deployment.ts'

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
    statusCheckRollup: rollup && {
      __typename: 'StatusCheckRollup',
      id: `SCR_${commit.nodeId}`,
      state: rollup.state,
      commit: () => node(commit),
      contexts: (args: PageArgs) => contextsOf(gql, repo, rollup, args),
    },
    checkSuites: (args: PageArgs) =>
      connection(
        repo.suites.filter((suite) => suite.headSha === commit.sha),
        args,
        (suite) => suiteNode(gql, repo, suite),
      ),
    deployments: (args: PageArgs & { environments?: string[] | null; orderBy?: { direction: string } | null }) => {
      const found = repo.deployments.filter(
        (deployment) =>
          deployment.sha === commit.sha && (!args.environments || args.environments.includes(deployment.environment)),
      )
      return connection(args.orderBy?.direction === 'DESC' ? found.toReversed() : found, args, (deployment) =>
        deploymentNode(gql, deployment),
      )
    },
  }
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
