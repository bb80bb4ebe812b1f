import { capsReached } from './caps-reached.ts'
import { rules, type EligibilityCode, type Facts, type Rule, type RuleContext } from './eligibility.ts'
import { rotationOf, type Rotation } from './detail-reads.ts'
import { isAtWork, repoHolder } from './repo-holder.ts'
import { repoKey, type IssueRef } from '../model.ts'
import {
  issueKey,
  situations,
  type Candidate,
  type Need,
  type PollObservation,
  type RepoSituation,
} from './poll-facts.ts'
import type { Policy } from '../policy.ts'
import { priorityOf } from './priority.ts'
import { ownThreads } from '../titles.ts'

/**
 * Which ready issues start in this tick (SPEC 5.1): exactly one decision for every one of them, and at most one start a repo.
 *
 * The plan is optimistic: a fact that was not asked for counts as favourable. A plan whose winners rest on such facts is not one yet;
 * it names them as needs, the caller asks, and plans again. So what costs a request is asked only of issues that would start.
 */
export interface DispatchPlan {
  /** In the order of dispatch first, then the skipped by repo and number. Final only when `needs` is empty. */
  readonly decisions: readonly DispatchDecision[]
  readonly needs: readonly Need[]
}

export interface Failing {
  readonly code: EligibilityCode
  readonly facts: Facts
  readonly unblock: string
}

export interface DispatchDecision {
  readonly issue: IssueRef
  readonly decision: 'dispatch' | 'skip'
  /** A dispatch that died half way is finished (SPEC 5.1, Resume first). */
  readonly resume: boolean
  readonly failing: readonly Failing[]
  /** Rules that were not asked, because the issue could not start anyway. */
  readonly notEvaluated: readonly EligibilityCode[]
  readonly priority: number
  readonly candidate: Candidate
  /**
   * A half-done dispatch that must not go on: its thread is interrupted and its card says cancelled. `already-ran`: its end was
   * recorded and died half way before there was a lock by which the watcher could find it, so its remaining writes are done here.
   */
  readonly cancel: EligibilityCode | null
}

export interface PlanOptions {
  /** Ask every rule of every issue, whatever it costs (`afk plan`). */
  readonly everything?: boolean
}

/** Rules whose failing ends a half-done dispatch; the others only make it wait. */
const endsResume: readonly EligibilityCode[] = ['human-label', 'untrusted-labeller', 'edited-after-label', 'blocked']

interface Entry {
  readonly situation: RepoSituation
  readonly candidate: Candidate
  readonly resume: boolean
  readonly priority: number
  failing: Failing[]
  readonly unknownCodes: EligibilityCode[]
  readonly needs: Need[]
}

export function planDispatch(observation: PollObservation, policy: Policy, options: PlanOptions = {}): DispatchPlan {
  const repos = situations(observation, policy)
  const rotation = rotationOf(observation.repos, observation.details ?? null)
  const entries = repos.map((situation) => ({ situation, entries: entriesOf(situation, observation) }))
  const full = isFull(
    entries.flatMap(({ entries: all }) => able(all.filter(({ resume }) => resume)).slice(0, 1)),
    observation,
    policy,
  )
  if (!full) for (const repo of entries) putOff(repo.situation, repo.entries, observation, rotation)
  const first = repos.flatMap((situation) =>
    firstNeeds(situation, observation, rotation, options.everything === true || !full),
  )
  const open = full ? [] : entries.flatMap(({ entries: all }) => able(all))
  // Where nothing may start nobody is beaten by anybody, and nothing was read that could tell by whom.
  const contenders = entries.flatMap(({ entries: all }) => (full ? able(all) : chooseInRepo(all)))
  const winners = chooseOverRepos(contenders, observation, policy)
  const others = entries.flatMap(({ entries: all }) =>
    all.filter((entry) => !entry.resume && !contenders.includes(entry)),
  )
  const reached = shutToAll(contenders, winners, observation, policy)
  for (const { failing } of others) failing.push(...reached)
  const asking = options.everything ? entries.flatMap(({ entries: all }) => all) : winners
  const won = new Set(winners)
  const skipped = entries
    .flatMap(({ entries: all }) => all.filter((entry) => !won.has(entry)))
    .toSorted((a, b) => compareText(issueRepo(a), issueRepo(b)) || a.candidate.ref.number - b.candidate.ref.number)
  return {
    decisions: [
      ...winners.map((entry) => decided(entry, 'dispatch')),
      ...skipped.map((entry) => decided(entry, 'skip')),
    ],
    // Before these are known there are no winners, only guesses: nobody is asked about a guess.
    needs: distinct(first.length > 0 ? first : needsOf(asking, open)),
  }
}

