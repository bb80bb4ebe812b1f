import {
  repoKey,
  type Blocker,
  type Commit,
  type IssueFacts,
  type IssueSummary,
  type Permission,
  type RepoName,
  type ThreadState,
} from '../core/model.ts'
import { issueKey, personKey, type Need, type PollObservation } from '../core/poll-facts.ts'
import type { Each } from '../ports/tracker.ts'
import { PortError } from '../ports/errors.ts'
import { asPortError, type Tick } from './tick.ts'

/** Below this share of the hourly limit the poller starts nothing (SPEC 5). */
const reserve = 0.1

/** The poller's first look: what is labelled, and what the executor holds. Null: a dependency cannot be used, nothing is dispatched. */
export async function observePoll(tick: Tick): Promise<PollObservation | null> {
  const { tracker, executor } = tick.world
  const gates = tick.gates()
  try {
    const [overviews, snapshot] = await allOrFirstError([
      tracker.overview(gates.allowlist.map((repo) => ({ repo, labels: tick.policy.repo(repo).labels }))),
      executor.threads(),
    ])
    const self = await tracker.self()
    const remaining = tracker.remaining()
    if (remaining !== null && remaining < reserve) {
      throw new PortError(
        'tracker',
        'overview',
        'rate',
        `only ${Math.floor(remaining * 100)} % of the hourly limit is left; below ${reserve * 100} % nothing is dispatched`,
      )
    }
    return {
      now: { tracker: required(tracker.now(), 'tracker'), executor: required(executor.now(), 'executor') },
      self,
      drain: gates.drain,
      repos: overviews.flatMap((entry) => readable(entry, tick)),
      projects: snapshot.projects,
      threads: snapshot.threads,
      summaries: {},
      looked: {},
      blockers: {},
      permissions: {},
      via: {},
      heads: {},
      threadStates: {},
      unreadable: {},
    }
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.error('observe', error)
    tick.failures.dependency(error)
    return null
  }
}

/** Answers what the planner asked for; what cannot be read is marked so, and never asked for twice. */
export async function fulfil(
  observation: PollObservation,
  needs: readonly Need[],
  tick: Tick,
): Promise<PollObservation> {
  const { tracker, ci, executor } = tick.world
  const labelsOf = (repo: RepoName) => tick.policy.repo(repo).labels
  const summaries: { [repo: string]: readonly IssueSummary[] } = { ...observation.summaries }
  const looked: { [issue: string]: IssueFacts } = { ...observation.looked }
  const blockers: { [issue: string]: Blocker } = { ...observation.blockers }
  const permissions: { [person: string]: Permission | null } = { ...observation.permissions }
  const via: { [id: string]: string | null } = { ...observation.via }
  const heads: { [repo: string]: Commit | null } = { ...observation.heads }
  const threadStates: { [id: string]: ThreadState } = { ...observation.threadStates }
  const unreadable: { [issue: string]: string } = { ...observation.unreadable }
  const lost = (issue: string, error: PortError) => {
    unreadable[issue] = `${error.category}: ${error.message}`
    tick.failures.item(error)
  }

  const repos = needs.flatMap((need) => (need.kind === 'summaries' ? [need.repo] : []))
  if (repos.length > 0) {
    const found = await tracker.summaries(repos.map((repo) => ({ repo, labels: labelsOf(repo) })))
    for (const entry of found) {
      summaries[repoKey(entry.ref)] = entry.ok ? entry.value : []
      if (!entry.ok) {
        tick.report.error('summaries', entry.error)
        for (const { repo, ready } of observation.repos) {
          if (repoKey(repo) === repoKey(entry.ref))
            for (const number of ready) lost(issueKey({ repo, number }), entry.error)
        }
      }
    }
  }
  const issues = needs.flatMap((need) => (need.kind === 'look' ? [need.issue] : []))
  if (issues.length > 0) {
    const found = await tracker.look(issues.map((issue) => ({ ...issue, labels: labelsOf(issue.repo) })))
    for (const entry of found) {
      if (entry.ok) looked[issueKey(entry.ref)] = entry.value
      else lost(issueKey(entry.ref), entry.error)
    }
  }
  const named = needs.flatMap((need) => (need.kind === 'states' ? need.issues : []))
  if (named.length > 0) {
    await part(async () => {
      for (const blocker of await tracker.states(named)) blockers[issueKey(blocker)] = blocker
    })
    // What was asked for and not answered blocks: an unknown blocker is never taken for a closed one.
    for (const issue of named) blockers[issueKey(issue)] ??= { ...issue, state: 'unreadable' }
  }
  for (const need of needs) {
    if (need.kind === 'permission') {
      await item(issueKey(need.of), async () => {
        const person = personKey(need.repo, need.login)
        if (!tick.people.has(person)) tick.people.set(person, await tracker.permission(need.repo, need.login))
        permissions[person] = tick.people.get(person) ?? null
      })
    } else if (need.kind === 'via') {
      await item(issueKey(need.issue), async () => {
        via[need.eventId] = await tracker.labelledVia(need.issue.repo, need.issue.number, need.eventId)
      })
    } else if (need.kind === 'head') {
      // A head that nobody can read is nobody's to mend: the base stays red.
      heads[repoKey(need.repo)] = null
      await part(async () => {
        heads[repoKey(need.repo)] = (await ci.history(need.repo, need.branch, { depth: 1 }))[0] ?? null
      })
    } else if (need.kind === 'thread') {
      // Taken to be at work until it is known that it is not: it holds its repo.
      threadStates[need.thread] = 'starting'
      await part(async () => {
        threadStates[need.thread] = (await executor.detail(need.thread)).state
      })
    }
  }
  return { ...observation, summaries, looked, blockers, permissions, via, heads, threadStates, unreadable }

  async function item(issue: string, read: () => Promise<void>): Promise<void> {
    const error = await failureOf(read)
    if (error !== null) lost(issue, error)
  }

  /** What its failing means has been written down before. */
  async function part(read: () => Promise<void>): Promise<void> {
    const error = await failureOf(read)
    if (error === null) return
    tick.report.error('observe', error)
    tick.failures.item(error)
  }
}

/** One answer that cannot be read fails alone; a service that as a whole does not answer is thrown on, and ends the tick (SPEC 5, 10). */
async function failureOf(read: () => Promise<void>): Promise<PortError | null> {
  try {
    await read()
    return null
  } catch (thrown) {
    const error = asPortError(thrown)
    const isWhole = error.category === 'auth' || error.category === 'rate'
    if (isWhole || (error.port === 'executor' && error.category === 'unavailable')) throw error
    return error
  }
}

function readable<T>(entry: Each<T, RepoName>, tick: Tick): readonly T[] {
  if (entry.ok) return [entry.value]
  tick.report.note('error', {
    what: 'overview',
    repo: entry.ref,
    category: entry.error.category,
    message: entry.error.message,
  })
  tick.failures.item(entry.error)
  return []
}

function required(instant: number | null, port: 'tracker' | 'executor'): number {
  if (instant === null) {
    throw new PortError(
      port,
      'now',
      'contract',
      'its answers carry no Date header, and ages are never taken from the pod’s own clock',
    )
  }
  return instant
}

/** Both at once; the first rejection is the one that counts, and the other is still awaited. */
async function allOrFirstError<A, B>(promises: readonly [Promise<A>, Promise<B>]): Promise<readonly [A, B]> {
  const settled = await Promise.allSettled(promises)
  const [a, b] = settled
  if (a.status === 'rejected') throw a.reason
  if (b.status === 'rejected') throw b.reason
  return [a.value, b.value]
}
