import { identifyRun, type Identified } from '../core/run/identify.ts'
import {
  sameName,
  type IssueFacts,
  type IssueRef,
  type RepoName,
  type RepoOverview,
  type ThreadSummary,
} from '../core/model.ts'
import { issueKey } from '../core/dispatch/poll-facts.ts'
import { namelessThreads, ownThreads, recentMs, type NamelessThread, type OwnThread } from '../core/titles.ts'
import type { Snapshot } from '../ports/executor.ts'
import { knownBranches, type Glimpse, type KnownBranch } from './known-branches.ts'
import type { Tick } from './tick.ts'

/** An issue that may have a run in flight, with what its label events and cards tell of it. */
export interface Found {
  readonly issue: IssueFacts
  readonly identified: Identified
  readonly overview: RepoOverview
  /** On the allowlist, and still where it says (SPEC 3.7). */
  readonly allowlisted: boolean
  /** Absent: something is new, or unusual, and the run’s branch has to be asked for. */
  readonly branch?: KnownBranch | null
}

export interface FoundRuns {
  readonly found: readonly Found[]
  /** Of the repos that could be read. */
  readonly overviews: readonly RepoOverview[]
  /** afk's threads, as far as the executor told. */
  readonly threads: readonly OwnThread[]
  /** Those of them that somebody has renamed. */
  readonly nameless: readonly NamelessThread[]
  /** Issues that threads alone name, and that are deleted or moved to another repo. */
  readonly gone: readonly IssueRef[]
}

/**
 * Every run in flight, from three sources (SPEC 6.1): the lock label, threads at work, and threads that changed lately. A repo that
 * left the allowlist is found through its threads. `snapshot` null: the executor is unreachable, and the lock label alone tells.
 */
export async function findRuns(
  snapshot: Snapshot | null,
  allowlist: readonly RepoName[],
  tick: Tick,
): Promise<FoundRuns> {
  const { tracker, executor } = tick.world
  const own = snapshot === null ? [] : ownThreads(snapshot.threads, snapshot.projects)
  const nameless =
    snapshot === null ? [] : namelessThreads(snapshot.threads, snapshot.projects, allowlist, executor.now() ?? 0)
  const threads = new Map([...own, ...nameless].map(({ thread }) => [thread.id, thread]))
  const repos = withDelisted(allowlist, own)
  const overviews = await tracker.overview(
    repos.map((repo) => ({
      repo,
      labels: tick.policy.repo(repo).labels,
      // Ready issues are told apart from others by their threads alone: a repo without any need not list them.
      lockedOnly:
        !own.some(({ issue }) => sameName(issue.repo, repo)) && !nameless.some((one) => sameName(one.repo, repo)),
    })),
  )
  const self = await tracker.self()
  const now = executor.now() ?? 0
  const candidates = new Map<string, { ref: IssueRef; overview: RepoOverview }>()
  for (const entry of overviews) {
    if (!entry.ok) {
      const listed = allowlist.some((repo) => sameName(repo, entry.ref))
      // A repo off the list may be gone altogether: worth a line, not a failing tick.
      tick.report.note(listed ? 'error' : 'warning', {
        what: 'overview',
        repo: entry.ref,
        category: entry.error.category,
        message: entry.error.message,
      })
      if (listed) tick.failures.item(entry.error)
      continue
    }
    const overview = entry.value
    const add = (number: number) => {
      const ref = { repo: overview.repo, number }
      candidates.set(issueKey(ref), { ref, overview })
    }
    for (const number of overview.locked) add(number)
    // Any of the ready issues may be what a renamed thread works for.
    if (nameless.some(({ repo }) => sameName(repo, overview.repo))) for (const number of overview.ready) add(number)
    for (const { thread, issue } of own) {
      if (!sameName(issue.repo, overview.repo)) continue
      const busy = thread.state === 'working' || thread.state === 'waiting'
      // A ready issue with a thread and no lock is a dispatch that died half way, or a run whose lock a person took off: however long ago.
      if (busy || overview.ready.includes(issue.number) || now - thread.updatedAt <= recentMs) add(issue.number)
    }
  }
  const list = [...candidates.values()]
  const readAt = executor.now()
  const looked = await tracker.look(
    list.map(({ ref }) => ({ ...ref, labels: tick.policy.repo(ref.repo).labels, withBranch: true })),
  )
  const glimpses: (Omit<Found, 'branch'> & Glimpse)[] = []
  const gone: IssueRef[] = []
  for (const [index, entry] of looked.entries()) {
    const candidate = list[index]
    if (candidate === undefined) continue
    if (!entry.ok && entry.error.category === 'not-found' && !isListed(candidate)) {
      gone.push(candidate.ref)
      continue
    }
    if (!entry.ok) {
      tick.report.error('look', entry.error, entry.ref)
      tick.failures.item(entry.error)
      continue
    }
    const { overview } = candidate
    const allowlisted =
      allowlist.some((repo) => sameName(repo, overview.repo)) && sameName(overview.repo, overview.nameWithOwner)
    const { branch = null, ...issue } = entry.value
    glimpses.push({
      issue,
      branch,
      overview,
      allowlisted,
      identified: identifyRun(issue, {
        policy: tick.policy.repo(overview.repo),
        self,
        threadExists: (id) => threads.has(id),
        threadAtWork: (id) => {
          const thread = threads.get(id)
          return thread !== undefined && isLively(thread, tick.policy.repo(overview.repo).stallSeconds, now)
        },
        pollerResumes: allowlisted,
      }),
    })
  }
  const branches = await knownBranches(glimpses, readAt, tick)
  const found = glimpses.map((glimpse) => ({ ...glimpse, branch: branches.get(issueKey(glimpse.issue)) ?? null }))
  const read = overviews.flatMap((entry) => (entry.ok ? [entry.value] : []))
  return { found, overviews: read, threads: own, nameless, gone }
}

/** Works, and gave a sign of it lately: after a restart of the executor a dead turn is shown at work for ever (SPEC 8.3). */
function isLively({ state, updatedAt }: ThreadSummary, stallSeconds: number, now: number): boolean {
  return (state === 'working' || state === 'waiting') && now - updatedAt <= stallSeconds * 1000
}

/** Its repo was read a moment ago and showed it: that it is missing now is a failure. */
function isListed({ ref, overview }: { readonly ref: IssueRef; readonly overview: RepoOverview }): boolean {
  return overview.locked.includes(ref.number) || overview.ready.includes(ref.number)
}

function withDelisted(allowlist: readonly RepoName[], own: readonly OwnThread[]): readonly RepoName[] {
  const repos = new Map(allowlist.map((repo) => [repo.toLowerCase(), repo]))
  for (const { issue } of own) {
    const key = issue.repo.toLowerCase()
    if (!repos.has(key)) repos.set(key, issue.repo)
  }
  return [...repos.values()]
}
