import type { DispatchPlan } from '../core/dispatch/dispatch-plan.ts'
import { issueKey, type PollObservation } from '../core/dispatch/poll-facts.ts'
import type { Policy } from '../core/policy.ts'
import {
  pollRecord,
  RECORD_FORMAT,
  runDecided,
  standingDecided,
  watchRecord,
  type PollRecord,
  type RecordedRun,
  type RecordHead,
  type WatchRecord,
} from '../core/record/record.ts'
import { redact } from '../core/record/redact.ts'
import { isSame } from '../core/record/replay.ts'
import type { Actor } from '../core/model.ts'
import type { RunDecision } from '../core/run/run-decision.ts'
import type { RunFacts } from '../core/run/run-facts.ts'
import { standingOf } from '../core/run/standing.ts'
import { foldVerdict, type VerdictFacts } from '../core/verdict/verdict.ts'
import type { Found, FoundRuns } from './find-runs.ts'

/** Remembers what a tick sees and decides, for its record. Costs nothing but memory until the record is made. */
export interface Recorder {
  readonly poll: (plan: DispatchPlan, observation: PollObservation) => void
  readonly found: (runs: FoundRuns, self: Actor) => void
  readonly checked: (facts: VerdictFacts) => void
  readonly decided: (facts: RunFacts, decision: RunDecision) => void
  /** Null: the tick saw nothing, as when GitHub or T3 did not answer. */
  readonly record: () => TickRecord | null
}

export type TickRecord = RecordHead & (PollRecord | WatchRecord)

export function createRecorder(tick: string, version: string, policy: Policy): Recorder {
  const head: RecordHead = { format: RECORD_FORMAT, version, tick }
  let planned: { readonly plan: DispatchPlan; readonly observation: PollObservation } | null = null
  let seen: { readonly runs: FoundRuns; readonly self: Actor } | null = null
  const decisions = new Map<string, { readonly facts: RunFacts; readonly decision: RunDecision }>()
  const checks = new Map<string, VerdictFacts>()
  return {
    poll: (plan, observation) => {
      planned = { plan, observation }
    },
    found: (runs, self) => {
      seen = { runs, self }
    },
    checked: (facts) => void checks.set(facts.head, facts),
    decided: (facts, decision) => void decisions.set(issueKey(facts.issue), { facts, decision }),
    record: () => {
      if (planned !== null) {
        const { plan, observation } = planned
        return { ...head, ...pollRecord(observation, plan.decisions, plan.needs.length > 0, policy) }
      }
      if (seen === null) return null
      const { self, runs } = seen
      const threads = [...runs.threads, ...runs.nameless].map(({ thread }) => thread.id)
      return { ...head, ...watchRecord({ self, threads, runs: runs.found.map(runOf) }, policy) }
    },
  }

  function runOf(found: Found): Omit<RecordedRun, 'facts'> & { readonly facts: RunFacts | null } {
    const { issue, overview, allowlisted, identified } = found
    const base = { issue, overview, allowlisted, facts: null, checked: null, decided: null }
    if (identified.kind !== 'run') {
      const standing = standingOf(identified, overview.locked.includes(issue.number))
      return { ...base, decided: standing && standingDecided(issue, standing) }
    }
    const own = decisions.get(issueKey(issue))
    if (own === undefined) return base
    const { facts, decision } = own
    return { ...base, facts, checked: checkedOf(facts), decided: runDecided(decision, facts) }
  }

  /** Only what the verdict follows from as it stands in the record. */
  function checkedOf({ head: of, verdict, policy: repoPolicy }: RunFacts): RecordedRun['checked'] {
    const facts = of === null ? undefined : checks.get(of.commit.sha)
    if (facts === undefined) return null
    const { policy: _policy, ...checked } = facts
    const again = foldVerdict(redact({ ...checked, policy: repoPolicy }) as unknown as VerdictFacts)
    return isSame(redact(again), redact(verdict)) ? checked : null
  }
}
