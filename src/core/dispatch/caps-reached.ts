import type { Failing } from './dispatch-plan.ts'
import type { Facts } from './eligibility.ts'
import type { IssueRef } from '../model.ts'
import type { Policy } from '../policy.ts'

interface Chosen {
  readonly resume: boolean
  readonly candidate: { readonly ref: IssueRef }
}

/** How full it is for the next one, with those that this tick has chosen so far. */
export interface Room {
  readonly inFlight: number
  readonly today: number
  readonly chosen: readonly Chosen[]
}

/** The caps that keep one more run from starting (SPEC 4 and 5.1), each with its facts. Half-done dispatches are already paid for. */
export function capsReached(
  { inFlight, today, chosen }: Room,
  { drain }: { readonly drain: boolean },
  { maxConcurrentRuns, maxDispatchPerTick, maxRunsPerDay }: Policy,
): readonly Failing[] {
  const starting = chosen.filter(({ resume }) => !resume)
  const fresh = starting.length
  const capacity = (facts: Facts, unblock: string) => [{ code: 'capacity' as const, facts, unblock }]
  const ahead = names(chosen)
  return [
    ...(inFlight + fresh >= maxConcurrentRuns
      ? capacity({ limit: 'maxConcurrentRuns', maxConcurrentRuns, inFlight, ahead }, 'it is next when a run has ended')
      : fresh >= maxDispatchPerTick
        ? capacity(
            { limit: 'maxDispatchPerTick', maxDispatchPerTick, ahead },
            maxDispatchPerTick > 0 ? 'it is next in the following tick' : 'raise maxDispatchPerTick',
          )
        : []),
    ...(today + fresh >= maxRunsPerDay ? [dailyCap(today, starting, maxRunsPerDay)] : []),
    ...(drain ? [draining] : []),
  ]
}

function dailyCap(today: number, starting: readonly Chosen[], maxRunsPerDay: number): Failing {
  return {
    code: 'daily-cap',
    // Those that this tick starts are no threads yet.
    facts: { maxRunsPerDay, today, ...(starting.length > 0 && { ahead: names(starting) }) },
    unblock:
      maxRunsPerDay > 0
        ? 'wait until a run of the last 24 hours is older, or raise maxRunsPerDay'
        : 'raise maxRunsPerDay',
  }
}

const draining: Failing = { code: 'draining', facts: { drain: true }, unblock: 'set AFK_DRAIN to false' }

function names(entries: readonly Chosen[]): readonly string[] {
  return entries.map(({ candidate }) => `${candidate.ref.repo}#${candidate.ref.number}`)
}
