import { isoTime } from '../http/clock-text.ts'
import { findRepo } from '../state/repos.ts'
import { findUser } from '../state/users.ts'
import { actorNode, userNode } from './actor.ts'
import { mayRead, unresolved, type Gql } from './context.ts'
import { reviewNode } from './review.ts'
import { threadNode } from './review-thread.ts'

/** The fields of `Query` that the sandbox answers. */
export function queryRoot(gql: Gql) {
  return {
    __typename: 'Query',
    viewer: () => userNode(gql, gql.token.login),
    rateLimit: () => ({
      cost: gql.cost,
      limit: gql.quota.limit,
      remaining: gql.quota.remaining,
      used: gql.quota.used,
      resetAt: isoTime(gql.quota.reset * 1000),
      nodeCount: gql.nodeCount,
    }),
    user: ({ login }: { login: string }) => {
      const user = findUser(gql.state, login)
      if (user?.type !== 'User') throw unresolved(`Could not resolve to a User with the login of '${login}'.`)
      return actorNode(gql, user.login)
    },
    repository: ({ owner, name, followRenames }: { owner: string; name: string; followRenames?: boolean | null }) => {
      const found = findRepo(gql.state, `${owner}/${name}`)
      if (!found || !mayRead(gql, found.repo) || (found.moved && followRenames === false))
        throw unresolved(`Could not resolve to a Repository with the name '${owner}/${name}'.`)
      return gql.nodes.repository(gql, found.repo)
    },
    node: ({ id }: { id: string }) => nodeOf(gql, id),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => nodeOf(gql, id)),
  }
}

/** Repositories, issues, pull requests, their reviews and threads, comments and commits; other kinds of node are not found. */
function nodeOf(gql: Gql, id: string): unknown {
  for (const repo of [...gql.state.repos.values()].filter((candidate) => mayRead(gql, candidate))) {
    if (repo.nodeId === id) return gql.nodes.repository(gql, repo)
    for (const issue of repo.issues) {
      if (issue.nodeId === id) return gql.nodes.issue(gql, repo, issue)
      const thread = issue.pull?.threads.find((candidate) => candidate.nodeId === id)
      if (thread && issue.pull) return threadNode(gql, repo, { issue, pull: issue.pull }, thread)
      const review = issue.pull?.reviews.find((candidate) => candidate.nodeId === id)
      if (review && issue.pull) return reviewNode(gql, repo, { issue, pull: issue.pull }, review)
      const comment = issue.comments.find((candidate) => candidate.nodeId === id)
      if (comment) return gql.nodes.comment(gql, repo, issue, comment)
    }
    for (const commit of repo.commits.values()) if (commit.nodeId === id) return gql.nodes.commit(gql, repo, commit)
  }
  throw unresolved(`Could not resolve to a node with the global id of '${id}'`)
}
