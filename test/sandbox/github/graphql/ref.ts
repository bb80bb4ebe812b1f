import type { Repo } from '../state/model.ts'
import { atLeast, roleOfToken } from '../state/permissions.ts'
import { protectionOf } from '../state/protection.ts'
import { pullsOf } from '../state/pulls.ts'
import { connection } from './connection.ts'
import type { Gql } from './context.ts'
import { filterPulls, type PullArgs } from './pull-list.ts'

/** A branch; null when there is none. */
export function refNode(gql: Gql, repo: Repo, name: string): Record<string, unknown> | null {
  const commit = repo.commits.get(repo.branches.get(name) ?? '')
  if (!commit) return null
  return {
    __typename: 'Ref',
    id: `REF_${repo.id}_${name}`,
    name,
    prefix: 'refs/heads/',
    repository: () => gql.nodes.repository(gql, repo),
    target: () => gql.nodes.commit(gql, repo, commit),
    associatedPullRequests: (args: PullArgs) =>
      connection(
        filterPulls(
          pullsOf(repo).filter(({ pull }) => pull.headRepoId === repo.id && pull.headRef === name),
          args,
        ),
        args,
        ({ issue }) => gql.nodes.issue(gql, repo, issue),
      ),
    refUpdateRule: () => updateRule(gql, repo, name),
    branchProtectionRule: () => protectionRule(gql, repo, name),
  }
}

/** What the rules of the branch are to whoever asks. */
function updateRule(gql: Gql, repo: Repo, name: string) {
  if (!repo.protections.has(name)) return null
  const rules = protectionOf(repo, name)
  return {
    __typename: 'RefUpdateRule',
    pattern: name,
    allowsDeletions: false,
    allowsForcePushes: false,
    blocksCreations: false,
    requiredApprovingReviewCount: rules.requiredApprovals,
    requiredStatusCheckContexts: rules.requiredChecks,
    requiresCodeOwnerReviews: false,
    requiresConversationResolution: rules.conversationResolution,
    requiresLinearHistory: rules.linearHistory,
    requiresSignatures: false,
    viewerAllowedToDismissReviews: true,
    viewerCanPush: rules.pushers === null || rules.pushers.includes(gql.token.login),
  }
}

/** GitHub shows the rule itself to those who can write. */
function protectionRule(gql: Gql, repo: Repo, name: string) {
  if (!repo.protections.has(name) || !atLeast(roleOfToken(gql.state, repo, gql.token), 'write')) return null
  const rules = protectionOf(repo, name)
  return {
    __typename: 'BranchProtectionRule',
    id: `BPR_${repo.id}_${name}`,
    pattern: name,
    isAdminEnforced: rules.enforceAdmins,
    dismissesStaleReviews: rules.dismissStale,
    requiresApprovingReviews: rules.requiredApprovals > 0,
    requiredApprovingReviewCount: rules.requiredApprovals > 0 ? rules.requiredApprovals : null,
    requiresStatusChecks: rules.requiredChecks.length > 0,
    requiredStatusCheckContexts: rules.requiredChecks,
    requiresStrictStatusChecks: rules.strict,
    requiresLinearHistory: rules.linearHistory,
    requiresConversationResolution: rules.conversationResolution,
    requiresCodeOwnerReviews: false,
    restrictsPushes: rules.pushers !== null,
  }
}
