import type { EndedRun, RunStatus, Status } from '../app/status.ts'
import type { Gates } from '../config/gates.ts'
import { oneLine } from '../core/text/escape.ts'
import { gatesDocument } from './plan-document.ts'
import { inScope, type Scope } from './scope.ts'
import type { Session } from './session.ts'
import { waitsFor } from './waits-for.ts'
import { iso } from './words.ts'

/** The JSON of `afk status`. Names are stable; new ones may come. */
export function statusDocument(status: Status, scope: Scope, gates: Gates, session: Session) {
  const { world, policy } = session.tick
  const { tracker } = world
  return {
    command: 'status',
    at: iso(status.now),
    ...gatesDocument(gates),
    assumed: { allowlisted: scope.assumed },
    github: { remaining: tracker.remaining(), resetsAt: iso(tracker.resetsAt()) },
    executor: { reachable: status.executorReachable },
    caps: {
      inFlight: status.runs.length,
      maxConcurrentRuns: policy.maxConcurrentRuns,
      startedToday: status.startedToday,
      maxRunsPerDay: policy.maxRunsPerDay,
    },
    runs: status.runs.filter(({ issue }) => inScope(scope, issue)).map((run) => runDocument(run, gates)),
    recent: status.recent.filter(({ issue }) => inScope(scope, issue)).map(endedDocument),
    orphans: status.orphans.filter(({ repo, issue }) =>
      // A renamed one may be any issue's.
      inScope(scope, { repo, number: issue ?? scope.issue?.number ?? 0 }),
    ),
    errors: session.errors(),
  }
}

export type StatusDocument = ReturnType<typeof statusDocument>

function runDocument(run: RunStatus, gates: Gates) {
  const { issue, title, ageMs, lastSignMs, halted, next, ...rest } = run
  return {
    repo: issue.repo,
    issue: issue.number,
    title: oneLine(title, 200),
    ...rest,
    ageSeconds: seconds(ageMs),
    lastSignSeconds: seconds(lastSignMs),
    halted: iso(halted),
    waitsFor: waitsFor(run, gates),
    next,
  }
}

function endedDocument({ issue, at, ...rest }: EndedRun) {
  return { repo: issue.repo, issue: issue.number, ...rest, at: iso(at) }
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.floor(milliseconds / 1000)
}
