import { GraphQLError } from 'graphql'
import type { Quota } from '../http/rate.ts'
import type { Violation } from '../openapi/validate.ts'
import type { Comment, Issue } from '../state/issue-model.ts'
import type { Commit, GitHubState, Repo, Token } from '../state/model.ts'
import type { Review } from '../state/pull-model.ts'
import type { PullRequest } from '../state/pulls.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'

/** What the resolvers know of the request. `now` in epoch milliseconds. */
export interface Gql {
  state: GitHubState
  now: number
  token: Token
  quota: Quota
  cost: number
  nodeCount: number
  violations: Violation[]
  nodes: Nodes
}

/** The nodes that lead to each other: in GitHub's graph every way round is open. */
export interface Nodes {
  repository: (gql: Gql, repo: Repo) => unknown
  issue: (gql: Gql, repo: Repo, issue: Issue) => unknown
  comment: (gql: Gql, repo: Repo, issue: Issue, comment: Comment) => unknown
  commit: (gql: Gql, repo: Repo, commit: Commit) => unknown
  review: (gql: Gql, repo: Repo, found: PullRequest, review: Review) => unknown
  /** A branch by its name; null when there is none. */
  ref: (gql: Gql, repo: Repo, branch: string) => unknown
}

export function mayRead(gql: Gql, repo: Repo): boolean {
  return atLeast(roleOfToken(gql.state, repo, gql.token), 'read')
}

/** GitHub's error for what is not there or may not be seen; the field becomes null and the rest is answered. */
export function unresolved(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type: 'NOT_FOUND' } })
}
