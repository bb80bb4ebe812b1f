import {
  repoKey,
  type Blocker,
  type Commit,
  type IssueFacts,
  type IssueRef,
  type IssueSummary,
  type Permission,
  type RepoName,
  type RepoOverview,
  type ThreadState,
} from '../core/model.ts'
import { turnAt, type DetailReads } from '../core/dispatch/detail-reads.ts'
import { issueKey, personKey, type Need, type PollObservation } from '../core/dispatch/poll-facts.ts'
import type { Each } from '../ports/tracker.ts'
import { PortError } from '../ports/errors.ts'
import { inParallel } from './in-parallel.ts'
import { permissionOf } from './permissions.ts'
import { asPortError, type Tick } from './tick.ts'

/** Below this share of the hourly limit the poller starts nothing (SPEC 5). */
const reserve = 0.1

/** The poller's first look: what is labelled, and what the executor holds. Null: a dependency cannot be used, nothing is dispatched. */
export async function observePoll(
  tick: Tick,
  options: { readonly rotate?: boolean } = {},
): Promise<PollObservation | null> {
  const { tracker, executor } = tick.world
  const gates = tick.gates()
  try {
    const [overviews, snapshot] = await allOrFirstError([
      tracker.overview(gates.allowlist.map((repo) => ({ repo, labels: tick.policy.repo(repo).labels }))),
      executor.threads(),
    ])
    const self = await tracker.self()
    requireReserve(tracker)
    const now = { tracker: required(tracker.now(), 'tracker'), executor: required(executor.now(), 'executor') }
    const repos = overviews.flatMap((entry) => readable(entry, tick))
    return {
      now,
      self,
      drain: gates.drain,
      repos,
      ...(options.rotate ? { details: detailReads(repos, now.tracker, tick) } : {}),
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

/** Throws `rate` when one of the tracker's limits that are known by now is nearly spent. */
function requireReserve(tracker: Tick['world']['tracker']): void {
  const remaining = tracker.remaining()
  if (remaining === null || remaining >= reserve) return
  throw new PortError(
    'tracker',
    'overview',
    'rate',
    `only ${Math.floor(remaining * 100)} % of the hourly limit is left; below ${reserve * 100} % nothing is dispatched`,
  )
}

/** Of GitHub's hourly limit, what sixty ticks of both programs may cost before texts are read in turns (SPEC 5.1, Trust). */
const share = 0.4

/** The watcher looks over as many repos for half the price: it asks for their locks alone. */
const bothPrograms = 1.5

function detailReads(repos: readonly RepoOverview[], now: number, tick: Tick): DetailReads {
  const { tracker } = tick.world
  return {
    perTick: Math.max(0, share / 60 - bothPrograms * tracker.overviewPrice(repos.length)),
    prices: Object.fromEntries(repos.map(({ repo, ready }) => [repoKey(repo), tracker.summariesPrice(ready.length)])),
    turn: turnAt(now),
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
  const via: { [id: string]: string | null | false } = { ...observation.via }
  const heads: { [repo: string]: Commit | null } = { ...observation.heads }
  const threadStates: { [id: string]: ThreadState } = { ...observation.threadStates }
  const unreadable: { [issue: string]: string } = { ...observation.unreadable }
  let isWhole = false
  const lost = (issue: string, error: PortError) => {
    unreadable[issue] = `${error.category}: ${error.message}`
    tick.failures.item(error)
  }

  const repos = needs.flatMap((need) => (need.kind === 'summaries' ? [need.repo] : []))
  if (repos.length > 0) {
    const readyIn = (repo: RepoName) =>
      observation.repos.find((overview) => repoKey(overview.repo) === repoKey(repo))?.ready.length ?? 0
    const found = await tracker.summaries(repos.map((repo) => ({ repo, labels: labelsOf(repo), ready: readyIn(repo) })))
    for (const entry of found) {
      summaries[repoKey(entry.ref)] = entry.ok ? entry.value : []
      for (const issue of entry.ok ? entry.value : []) if ('labelEvents' in issue) looked[issueKey(issue)] = issue
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
  const named = distinctIssues(needs.flatMap((need) => (need.kind === 'states' ? need.issues : [])))
  if (named.length > 0) {
    await part(async () => {
      for (const blocker of await tracker.states(named)) blockers[issueKey(blocker)] = blocker
    })
    // What was asked for and not answered blocks: an unknown blocker is never taken for a closed one.
    for (const issue of named) blockers[issueKey(issue)] ??= { ...issue, state: 'unreadable' }
  }
  await inParallel(needs, width, async (need) => {
    // A service that refused one of them as a whole is not asked the others; and what has not begun at the deadline does not begin.
    if (isWhole || tick.over()) return
    if (need.kind === 'permission') {
      await item(issueKey(need.of), async () => {
        permissions[personKey(need.repo, need.login)] = await permissionOf(need.repo, need.login, tick)
      })
    } else if (need.kind === 'via') {
      await item(issueKey(need.issue), async () => {
        via[need.eventId] = await viaOf(need, tick)
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
  })
  // REST and GraphQL have a limit each, and the first look asks the latter alone.
  requireReserve(tracker)
  return { ...observation, summaries, looked, blockers, permissions, via, heads, threadStates, unreadable }

  async function item(issue: string, read: () => Promise<void>): Promise<void> {
    const error = await oneFailure(read)
    if (error !== null) lost(issue, error)
  }

  async function oneFailure(read: () => Promise<void>): Promise<PortError | null> {
    try {
      return await failureOf(read)
    } catch (thrown) {
      isWhole = true
      throw thrown
    }
  }

  /** What its failing means has been written down before. */
  async function part(read: () => Promise<void>): Promise<void> {
    const error = await oneFailure(read)
    if (error === null) return
    tick.report.error('observe', error)
    tick.failures.item(error)
  }
}

/** An event that is not there is unattributable, and that is untrusted, not an error (SPEC 5.1, Trust). */
async function viaOf({ issue, eventId }: Extract<Need, { kind: 'via' }>, tick: Tick): Promise<string | null | false> {
  try {
    return await tick.world.tracker.labelledVia(issue.repo, issue.number, eventId)
  } catch (thrown) {
    if (asPortError(thrown).category === 'not-found') return false
    throw thrown
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

/** Single questions that are asked at the same time. */
const width = 6

/** Many issues may wait for one. */
function distinctIssues(issues: readonly IssueRef[]): readonly IssueRef[] {
  return [...new Map(issues.map((issue) => [issueKey(issue), issue])).values()]
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
