import type { CheckRun, CheckSuite, CommitStatus, Conclusion, WorkflowRun } from './ci-model.ts'
import type { Repo } from './model.ts'

export type Progress = 'queued' | 'waiting' | 'in_progress' | 'completed'

export interface Shown {
  status: Progress
  conclusion: Conclusion | null
  startedAt: number | null
  completedAt: number | null
}

/** What a check shows at `now`: its script up to that instant and nothing of what comes later. */
export function showCheck(check: CheckRun, now: number): Shown {
  if (now >= check.endsAt)
    return {
      status: 'completed',
      conclusion: check.conclusion,
      startedAt: check.startsAt,
      completedAt: check.endsAt,
    }
  if (now >= check.startsAt)
    return {
      status: 'in_progress',
      conclusion: null,
      startedAt: check.startsAt,
      completedAt: null,
    }
  const waits = check.gate && check.gate.answer === null && now >= check.gate.from
  return { status: waits ? 'waiting' : 'queued', conclusion: null, startedAt: null, completedAt: null }
}

export function isComplete(check: CheckRun, now: number): boolean {
  return showCheck(check, now).status === 'completed'
}

/** A workflow run's latest attempt; a startup failure counts as one failed, nameless job. */
export function showRun(run: WorkflowRun, now: number): Shown {
  const attempt = run.attempts.at(-1)
  return fold(attempt?.jobs ?? [], attempt?.startupFailureAt ?? null, now)
}

export function showSuite(repo: Repo, suite: CheckSuite, now: number): Shown {
  const run = repo.runs.find((candidate) => candidate.id === suite.runId)
  return run ? showRun(run, now) : fold(latestOf(suite.runs), null, now)
}

/** A commit's check runs, the newest attempt of each (`filter=latest`) or all of them, oldest first. */
export function checksOf(
  repo: Repo,
  sha: string,
  filter: 'latest' | 'all' = 'latest',
): { suite: CheckSuite; check: CheckRun }[] {
  return repo.suites
    .filter((suite) => suite.headSha === sha)
    .flatMap((suite) => (filter === 'all' ? suite.runs : latestOf(suite.runs)).map((check) => ({ suite, check })))
}

/** The newest status of each context that exists at `now`. */
export function statusesOf(repo: Repo, sha: string, now: number): CommitStatus[] {
  const newest = new Map<string, CommitStatus>()
  for (const status of allStatusesOf(repo, sha, now))
    if (!newest.has(status.context)) newest.set(status.context, status)
  return [...newest.values()]
}

/** Every status of a commit that exists at `now`, newest first. */
export function allStatusesOf(repo: Repo, sha: string, now: number): CommitStatus[] {
  return repo.statuses
    .filter((status) => status.sha === sha && status.createdAt <= now)
    .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
}

export function findCheck(repo: Repo, id: number): { suite: CheckSuite; check: CheckRun } | null {
  for (const suite of repo.suites) {
    const check = suite.runs.find((candidate) => candidate.id === id)
    if (check) return { suite, check }
  }
  return null
}

function latestOf(checks: CheckRun[]): CheckRun[] {
  return checks.filter((check, index) => !checks.slice(index + 1).some((later) => later.name === check.name))
}

function fold(checks: CheckRun[], startupFailureAt: number | null, now: number): Shown {
  const shown = checks.map((check) => showCheck(check, now))
  if (startupFailureAt !== null) {
    const over = startupFailureAt <= now
    return {
      status: over ? 'completed' : 'queued',
      conclusion: over ? 'startup_failure' : null,
      startedAt: null,
      completedAt: over ? startupFailureAt : null,
    }
  }
  const startedAt = shown.map((each) => each.startedAt).find((at) => at !== null) ?? null
  if (shown.every((each) => each.status === 'completed')) {
    const worst = severity.find((conclusion) => shown.some((each) => each.conclusion === conclusion)) ?? 'success'
    return {
      status: 'completed',
      conclusion: worst,
      startedAt,
      completedAt: Math.max(0, ...shown.map((each) => each.completedAt ?? 0)),
    }
  }
  const started = shown.some((each) => each.status !== 'queued')
  const waits = shown.some((each) => each.status === 'waiting')
  const runs = shown.some((each) => each.status === 'in_progress')
  return {
    status: waits && !runs ? 'waiting' : started ? 'in_progress' : 'queued',
    conclusion: null,
    startedAt,
    completedAt: null,
  }
}

const severity: Conclusion[] = [
  'failure',
  'timed_out',
  'startup_failure',
  'action_required',
  'cancelled',
  'stale',
  'success',
  'neutral',
  'skipped',
]
