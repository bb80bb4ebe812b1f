import { isoTime, isoTimeOrNull } from '../../http/clock-text.ts'
import { showCheck, showRun, showSuite } from '../../state/checks.ts'
import type { CheckRun, CheckSuite, CommitStatus, WorkflowRun } from '../../state/ci-model.ts'
import type { Repo } from '../../state/model.ts'
import type { View } from '../view.ts'
import { presentApp } from './app.ts'
import { presentSimpleCommit } from './commit.ts'
import { presentMinimalRepo, repoUrl, repoWeb } from './repo.ts'
import { presentUser } from './user.ts'

export function presentCheck(view: View, repo: Repo, suite: CheckSuite, check: CheckRun) {
  const url = `${repoUrl(view, repo)}/check-runs/${check.id}`
  const shown = showCheck(check, view.now)
  return {
    id: check.id,
    name: check.name,
    node_id: check.nodeId,
    head_sha: check.headSha,
    external_id: '',
    url,
    html_url: `${repoWeb(repo)}/runs/${check.id}`,
    details_url: checkDetails(repo, suite, check),
    status: shown.status,
    conclusion: shown.conclusion,
    started_at: isoTimeOrNull(shown.startedAt),
    completed_at: isoTimeOrNull(shown.completedAt),
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: suite.id },
    app: presentApp(view, suite.app),
    pull_requests: [],
  }
}

export function checkDetails(repo: Repo, suite: CheckSuite, check: CheckRun): string {
  return suite.runId === null
    ? `https://ci.example/${check.id}`
    : `${repoWeb(repo)}/actions/runs/${suite.runId}/job/${check.id}`
}

export function presentSuite(view: View, repo: Repo, suite: CheckSuite) {
  const url = `${repoUrl(view, repo)}/check-suites/${suite.id}`
  const shown = showSuite(repo, suite, view.now)
  const commit = repo.commits.get(suite.headSha)
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.branch,
    head_sha: suite.headSha,
    status: shown.status,
    conclusion: shown.conclusion,
    url,
    before: commit?.parents[0] ?? null,
    after: suite.headSha,
    pull_requests: [],
    app: presentApp(view, suite.app),
    repository: presentMinimalRepo(view, repo),
    created_at: isoTime(suite.createdAt),
    updated_at: isoTime(shown.completedAt ?? suite.createdAt),
    head_commit: commit ? presentSimpleCommit(commit) : null,
    latest_check_runs_count: new Set(suite.runs.map((check) => check.name)).size,
    check_runs_url: `${url}/check-runs`,
  }
}

export function presentRun(view: View, repo: Repo, run: WorkflowRun) {
  const url = `${repoUrl(view, repo)}/actions/runs/${run.id}`
  const shown = showRun(run, view.now)
  const attempt = run.attempts.at(-1)
  const commit = repo.commits.get(run.headSha)
  const suite = repo.suites.find((candidate) => candidate.id === run.suiteId)
  return {
    id: run.id,
    // A workflow that failed to start is listed under its file's path (seen on github.com).
    name: shown.conclusion === 'startup_failure' ? run.workflow.path : run.workflow.name,
    node_id: run.nodeId,
    head_branch: run.branch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: commit?.message.split('\n')[0] ?? '',
    run_number: run.runNumber,
    event: run.event,
    status: shown.status,
    conclusion: shown.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suiteId,
    check_suite_node_id: suite?.nodeId ?? '',
    url,
    html_url: `${repoWeb(repo)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: isoTime(run.createdAt),
    updated_at: isoTime(shown.completedAt ?? shown.startedAt ?? run.createdAt),
    actor: presentUser(view, run.actor),
    run_attempt: attempt?.number ?? 1,
    run_started_at: isoTime(attempt?.startedAt ?? run.createdAt),
    triggering_actor: presentUser(view, attempt?.actor ?? run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repoUrl(view, repo)}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repoUrl(view, repo)}/actions/workflows/${run.workflow.id}`,
    head_commit: commit ? presentSimpleCommit(commit) : null,
    repository: presentMinimalRepo(view, repo),
    head_repository: presentMinimalRepo(view, repo),
  }
}

/** `job`. Its id is its check run's, as on GitHub. */
export function presentJob(view: View, repo: Repo, run: WorkflowRun, attempt: number, job: CheckRun) {
  const shown = showCheck(job, view.now)
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.branch,
    run_url: `${repoUrl(view, repo)}/actions/runs/${run.id}`,
    run_attempt: attempt,
    node_id: job.nodeId,
    head_sha: job.headSha,
    url: `${repoUrl(view, repo)}/actions/jobs/${job.id}`,
    html_url: `${repoWeb(repo)}/actions/runs/${run.id}/job/${job.id}`,
    status: shown.status,
    conclusion: shown.conclusion,
    created_at: isoTime(job.createdAt),
    started_at: isoTime(shown.startedAt ?? job.createdAt),
    completed_at: isoTimeOrNull(shown.completedAt),
    name: job.name,
    steps: [],
    check_run_url: `${repoUrl(view, repo)}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: shown.startedAt === null ? null : 1,
    runner_name: shown.startedAt === null ? null : 'runner 1',
    runner_group_id: null,
    runner_group_name: null,
  }
}

export function presentStatus(view: View, repo: Repo, status: CommitStatus) {
  return {
    url: `${repoUrl(view, repo)}/statuses/${status.sha}`,
    avatar_url: presentUser(view, status.creator)?.avatar_url ?? null,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: isoTime(status.createdAt),
    updated_at: isoTime(status.createdAt),
  }
}
