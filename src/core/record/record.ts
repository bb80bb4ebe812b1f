import { nameOf } from '../run/decision-name.ts'
import type { DispatchDecision } from '../dispatch/dispatch-plan.ts'
import { projectIdOf } from '../ids.ts'
import { labelHistory } from '../label-history.ts'
import { repoKey, type Actor, type IssueFacts, type IssueRef, type RepoOverview } from '../model.ts'
import type { GlobalPolicy, Policy, RepoPolicy } from '../policy.ts'
import type { PollObservation } from '../dispatch/poll-facts.ts'
import { redact, type Plain } from './redact.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import type { Standing } from '../run/standing.ts'
import { namelessThreads, ownThreads } from '../titles.ts'
import type { VerdictFacts } from '../verdict/verdict.ts'

/**
 * Decision records: what one tick saw and decided, as plain data without texts, from which the same decisions follow again. Owns the
 * form of the data and the way back; who collects it, writes it and reads it is elsewhere. A change that an older record cannot be
 * decided with again (a new fact, a renamed one) needs a new number here.
 */
export const RECORD_FORMAT = 1

/** What identifies a tick's record; the rest of it is one of the two below. */
export interface RecordHead {
  readonly format: typeof RECORD_FORMAT
  /** The build that wrote it. */
  readonly version: string
  /** The tick, as in every line of its log: ISO 8601. */
  readonly tick: string
}

export interface PollRecord {
  readonly program: 'poller'
  readonly policy: RecordedPolicy
  readonly observation: PollObservation
  /** The deadline came before all was asked that the plan rests on: nothing was dispatched. */
  readonly cut: boolean
  readonly decisions: readonly Decided[]
}

export interface WatchRecord {
  readonly program: 'watcher'
  readonly policy: RecordedPolicy
  readonly self: Actor
  /** Ids of afk's threads. */
  readonly threads: readonly string[]
  readonly runs: readonly RecordedRun[]
}

/** An issue that may have a run in flight. */
export interface RecordedRun {
  readonly issue: IssueFacts
  readonly overview: RepoOverview
  readonly allowlisted: boolean
  /** Null: there was no run to look at, or the tick did not come to decide. */
  readonly facts: RecordedFacts | null
  /** What the verdict in `facts` was folded from; null: it was not folded in one go from such facts. */
  readonly checked: Omit<VerdictFacts, 'policy'> | null
  /** Null: nothing was to be decided, or the tick did not come to it. */
  readonly decided: Decided | null
}

/** What stands elsewhere in the record, or follows from it, is left out. */
export type RecordedFacts = Omit<RunFacts, 'issue' | 'history' | 'policy'>

/** One decision as it is compared: its name and codes as in the log, and what else the effects depend on. */
export interface Decided {
  readonly repo: string
  readonly issue: number
  readonly run: string | null
  readonly decision: string
  readonly codes: readonly string[]
  readonly with: { readonly [name: string]: Plain }
}

export interface RecordedPolicy {
  readonly global: GlobalPolicy
  /** For repos without an entry of their own. */
  readonly everyone: RepoPolicy
  /** By repo key. */
  readonly policies: { readonly [repo: string]: RepoPolicy }
}

/** Of threads only afk's own are kept, each in its derived project: no more of them is ever asked. */
export function pollRecord(
  observation: PollObservation,
  decisions: readonly DispatchDecision[],
  cut: boolean,
  policy: Policy,
): PollRecord {
  const own = ownThreads(observation.threads, observation.projects)
  const listed = observation.repos.map(({ repo }) => repo)
  const nameless = namelessThreads(observation.threads, observation.projects, listed, observation.now.executor)
  const threads = [...own.map(({ thread, issue: { repo } }) => ({ thread, repo })), ...nameless].map(
    ({ thread, repo }) => ({ ...thread, projectId: projectIdOf(repo) }),
  )
  const repos = [...listed, ...own.map(({ issue }) => issue.repo)]
  const record: PollRecord = {
    program: 'poller',
    policy: recordedPolicy(policy, repos),
    observation: { ...observation, threads, projects: [] },
    cut,
    decisions: decisions.map(dispatchDecided),
  }
  return redact(record) as unknown as PollRecord
}

export function watchRecord(
  seen: Pick<WatchRecord, 'self' | 'threads'> & {
    readonly runs: readonly (Omit<RecordedRun, 'facts'> & { readonly facts: RunFacts | null })[]
  },
  policy: Policy,
): WatchRecord {
  const record: WatchRecord = {
    program: 'watcher',
    policy: recordedPolicy(
      policy,
      seen.runs.map(({ overview }) => overview.repo),
    ),
    self: seen.self,
    threads: seen.threads,
    runs: seen.runs.map((run) => ({ ...run, facts: run.facts && withoutDerived(run.facts) })),
  }
  return redact(record) as unknown as WatchRecord
}

/** The facts of a run as they were, but for texts. */
export function restoreFacts(issue: IssueFacts, facts: RecordedFacts, policy: RepoPolicy): RunFacts {
  return { ...facts, issue, policy, history: labelHistory(issue, policy.labels) }
}

/** The policy as it was; what the record's build did not have yet is as `defaults` say. */
export function restorePolicy({ global, everyone, policies }: RecordedPolicy, defaults: Policy): Policy {
  const usual = { ...defaults.repo(''), ...everyone }
  return { ...defaults, ...global, repo: (repo) => ({ ...usual, ...policies[repoKey(repo)] }) }
}

export function dispatchDecided({ issue, candidate, decision, failing, resume, cancel }: DispatchDecision): Decided {
  return {
    repo: issue.repo,
    issue: issue.number,
    run: candidate.runId,
    decision,
    codes: failing.map(({ code }) => code),
    with: { ...(resume ? { resume } : {}), ...(cancel === null ? {} : { cancel }) },
  }
}

/** Without `facts`, which say why and not what, and without the words of a stop, which quote people and agents. */
export function runDecided(decision: RunDecision, facts: RunFacts): Decided {
  const { kind: _kind, code, facts: _why, ...rest } = decision
  const { detail: _words, ...what } = { detail: '', ...rest }
  return {
    repo: facts.issue.repo,
    issue: facts.issue.number,
    run: facts.run.runId,
    decision: nameOf(decision, facts),
    codes: [code],
    with: redact(what) as { readonly [name: string]: Plain },
  }
}

export function standingDecided({ repo, number }: IssueRef, { code, run }: Standing): Decided {
  return { repo, issue: number, run, decision: 'wait', codes: [code], with: {} }
}

function recordedPolicy(policy: Policy, repos: readonly string[]): RecordedPolicy {
  const { repo: of, ...global } = policy
  // No repo has this name: it gets what all get that have no entry.
  const everyone = of('')
  const keys = [...new Set(repos.map(repoKey))].toSorted()
  const own = keys.map((key) => [key, of(key)] as const).filter(([, one]) => one !== everyone)
  return { global, everyone, policies: Object.fromEntries(own) }
}

function withoutDerived(facts: RunFacts): RecordedFacts {
  const { issue: _issue, history: _history, policy: _policy, ...rest } = facts
  return rest
}