/**
 * What the winners rest on; and the state of blockers that anybody's text names, all at once: the next winners would ask for it one
 * after another, and many cost no more than one.
 */
function needsOf(asking: readonly Entry[], open: readonly Entry[]): readonly Need[] {
  const needs = asking.flatMap((entry) => entry.needs)
  if (needs.length === 0) return []
  return [...needs, ...open.flatMap((entry) => entry.needs.filter(({ kind }) => kind === 'states'))]
}

/** What must be known before a repo's issues can be told apart at all: texts, and of threads that may be half-done dispatches, everything. */
function firstNeeds(
  situation: RepoSituation,
  observation: PollObservation,
  rotation: Rotation,
  mayStart: boolean,
): readonly Need[] {
  const holder = repoHolder(situation, observation)
  if (situation.overview.ready.length === 0) return []
  const needs: Need[] = []
  if (holder.kind === 'locked') return needs
  needs.push(...holder.needs)
  for (const candidate of situation.candidates) {
    if (candidate.threadByTitle && candidate.facts === null && !(issueKey(candidate.ref) in observation.unreadable)) {
      needs.push({ kind: 'look', issue: candidate.ref })
    }
  }
  // Texts cost most, and only of a repo that nothing holds they decide anything.
  if (needs.length > 0 || holder.kind !== 'free' || !mayStart) return needs
  const key = repoKey(situation.repo)
  if (key in observation.summaries || rotation.minutesTo(key) > 0) return needs
  return [{ kind: 'summaries', repo: situation.repo }]
}

/** Issues whose texts are not read in this tick because it is other repos' turn. */
function putOff(
  situation: RepoSituation,
  entries: readonly Entry[],
  observation: PollObservation,
  rotation: Rotation,
): void {
  const minutes = rotation.minutesTo(repoKey(situation.repo))
  if (minutes === 0 || repoHolder(situation, observation).kind !== 'free') return
  for (const { candidate, resume, failing } of entries) {
    if (resume || candidate.summary !== null) continue
    failing.push({
      code: 'not-evaluated',
      facts: { rotation: `one of ${rotation.turns} turns a minute`, turns: rotation.turns, inMinutes: minutes },
      unblock: `its repo is read in ${minutes} minute(s)`,
    })
  }
}

function entriesOf(situation: RepoSituation, observation: PollObservation): readonly Entry[] {
  const holder = repoHolder(situation, observation)
  return situation.candidates.map((candidate) => {
    const resume = holder.resumable.includes(candidate.ref.number)
    const context: RuleContext = {
      candidate,
      situation,
      observation,
      resume,
      allowlisted: true,
      heldBy: holder.heldFrom(candidate.ref.number),
    }
    return judge(context, priorityOf(candidate.summary?.labels ?? [], situation.policy.defaultPriority))
  })
}

function judge(context: RuleContext, priority: number): Entry {
  const { candidate, resume, situation, observation } = context
  const entry: Entry = { situation, candidate, resume, priority, failing: [], unknownCodes: [], needs: [] }
  const unreadable = observation.unreadable[issueKey(candidate.ref)] ?? changedSince(candidate)
  if (unreadable !== undefined) {
    entry.failing.push({ code: 'unreadable', facts: { why: unreadable }, unblock: 'it is read again in the next tick' })
  }
  for (const rule of rules) {
    if (resume && rule.waivedOnResume) continue
    apply(rule, context, entry)
  }
  // People are asked about last, and only of an issue that every other rule passed (SPEC 5.1, Trust).
  const others = entry.needs.filter(({ kind }) => kind !== 'permission' && kind !== 'via')
  // And nobody looks closer at one that may turn out to be blocked, which is the cheapest thing to ask.
  const states = others.filter(({ kind }) => kind === 'states')
  const now = states.length > 0 ? states : others
  if (now.length > 0) entry.needs.splice(0, entry.needs.length, ...now)
  return entry
}

/** The look at an issue is newer than the look over its repo: what was closed or taken back in between does not start. */
function changedSince({ facts, history }: Candidate): string | undefined {
  if (facts?.state === 'closed') return 'it was closed while this tick read it'
  return history?.readyNow === false ? 'its label was taken off while this tick read it' : undefined
}

function apply(rule: Rule, context: RuleContext, entry: Entry): void {
  const ruling = rule.check(context)
  if (ruling.verdict === 'fail') entry.failing.push({ code: rule.code, facts: ruling.facts, unblock: ruling.unblock })
  if (ruling.verdict === 'unknown') {
    entry.unknownCodes.push(rule.code)
    if (entry.failing.every(({ code }) => code !== 'unreadable')) entry.needs.push(...ruling.needs)
  }
}

