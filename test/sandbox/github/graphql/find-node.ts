import { GraphQLError } from 'graphql'
import type { Issue, Reaction } from '../state/issue-model.ts'
import type { Repo, Role } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import type { ReviewThread } from '../state/pull-model.ts'
import { pullsOf, type PullRequest } from '../state/pulls.ts'
import { mayRead, unresolved, type Gql } from './context.ts'
import { reviewCommentNode } from './review-thread.ts'

/** Not found also when it may not be seen; forbidden with less than the role. */
export function pullOf(gql: Gql, id: string, needed: Role): PullRequest & { repo: Repo } {
  for (const repo of readable(gql))
    for (const found of pullsOf(repo)) {
      if (found.issue.nodeId !== id) continue
      if (!atLeast(roleOfToken(gql.state, repo, gql.token), needed)) throw forbidden(gql, 'MergePullRequest')
      return { repo, ...found }
    }
  throw unresolved(`Could not resolve to a node with the global id of '${id}'`)
}

export function threadOf(gql: Gql, id: string): PullRequest & { repo: Repo; thread: ReviewThread } {
  for (const repo of readable(gql))
    for (const found of pullsOf(repo)) {
      const thread = found.pull.threads.find((candidate) => candidate.nodeId === id)
      if (thread) return { repo, thread, ...found }
    }
  throw unresolved(`Could not resolve to a node with the global id of '${id}'`)
}

export function issueOf(gql: Gql, id: string): { repo: Repo; issue: Issue } {
  for (const repo of readable(gql)) {
    const issue = repo.issues.find((candidate) => candidate.nodeId === id)
    if (issue) return { repo, issue }
  }
  throw unresolved(`Could not resolve to a node with the global id of '${id}'`)
}

/** Issues, pull requests, and the comments on them. */
export function reactableOf(gql: Gql, id: string): { target: { reactions: Reaction[] }; node: () => unknown } {
  for (const repo of readable(gql))
    for (const issue of repo.issues) {
      if (issue.nodeId === id) return { target: issue, node: () => gql.nodes.issue(gql, repo, issue) }
      const comment = issue.comments.find((candidate) => candidate.nodeId === id)
      if (comment) return { target: comment, node: () => gql.nodes.comment(gql, repo, issue, comment) }
      for (const thread of issue.pull?.threads ?? []) {
        const answer = thread.comments.find((candidate) => candidate.nodeId === id)
        const { pull } = issue
        if (answer && pull)
          return { target: answer, node: () => reviewCommentNode(gql, repo, { issue, pull }, thread, answer) }
      }
    }
  throw unresolved(`Could not resolve to a node with the global id of '${id}'`)
}

function readable(gql: Gql): Repo[] {
  return [...gql.state.repos.values()].filter((repo) => mayRead(gql, repo))
}

export function forbidden(gql: Gql, what: string): GraphQLError {
  const message = `${gql.token.login} does not have the correct permissions to execute \`${what}\``
  return new GraphQLError(message, { extensions: { type: 'FORBIDDEN' } })
}
