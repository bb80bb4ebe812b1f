import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { deleteBranch } from '../state/branches.ts'
import type { Repo } from '../state/model.ts'
import { protectionOf } from '../state/protection.ts'
import type { Protection } from '../state/pull-model.ts'
import { param, repoOf, requireRole, requireSomebody, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { repoUrl } from './present/repo.ts'
import { presentUser } from './present/user.ts'

export const branchRuleHandlers: Handlers = {
  'repos/get-branch-rules': getRules,
  'repos/get-branch-protection': getProtection,
  'git/list-matching-refs': matchingRefs,
  'git/delete-ref': deleteRef,
}

/** The rules as a ruleset shows them, to everybody who can read. */
function getRules(call: Call): Reply {
  const repo = repoOf(call)
  const branch = param(call, 'branch')
  const origin = {
    ruleset_source_type: 'Repository',
    ruleset_source: `${repo.owner}/${repo.name}`,
    ruleset_id: repo.id,
  }
  const rules = repo.protections.has(branch) ? rulesOf(repo, protectionOf(repo, branch)) : []
  return listReply(call, repo, rules, (rule) => ({ ...rule, ...origin }))
}

/** The same rules as a branch protection, to admins only. */
function getProtection(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'admin', 'Resource not accessible by personal access token')
  const branch = param(call, 'branch')
  if (!repo.branches.has(branch)) throw new Refusal(404, 'Branch not found')
  if (!repo.protections.has(branch)) throw new Refusal(404, 'Branch not protected')
  const rules = protectionOf(repo, branch)
  const url = `${repoUrl(call, repo)}/branches/${branch}/protection`
  return {
    status: 200,
    body: {
      url,
      enforce_admins: { url: `${url}/enforce_admins`, enabled: rules.enforceAdmins },
      required_linear_history: { enabled: rules.linearHistory },
      required_conversation_resolution: { enabled: rules.conversationResolution },
      ...(rules.requiredChecks.length === 0 ? {} : { required_status_checks: statusChecks(url, rules) }),
      ...(rules.requiredApprovals === 0 ? {} : { required_pull_request_reviews: reviews(url, rules) }),
      ...(rules.pushers === null ? {} : { restrictions: restrictions(call, url, rules.pushers) }),
    },
  }
}

function statusChecks(url: string, rules: Protection) {
  return {
    url: `${url}/required_status_checks`,
    strict: rules.strict,
    contexts: rules.requiredChecks,
    contexts_url: `${url}/required_status_checks/contexts`,
    checks: rules.requiredChecks.map((context) => ({ context, app_id: null })),
  }
}

function reviews(url: string, rules: Protection) {
  return {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: rules.dismissStale,
    require_code_owner_reviews: false,
    required_approving_review_count: rules.requiredApprovals,
    require_last_push_approval: false,
  }
}

function restrictions(call: Call, url: string, pushers: string[]) {
  const base = `${url}/restrictions`
  return {
    url: base,
    users_url: `${base}/users`,
    teams_url: `${base}/teams`,
    apps_url: `${base}/apps`,
    users: pushers.map((login) => presentUser(call, login)),
    teams: [],
    apps: [],
  }
}

function rulesOf(repo: Repo, rules: Protection): Record<string, unknown>[] {
  return [
    ...(rules.requiredApprovals > 0 || rules.conversationResolution
      ? [
          {
            type: 'pull_request',
            parameters: {
              allowed_merge_methods: repo.merging.methods,
              dismiss_stale_reviews_on_push: rules.dismissStale,
              require_code_owner_review: false,
              require_last_push_approval: false,
              required_approving_review_count: rules.requiredApprovals,
              required_review_thread_resolution: rules.conversationResolution,
            },
          },
        ]
      : []),
    ...(rules.requiredChecks.length > 0
      ? [
          {
            type: 'required_status_checks',
            parameters: {
              strict_required_status_checks_policy: rules.strict,
              do_not_enforce_on_create: false,
              required_status_checks: rules.requiredChecks.map((context) => ({ context })),
            },
          },
        ]
      : []),
    ...(rules.linearHistory ? [{ type: 'required_linear_history' }] : []),
    ...(rules.queue ? [{ type: 'merge_queue', parameters: queueParameters(rules.queue.method) }] : []),
  ]
}

function queueParameters(method: string) {
  return {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: method.toUpperCase(),
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 0,
  }
}

/** Branches whose name begins so, `heads/afk/7-`. */
function matchingRefs(call: Call): Reply {
  const repo = repoOf(call)
  const prefix = param(call, 'ref').replace(/^heads\//, '')
  const found = [...repo.branches].filter(([name]) => name.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return listReply(call, repo, found, ([name, sha]) => ({
    ref: `refs/heads/${name}`,
    node_id: `REF_${repo.id}_${name}`,
    url: `${repoUrl(call, repo)}/git/refs/heads/${name}`,
    object: { type: 'commit', sha, url: `${repoUrl(call, repo)}/git/commits/${sha}` },
  }))
}

function deleteRef(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write', 'Resource not accessible by personal access token')
  const ref = param(call, 'ref')
  if (!ref.startsWith('heads/')) throw notFound()
  const name = ref.replace(/^heads\//, '')
  if (name === repo.defaultBranch || repo.protections.has(name)) throw new Refusal(422, 'Cannot delete this branch')
  if (!deleteBranch(call.state, repo, name, requireSomebody(call))) throw new Refusal(422, 'Reference does not exist')
  return { status: 204 }
}
