import type { Commit } from './model.ts'
import type { DeploymentReview } from './pull-model.ts'

export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale'
  | 'startup_failure'

/** One attempt of one check. Its status follows from the clock: queued, in progress, completed. */
export interface CheckRun {
  id: number
  nodeId: string
  name: string
  suiteId: number
  headSha: string
  createdAt: number
  startsAt: number
  endsAt: number
  conclusion: Conclusion
  log: string
  detailsUrl: string | null
  /** Set when it waits for people before it may start: it then neither starts nor ends by itself. */
  gate: Gate | null
}

export interface Gate {
  environment: string
  /** When it began to wait. */
  from: number
  durationMs: number
  answer: DeploymentReview['state'] | null
  deploymentId: number
}

export interface WorkflowRun {
  id: number
  nodeId: string
  workflow: Workflow
  runNumber: number
  branch: string
  headSha: string
  suiteId: number
  event: string
  actor: string
  createdAt: number
  attempts: RunAttempt[]
  /** The script of its jobs, for further attempts. */
  plans: CheckPlan[]
  /** What people answered to its jobs that waited for an environment. */
  approvals: DeploymentReview[]
}

export interface RunAttempt {
  number: number
  startedAt: number
  actor: string
  /** Check runs of this attempt; a job that was not run again is the earlier attempt's. A startup failure has none. */
  jobs: CheckRun[]
  startupFailureAt: number | null
}

export interface Workflow {
  id: number
  nodeId: string
  name: string
  path: string
}

/** One per app and commit; Actions makes one per workflow run. */
export interface CheckSuite {
  id: number
  nodeId: string
  app: string
  headSha: string
  branch: string
  createdAt: number
  runId: number | null
  /** Every check run ever made in it, oldest first. */
  runs: CheckRun[]
  /** The script of its checks, when the app is not Actions. */
  plans: CheckPlan[]
}

export interface CommitStatus {
  id: number
  nodeId: string
  sha: string
  context: string
  state: 'error' | 'failure' | 'pending' | 'success'
  description: string | null
  targetUrl: string | null
  creator: string
  /** A scripted status does not exist before this time. */
  createdAt: number
}

/** What a check of a pushed commit will do. Times in milliseconds of the injected clock. */
export interface CheckPlan {
  name: string
  /** One for all attempts, or one for each; the last one repeats. Default success. */
  conclusion?: Conclusion | Conclusion[]
  /** From the push to `in_progress`. Default 0. */
  delayMs?: number
  /** From `in_progress` to `completed`. Default 0. */
  durationMs?: number
  log?: string | string[]
  /** `github-actions` (default) makes it a job of a workflow run; any other app has a bare check run. */
  app?: string
  /** Name of the workflow that the job belongs to. Default `CI`. */
  workflow?: string
  /** Name of an environment: where that has reviewers, the job waits for one of them once its delay is over. */
  environment?: string
}

export interface StatusPlan {
  context: string
  state: CommitStatus['state']
  delayMs?: number
  description?: string
  targetUrl?: string
}

export interface CiPlan {
  checks?: CheckPlan[]
  statuses?: StatusPlan[]
}

export interface CiScript {
  plan: (commit: Commit, branch: string) => CiPlan
  /** Actions' `concurrency: cancel-in-progress` with one group for each workflow and branch. */
  cancelInProgress: boolean
}
