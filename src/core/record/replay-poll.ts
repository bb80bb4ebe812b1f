import { planDispatch, type DispatchDecision, type DispatchPlan } from '../dispatch/dispatch-plan.ts'
import { repoKey, sameName, type IssueRef } from '../model.ts'
import { issueKey, type Need, type PollObservation } from '../dispatch/poll-facts.ts'
import type { Policy } from '../policy.ts'
import { dispatchDecided, type Decided, type PollRecord } from './record.ts'
import { isSame, type Now, type Replayed } from './replay.ts'
import { issueOfTitle } from '../titles.ts'

/**
 * What this build decides of a poller's recorded observation. Where a decision rests on what that tick did not ask, the plan is made
 * with every such fact good and with every one bad: what comes out the same is known all the same, the rest is unknown.
 */
export function replayPoll(
  record: PollRecord,
  policies: { readonly recorded: Policy; readonly now: Policy },
): readonly Replayed[] {
  const { observation, cut } = record
  const relabelled = observation.repos
    .map(({ repo }) => repo)
    .filter((repo) => !isSame(policies.recorded.repo(repo).labels, policies.now.repo(repo).labels))
  const plans = [observation, ...(relabelled.length > 0 ? [without(relabelled, observation)] : [])].flatMap((known) =>
    cut ? [planDispatch(known, policies.now)] : completions(known, policies.now),
  )
  const asked = new Set(
    cut ? planDispatch(observation, policies.recorded).needs.map((need) => JSON.stringify(need)) : [],
  )
  return observation.repos.flatMap(({ repo, ready }) =>
    ready.map((number): Replayed => {
      const ref = { repo, number }
      const was = record.decisions.find((one) => isOf(ref, { repo: one.repo, number: one.issue })) ?? null
      if (relabelled.includes(repo)) return { repo, issue: number, was, now: unknown(['the events of other labels']) }
      return { repo, issue: number, was, now: nowOf(ref, plans, (need) => !asked.has(JSON.stringify(need))) }
    }),
  )
}

function nowOf(ref: IssueRef, plans: readonly DispatchPlan[], counts: (need: Need) => boolean): Now {
  const own = plans.flatMap(({ needs }) => needs.filter((need) => counts(need) && concerns(need, ref)))
  if (own.length > 0) return unknown(own.map(needWords))
  const all = plans.flatMap(({ decisions }) => decisions.filter(({ issue }) => isOf(ref, issue)))
  const [first] = all
  if (first === undefined) return { kind: 'nothing' }
  const decided = dispatchDecided(first)
  const others = plans.flatMap(({ needs }) => needs.filter(counts).map(needWords))
  return all.every((one) => isSame(dispatchDecided(one), decided)) ? decidedNow(first, decided) : unknown(others)
}

function decidedNow({ failing }: DispatchDecision, decided: Decided): Now {
  const facts = Object.fromEntries(failing.map(({ code, facts: why, unblock }) => [code, { ...why, unblock }]))
  return { kind: 'decided', decided, facts }
}

/** Plans with what is not known taken for good, then bad, until nothing is open any more. */
function completions(observation: PollObservation, policy: Policy): readonly DispatchPlan[] {
  const plan = planDispatch(observation, policy)
  if (plan.needs.length === 0) return [plan]
  // What threads do comes before all else: nobody can be chosen without it.
  const threads = plan.needs.flatMap((need) => (need.kind === 'thread' ? [need.thread] : []))
  if (threads.length > 0) {
    const withThreads = (state: 'finished' | 'starting') => ({
      ...observation,
      threadStates: { ...observation.threadStates, ...Object.fromEntries(threads.map((id) => [id, state])) },
    })
    return [plan, ...completions(withThreads('finished'), policy), ...completions(withThreads('starting'), policy)]
  }
  const worst = plan.needs.reduce(assumeBad, observation)
  return isSame(worst, observation) ? [plan] : [plan, ...completions(worst, policy)]
}

function assumeBad(known: PollObservation, need: Need): PollObservation {
  switch (need.kind) {
    case 'look':
    case 'via':
      return unreadable(known, need.issue)
    case 'states':
    case 'permission':
      return unreadable(known, need.of)
    case 'head':
      return { ...known, heads: { ...known.heads, [repoKey(need.repo)]: null } }
    case 'summaries':
      return { ...known, summaries: { ...known.summaries, [repoKey(need.repo)]: [] } }
    case 'thread':
      return known
  }
}

function unreadable(known: PollObservation, issue: IssueRef): PollObservation {
  return { ...known, unreadable: { ...known.unreadable, [issueKey(issue)]: 'not recorded' } }
}

/** As if these repos were not there: what holds in both cases holds. */
function without(repos: readonly string[], observation: PollObservation): PollObservation {
  const stays = (repo: string) => !repos.some((other) => sameName(other, repo))
  return {
    ...observation,
    repos: observation.repos.filter(({ repo }) => stays(repo)),
    threads: observation.threads.filter(({ title }) => stays(issueOfTitle(title)?.repo ?? '')),
  }
}

function concerns(need: Need, ref: IssueRef): boolean {
  switch (need.kind) {
    case 'look':
    case 'via':
      return isOf(ref, need.issue)
    case 'states':
    case 'permission':
      return isOf(ref, need.of)
    case 'head':
    case 'summaries':
      return sameName(need.repo, ref.repo)
    case 'thread':
      return false
  }
}

function needWords(need: Need): string {
  switch (need.kind) {
    case 'look':
      return `the history of ${issueKey(need.issue)}`
    case 'via':
      return `the app that labelled ${issueKey(need.issue)}`
    case 'states':
      return `the state of ${need.issues.map(issueKey).join(', ')}`
    case 'permission':
      return `the permission of ${need.login} in ${need.repo}`
    case 'head':
      return `the head of ${need.branch} in ${need.repo}`
    case 'summaries':
      return `the issues of ${need.repo}`
    case 'thread':
      return `the state of thread ${need.thread}`
  }
}

function unknown(missing: readonly string[]): Now {
  return { kind: 'unknown', missing: [...new Set(missing)] }
}

function isOf(ref: IssueRef, issue: IssueRef): boolean {
  return ref.number === issue.number && sameName(ref.repo, issue.repo)
}