/** One winner a repo: resumes first, then by priority and number; the others are beaten by it. */
function chooseInRepo(entries: readonly Entry[]): readonly Entry[] {
  const [winner, ...beaten] = able(entries)
  if (winner === undefined) return []
  for (const entry of beaten) {
    entry.failing.push({
      code: 'capacity',
      facts: { beatenBy: `${winner.candidate.ref.repo}#${winner.candidate.ref.number}`, limit: 'one run a repo' },
      unblock: 'it is next when that run has ended',
    })
  }
  return [winner]
}

function able(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ failing }) => failing.length === 0).toSorted(compare)
}

/** Whether nothing new may start in this tick, whatever is ready. */
function isFull(resumes: readonly Entry[], observation: PollObservation, policy: Policy): boolean {
  return (
    observation.drain ||
    policy.maxDispatchPerTick <= 0 ||
    countInFlight(observation, resumes, policy) >= policy.maxConcurrentRuns ||
    countToday(observation) >= policy.maxRunsPerDay
  )
}

/** The best of the repos' winners, as many as the caps leave room for. Resumes are already paid for. */
function chooseOverRepos(contenders: readonly Entry[], observation: PollObservation, policy: Policy): readonly Entry[] {
  const inFlight = countInFlight(observation, contenders, policy)
  const today = countToday(observation)
  const chosen: Entry[] = []
  for (const entry of contenders.toSorted(compare)) {
    if (entry.resume) {
      chosen.push(entry)
      continue
    }
    const reached = capsReached({ inFlight, today, chosen }, observation, policy)
    entry.failing.push(...reached)
    if (reached.length === 0) chosen.push(entry)
  }
  return chosen
}

/** What keeps everybody from starting, whoever wins, keeps those, too, who fail by other rules: a skip names all that fail (SPEC 5.1). */
function shutToAll(
  contenders: readonly Entry[],
  winners: readonly Entry[],
  observation: PollObservation,
  policy: Policy,
): readonly Failing[] {
  const inFlight = countInFlight(observation, contenders, policy)
  const resumes = winners.filter(({ resume }) => resume)
  return capsReached({ inFlight, today: countToday(observation), chosen: resumes }, observation, policy)
}

/** Runs over all repos: locked issues, and threads at work or half dispatched that have no lock (yet). */
function countInFlight(observation: PollObservation, contenders: readonly Entry[], policy: Policy): number {
  const runs = new Set<string>()
  for (const overview of observation.repos) {
    for (const number of overview.locked) runs.add(issueKey({ repo: overview.repo, number }))
  }
  for (const { thread, issue } of ownThreads(observation.threads, observation.projects)) {
    if (isAtWork(thread, policy.repo(issue.repo).stallSeconds, observation)) runs.add(issueKey(issue))
  }
  for (const { resume, candidate } of contenders) if (resume) runs.add(issueKey(candidate.ref))
  return runs.size
}

/** afk's threads of the last 24 hours, by the executor's clock (SPEC 4, maxRunsPerDay). */
function countToday(observation: PollObservation): number {
  const since = observation.now.executor - 24 * 3600 * 1000
  return ownThreads(observation.threads, observation.projects).filter(({ thread }) => thread.createdAt > since).length
}

function decided(entry: Entry, decision: 'dispatch' | 'skip'): DispatchDecision {
  const ordered = [
    ...rules.map(({ code }) => code),
    'capacity',
    'daily-cap',
    'draining',
    'unreadable',
    'not-evaluated',
  ] as const
  const failing = entry.failing.toSorted((a, b) => ordered.indexOf(a.code) - ordered.indexOf(b.code))
  const ends = entry.resume ? failing.find(({ code }) => endsResume.includes(code)) : undefined
  return {
    issue: entry.candidate.ref,
    decision,
    resume: entry.resume,
    failing,
    notEvaluated: decision === 'skip' ? entry.unknownCodes : [],
    priority: entry.priority,
    candidate: entry.candidate,
    cancel: ends?.code ?? (hasLeftovers(entry) ? 'already-ran' : null),
  }
}

/** Of a run that ended without ever having had its lock, the ready label still stands; with a lock the watcher finds it. */
function hasLeftovers({ candidate: { card, history }, failing }: Entry): boolean {
  return card?.outcome != null && history?.lockedNow === false && failing.every(({ code }) => code !== 'unreadable')
}

function compare(a: Entry, b: Entry): number {
  return (
    Number(b.resume) - Number(a.resume) ||
    a.priority - b.priority ||
    a.candidate.ref.number - b.candidate.ref.number ||
    compareText(issueRepo(a), issueRepo(b))
  )
}

function issueRepo(entry: Entry): string {
  return entry.candidate.ref.repo.toLowerCase()
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function distinct(needs: readonly Need[]): readonly Need[] {
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()]
}
