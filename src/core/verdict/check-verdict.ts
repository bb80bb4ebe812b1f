import type { Check } from '../model.ts'

/** What a set of checks says of its commit. Names are sorted and without doubles. */
export type Judgement =
  | { readonly kind: 'green' }
  | {
      readonly kind: 'pending'
      readonly why: 'no-check' | 'running' | 'settling' | 'required-missing' | 'held'
      readonly waitingFor: readonly string[]
    }
  | {
      readonly kind: 'red'
      readonly failing: readonly string[]
      readonly failingChecks: readonly Check[]
      readonly infrastructureOnly: boolean
      /** Every failure is a cancelled check run. */
      readonly cancelledOnly: boolean
    }

/**
 * Folds the checks of one commit (SPEC 7.2). With required names only those count, each must be there, and several of one name (two
 * apps, or a check run and a status) must all be good. Without, all that exist count, and green needs `settled`, as a slow workflow
 * makes its checks late.
 *
 * - A failure of the code is red at once, whatever still runs. Failures of the infrastructure alone are not while something runs or is
 *   missing: that may yet fail for the code's sake, and GitHub runs nothing again before the whole workflow run is over.
 * - A conclusion that afk does not know is neither good nor bad: such a check counts as running. So it never lands anything and never
 *   sends an agent to mend what may not be broken, and `ciMaxSeconds` ends the wait with a message to a person (SPEC 6.4: raw states it
 *   does not know never act).
 */
export function foldChecks(all: readonly Check[], required: readonly string[], settled: boolean): Judgement {
  const counted = required.length === 0 ? all : all.filter((check) => required.includes(check.name))
  const missing = required.filter((name) => !all.some((check) => check.name === name))
  const running = counted.filter((check) => check.conclusion === null || check.conclusion === 'unknown')
  const failed = counted.filter((check) => isFailure(check))
  const infrastructureOnly = failed.every(isInfrastructure)
  const waitingFor = names([...running.map((check) => check.name), ...missing])

  if (failed.length > 0 && (!infrastructureOnly || waitingFor.length === 0)) {
    return {
      kind: 'red',
      failing: names(failed.map((check) => check.name)),
      failingChecks: sorted(failed),
      infrastructureOnly,
      cancelledOnly: failed.every((check) => check.kind === 'check-run' && check.conclusion === 'cancelled'),
    }
  }
  if (all.length === 0) return { kind: 'pending', why: 'no-check', waitingFor }
  const unsettled = required.length === 0 && !settled
  // All else has to be good, and late checks there, before a held deployment is the only thing that is waited for.
  const othersToo = failed.length > 0 || unsettled || running.some((check) => check.held !== true)
  if (running.length > 0 && othersToo) return { kind: 'pending', why: 'running', waitingFor }
  if (missing.length > 0) return { kind: 'pending', why: 'required-missing', waitingFor }
  if (running.length > 0) return { kind: 'pending', why: 'held', waitingFor }
  if (unsettled) return { kind: 'pending', why: 'settling', waitingFor: [] }
  return { kind: 'green' }
}

function isFailure({ conclusion }: Check): boolean {
  switch (conclusion) {
    case null:
    case 'unknown':
    case 'success':
    case 'neutral':
    case 'skipped':
      return false
    case 'failure':
    case 'cancelled':
    case 'timed-out':
    case 'stale':
    case 'startup-failure':
    case 'action-required':
      return true
  }
}

/** The runner's or the service's fault. A status has no such states, and a workflow file that does not start is code (SPEC 7.2). */
function isInfrastructure({ kind, conclusion }: Check): boolean {
  return kind === 'check-run' && (conclusion === 'timed-out' || conclusion === 'stale' || conclusion === 'cancelled')
}

function names(list: readonly string[]): readonly string[] {
  return [...new Set(list)].toSorted()
}

/** Whether the attempt that they are of could change what they come to: only what failed for no fault of the code is run again. */
export function needsAttempt(checks: readonly Check[]): boolean {
  return checks.some((check) => isFailure(check) && isInfrastructure(check))
}

/** In an order of their own, so that the order of the service's answer shows nowhere. */
function sorted(checks: readonly Check[]): readonly Check[] {
  const key = ({ name, kind, conclusion, url, workflowRun, job }: Check) =>
    JSON.stringify([name, kind, conclusion, url, workflowRun, job])
  return checks
    .map((check) => ({ check, key: key(check) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ check }) => check)
}
