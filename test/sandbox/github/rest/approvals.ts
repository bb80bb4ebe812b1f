import { Refusal, type Reply } from '../http/exchange.ts'
import { isoTime } from '../http/clock-text.ts'
import { mayApprove, pendingEnvironments, reviewDeployments } from '../state/environments.ts'
import type { WorkflowRun } from '../state/ci-model.ts'
import type { Repo } from '../state/model.ts'
import type { DeploymentReview, Environment } from '../state/pull-model.ts'
import { runOf } from './actions.ts'
import { requireRole, requireSomebody, textOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { presentDeployment } from './present/deployment.ts'
import { repoUrl, repoWeb } from './present/repo.ts'
import { presentUser } from './present/user.ts'

export const approvalHandlers: Handlers = {
  'actions/get-pending-deployments-for-run': (call) => {
    const { repo, run } = runOf(call)
    const found = pendingEnvironments(repo, run, call.now)
    return { status: 200, body: found.map((environment) => presentPending(call, repo, run, environment)) }
  },
  'actions/review-pending-deployments-for-run': answer,
  'actions/get-reviews-for-run': (call) => {
    const { repo, run } = runOf(call)
    return { status: 200, body: run.approvals.map((approval) => presentApproval(call, repo, approval)) }
  },
}

/** Only a reviewer of every environment named may answer, and an installation's bot is nobody's reviewer. */
function answer(call: Call): Reply {
  const { repo, run } = runOf(call)
  requireRole(call, repo, 'read')
  const { login } = requireSomebody(call)
  if (call.token?.kind === 'installation') throw new Refusal(403, 'Resource not accessible by integration')
  const ids = (call.body['environment_ids'] ?? []) as number[]
  const pending = pendingEnvironments(repo, run, call.now)
  const meant = ids.map((id) => pending.find((environment) => environment.id === id))
  if (meant.length === 0 || meant.some((environment) => !environment || !mayApprove(environment, run, login)))
    throw new Refusal(422, 'There is no pending deployment that you can approve or reject')
  const state = textOf(call, 'state') as DeploymentReview['state']
  const answers = meant.flatMap((environment) =>
    environment ? [{ environment: environment.name, state, user: login, comment: textOf(call, 'comment') ?? '' }] : [],
  )
  const deployments = reviewDeployments(call.state, repo, run, answers)
  return { status: 200, body: deployments.map((deployment) => presentDeployment(call, repo, deployment)) }
}

function presentPending(call: Call, repo: Repo, run: WorkflowRun, environment: Environment) {
  const login = call.token?.kind === 'user' ? call.token.login : null
  return {
    environment: presentEnvironment(call, repo, environment),
    wait_timer: 0,
    wait_timer_started_at: null,
    current_user_can_approve: login !== null && mayApprove(environment, run, login),
    reviewers: environment.reviewers.map((reviewer) => ({ type: 'User', reviewer: presentUser(call, reviewer) })),
  }
}

function presentEnvironment(call: Call, repo: Repo, environment: Environment) {
  return {
    id: environment.id,
    node_id: environment.nodeId,
    name: environment.name,
    url: `${repoUrl(call, repo)}/environments/${encodeURIComponent(environment.name)}`,
    html_url: `${repoWeb(repo)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
  }
}

function presentApproval(call: Call, repo: Repo, approval: DeploymentReview) {
  const times = { created_at: isoTime(repo.createdAt), updated_at: isoTime(repo.createdAt) }
  return {
    environments: repo.environments
      .filter((environment) => environment.name === approval.environment)
      .map((environment) => ({ ...presentEnvironment(call, repo, environment), ...times })),
    state: approval.state,
    user: presentUser(call, approval.user),
    comment: approval.comment,
  }
}
