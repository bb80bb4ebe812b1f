import type { Blocker, IssueFacts, Permission, RepoOverview, ThreadState } from '../../src/core/model.ts'
import { issueKey, type Need, type PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import {
  planDispatch,
  type DispatchDecision,
  type DispatchPlan,
  type PlanOptions,
} from '../../src/core/dispatch/dispatch-plan.ts'
import type { Policy } from '../../src/core/policy.ts'
import { afk, lock, ready } from './issue.ts'
import { aCommit } from './run.ts'
import { seconds, sha, t0 } from './time.ts'

/** Ten minutes after the label. */
export const now = t0 + seconds(600)

/** What one look over a repo would tell of these issues. */
export function anOverview(
  repo: string,
  issues: readonly IssueFacts[],
  changes: Partial<RepoOverview> = {},
): RepoOverview {
  const own = issues.filter((issue) => issue.repo === repo)
  return {
    repo,
    nameWithOwner: repo,
    base: { branch: 'main', head: sha('b'), rollup: 'success' },
    ready: own.filter(({ labels, state }) => state === 'open' && labels.includes(ready)).map(({ number }) => number),
    locked: own.filter(({ labels }) => labels.includes(lock)).map(({ number }) => number),
    ...changes,
  }
}

/** A first look: nothing that costs a request is known. */
export function anObservation(changes: Partial<PollObservation> = {}): PollObservation {
  return {
    now: { tracker: now, executor: now },
    self: afk,
    drain: false,
    repos: [],
    projects: [],
    threads: [],
    summaries: {},
    looked: {},
    blockers: {},
    permissions: {},
    via: {},
    heads: {},
    threadStates: {},
    unreadable: {},
    ...changes,
  }
}

/** Whatever the planner may ask of the world. */
export interface World {
  readonly issues: readonly IssueFacts[]
  readonly permission?: (login: string) => Permission | null
  readonly via?: (eventId: string) => string | null
  readonly blocker?: (issue: { readonly repo: string; readonly number: number }) => Blocker['state']
  readonly head?: (repo: string) => string
  readonly threadState?: (id: string) => ThreadState
}

const write: Permission = { permission: 'write', role: 'write' }

/** Answers needs as the app does: each once, and what cannot be read is said so. */
function fulfil(observation: PollObservation, needs: readonly Need[], world: World): PollObservation {
  return needs.reduce((known, need) => answer(known, need, world), observation)
}

function answer(known: PollObservation, need: Need, world: World): PollObservation {
  switch (need.kind) {
    case 'summaries': {
      const issues = world.issues.filter((issue) => issue.repo === need.repo)
      return { ...known, summaries: { ...known.summaries, [need.repo.toLowerCase()]: issues } }
    }
    case 'look': {
      const issue = world.issues.find((one) => issueKey(one) === issueKey(need.issue))
      return issue
        ? { ...known, looked: { ...known.looked, [issueKey(need.issue)]: issue } }
        : { ...known, unreadable: { ...known.unreadable, [issueKey(need.issue)]: 'not there' } }
    }
    case 'states': {
      const states = need.issues.map((issue) => [
        issueKey(issue),
        { ...issue, state: world.blocker?.(issue) ?? 'closed' },
      ])
      return { ...known, blockers: { ...known.blockers, ...Object.fromEntries(states) } }
    }
    case 'permission': {
      const person = `${need.repo.toLowerCase()} ${need.login.toLowerCase()}`
      const permission = world.permission ? world.permission(need.login) : write
      return { ...known, permissions: { ...known.permissions, [person]: permission } }
    }
    case 'via':
      return { ...known, via: { ...known.via, [need.eventId]: world.via?.(need.eventId) ?? null } }
    case 'head':
      return {
        ...known,
        heads: {
          ...known.heads,
          [need.repo.toLowerCase()]: aCommit({ message: world.head?.(need.repo) ?? 'Someone else' }),
        },
      }
    case 'thread':
      return {
        ...known,
        threadStates: { ...known.threadStates, [need.thread]: world.threadState?.(need.thread) ?? 'finished' },
      }
  }
}

/** Plans, asks, plans again, as the poller does. `rounds` = what was asked, round by round. */
export function settle(
  first: PollObservation,
  policy: Policy,
  world: World,
  options: PlanOptions = {},
): {
  readonly plan: DispatchPlan
  readonly observation: PollObservation
  readonly rounds: readonly (readonly Need[])[]
} {
  const rounds: (readonly Need[])[] = []
  let observation = first
  for (;;) {
    const plan = planDispatch(observation, policy, options)
    if (plan.needs.length === 0) return { plan, observation, rounds }
    if (rounds.length > 500) throw new Error(`not settled after 500 rounds: ${JSON.stringify(plan.needs)}`)
    rounds.push(plan.needs)
    observation = fulfil(observation, plan.needs, world)
  }
}

export function codesOf(decision: DispatchDecision | undefined): readonly string[] {
  return decision?.failing.map(({ code }) => code) ?? []
}
