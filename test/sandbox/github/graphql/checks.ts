import { isoTime, isoTimeOrNull } from '../http/clock-text.ts'
import { showCheck, showRun, showSuite } from '../state/checks.ts'
import type { CheckRun, CheckSuite, CommitStatus, WorkflowRun } from '../state/ci-model.ts'
import type { Repo } from '../state/model.ts'
import { protectionOf } from '../state/protection.ts'
import { pullsOf } from '../state/pulls.ts'
import type { Rollup } from '../state/rollup.ts'
import { checkDetails } from '../rest/present/check.ts'
import { repoWeb } from '../rest/present/repo.ts'
import { actorNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import { unresolved, type Gql } from './context.ts'

/** Check runs first, then statuses. */
export function contextsOf(gql: Gql, repo: Repo, rollup: Rollup, args: PageArgs) {
  const items = [
    ...rollup.checks.map(
      ({ suite, check }) =>
        () =>
          checkRunNode(gql, repo, suite, check),
    ),
    ...rollup.statuses.map((status) => () => statusNode(gql, repo, status)),
  ]
  return {
    ...connection<() => unknown>(items, args, (make) => make()),
    checkRunCount: rollup.checks.length,
    statusContextCount: rollup.statuses.length,
  }
}

function checkRunNode(gql: Gql, repo: Repo, suite: CheckSuite, check: CheckRun) {
  const shown = showCheck(check, gql.now)
  const url = `${repoWeb(repo)}/runs/${check.id}`
  return {
    __typename: 'CheckRun',
    id: check.nodeId,
    databaseId: check.id,
    name: check.name,
    status: shown.status.toUpperCase(),
    conclusion: shown.conclusion?.toUpperCase() ?? null,
    startedAt: isoTimeOrNull(shown.startedAt),
    completedAt: isoTimeOrNull(shown.completedAt),
    detailsUrl: checkDetails(repo, suite, check),
    url,
    permalink: url,
    title: null,
    summary: null,
    text: null,
    checkSuite: () => suiteNode(gql, repo, suite),
    isRequired: (args: RequiredArgs) => isRequired(repo, check.name, args),
  }
}

export function suiteNode(gql: Gql, repo: Repo, suite: CheckSuite) {
  const shown = showSuite(repo, suite, gql.now)
  const run = repo.runs.find((candidate) => candidate.id === suite.runId)
  return {
    __typename: 'CheckSuite',
    id: suite.nodeId,
    databaseId: suite.id,
    status: shown.status.toUpperCase(),
    conclusion: shown.conclusion?.toUpperCase() ?? null,
    createdAt: isoTime(suite.createdAt),
    updatedAt: isoTime(shown.completedAt ?? suite.createdAt),
    app: () => appNode(gql, suite.app),
    workflowRun: () => (run ? runNode(gql, repo, run) : null),
    checkRuns: (args: PageArgs) => connection(suite.runs, args, (check) => checkRunNode(gql, repo, suite, check)),
  }
}

/** GraphQL has no `run_attempt`: REST alone tells the first attempt from the second. */
function runNode(gql: Gql, repo: Repo, run: WorkflowRun) {
  const shown = showRun(run, gql.now)
  const { workflow } = run
  return {
    __typename: 'WorkflowRun',
    id: run.nodeId,
    databaseId: run.id,
    runNumber: run.runNumber,
    event: run.event,
    createdAt: isoTime(run.createdAt),
    updatedAt: isoTime(shown.completedAt ?? run.createdAt),
    url: `${repoWeb(repo)}/actions/runs/${run.id}`,
    workflow: {
      __typename: 'Workflow',
      id: workflow.nodeId,
      databaseId: workflow.id,
      name: workflow.name,
    },
  }
}

function appNode(gql: Gql, slug: string) {
  const app = gql.state.apps.get(slug)
  return app ? { __typename: 'App', id: app.nodeId, databaseId: app.id, name: app.name, slug: app.slug } : null
}

function statusNode(gql: Gql, repo: Repo, status: CommitStatus) {
  return {
    __typename: 'StatusContext',
    id: status.nodeId,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: isoTime(status.createdAt),
    creator: () => actorNode(gql, status.creator),
    isRequired: (args: RequiredArgs) => isRequired(repo, status.context, args),
  }
}

interface RequiredArgs {
  pullRequestId?: string | null
  pullRequestNumber?: number | null
}

/** Whether the base of that pull request wants a check of this name. */
function isRequired(repo: Repo, name: string, args: RequiredArgs): boolean {
  const found = pullsOf(repo).find(
    ({ issue }) => issue.nodeId === args.pullRequestId || issue.number === args.pullRequestNumber,
  )
  if (!found) throw unresolved('Could not resolve to a PullRequest')
  return protectionOf(repo, found.pull.baseRef).requiredChecks.includes(name)
}
