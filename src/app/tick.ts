import type { Permission, RepoName } from '../core/model.ts'
import type { Policy } from '../core/policy.ts'
import type { Ci } from '../ports/ci.ts'
import type { Clock } from '../ports/clock.ts'
import { PortError, type Category, type PortName } from '../ports/errors.ts'
import type { Executor } from '../ports/executor.ts'
import type { Notifier } from '../ports/notifier.ts'
import type { Pulls } from '../ports/pulls.ts'
import type { Rollout } from '../ports/rollout.ts'
import type { Tracker } from '../ports/tracker.ts'
import type { Recorder } from './recorder.ts'
import type { Reporter } from './report.ts'

/** Everything outside that a tick may talk to. Null: not configured. */
export interface World {
  readonly tracker: Tracker
  readonly ci: Ci
  readonly executor: Executor
  readonly pulls: Pulls
  readonly rollout: Rollout | null
  readonly notifier: Notifier | null
  readonly clock: Clock
}

/** The gates as they are at this instant (SPEC 3). */
export interface GatesNow {
  readonly open: boolean
  readonly drain: boolean
  readonly allowlist: readonly RepoName[]
  /** What shuts them, in words; empty while they are open. */
  readonly why: string
}

/** One execution of a program. What it remembers dies with it. */
export interface Tick {
  readonly world: World
  readonly policy: Policy
  /** Read anew at every call (SPEC 3.5). */
  readonly gates: () => GatesNow
  readonly report: Reporter
  /** True once the deadline has passed or the process was asked to stop: nothing new is begun (SPEC 10). */
  readonly over: () => boolean
  readonly failures: Failures
  /** Permissions asked for in this tick, by `personKey`: each person is asked for once (SPEC 5.1, Trust). */
  readonly people: Map<string, Promise<Permission | null>>
  /** Absent: nobody wants a record of this tick. */
  readonly recorder?: Recorder
}

/** What went wrong, for the exit code (SPEC 10). */
export interface Failures {
  /** An item failed; a whole port's work stops after `auth` and `rate`, and once there is no time left for a request. */
  readonly item: (error: PortError) => void
  /** A dependency as a whole could not be used. */
  readonly dependency: (error: PortError) => void
  readonly bug: () => void
  /** What stopped a port, if anything did. */
  readonly stopped: (port: PortName) => Category | 'deadline' | null
  readonly exitCode: () => 0 | 1 | 3
}

export function createFailures(): Failures {
  let worst: 0 | 1 | 3 = 0
  const stopped = new Map<PortName, Category | 'deadline'>()
  const dependency = (error: PortError) => {
    worst = 3
    if (error.category === 'auth' || error.category === 'rate') stopped.set(familyOf(error.port), error.category)
  }
  return {
    item: (error) => {
      if (error.category === 'auth' || error.category === 'rate') dependency(error)
      else if (worst === 0) worst = 1
      // GitHub's writes take turns: one of them may be too late before the tick is over. Nothing is begun then that needs another.
      if (error.isTooLate && !stopped.has(familyOf(error.port))) stopped.set(familyOf(error.port), 'deadline')
    },
    dependency,
    bug: () => {
      if (worst === 0) worst = 1
    },
    stopped: (port) => stopped.get(familyOf(port)) ?? null,
    exitCode: () => worst,
  }
}

/** Tracker and CI are one service with one credential and one limit. */
function familyOf(port: PortName): PortName {
  return port === 'ci' ? 'tracker' : port
}

/** A failure of a port, or a bug: which is thrown on, so that it is never mistaken for the weather. */
export function asPortError(error: unknown): PortError {
  if (error instanceof PortError) return error
  throw error
}
