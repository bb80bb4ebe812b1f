import type { Card } from '../core/card.ts'
import { findHead, findMerged, type FoundHead } from '../core/find-head.ts'
import { matchesGlob } from '../core/globs.ts'
import type { Run } from '../core/identify.ts'
import { labelHistory } from '../core/label-history.ts'
import { reviewThreadIdOf } from '../core/ids.ts'
import { pullVerdict, type Landing } from '../core/landing.ts'
import { nobodySaid } from '../core/people.ts'
import { roleOf } from '../core/lock-history.ts'
import type { Actor, Commit, CommitChecks, IssueFacts, RolloutFacts, ThreadView } from '../core/model.ts'
import { derivedCard } from '../core/next-card.ts'
import type { RepoPolicy } from '../core/policy.ts'
import type { RunFacts, RunHead } from '../core/run-facts.ts'
import { carriesTrailer } from '../core/trailer.ts'
import { isAgent, trustOf } from '../core/trust.ts'
import { needsAttempt } from '../core/check-verdict.ts'
import { foldVerdict, type Verdict, type VerdictFacts } from '../core/verdict.ts'
import type { Found } from './find-runs.ts'
import { observeLanding } from './observe-landing.ts'
import { observePeople } from './observe-people.ts'
import { isReadAfter, type KnownBranch } from './known-branches.ts'
import { knowPermissions } from './permissions.ts'
import type { Tick } from './tick.ts'

/** Commits of the default branch that are looked at for a run's head; more when the head seen before is further down. */
const historyDepth = 100

/** All facts of one run. `thread` is `unknown` with `executorNow` null when the executor could not be reached. */
export async function observeRun(
  found: Found,
  run: Run,
  thread: ThreadView,
  now: RunFacts['now'],
  tick: Tick,
): Promise<RunFacts> {
  const { issue, overview, allowlisted } = found
  const policy = tick.policy.repo(overview.repo)
  const branch = overview.base?.branch ?? null
  // A head that never was on this branch is not looked for on it.
  const seen = isLanded(run.card) ? run.card.head.sha : undefined
  const known = found.branch && isReadAfter(found.branch, thread) ? found.branch : null
  const readBranch = async (): Promise<readonly Commit[]> =>
    branch === null
      ? []
      : (known?.commits ??
        tick.world.ci.history(overview.repo, branch, {
          depth: historyDepth,
          ...(seen === undefined ? {} : { until: seen }),
        }))
  // Read before its pull requests are, so that a merge in between cannot look like a push past them.
  const before = isInPull(run.card, issue, policy) ? [] : await readBranch()
  const onBranch = await headOf(before, run, thread, policy, issue, known !== null, tick)
  const landing = await observeLanding({ issue, run, thread, policy, pushed: onBranch?.head.sha ?? null }, tick)
  const commits = before.length === 0 && landing.kind !== 'open' ? await readBranch() : before
  const foundHead = landedHead(landing, onBranch, commits, policy)
  const head =
    foundHead === null ? null : await runHead(foundHead, run.card, policy, landing, now.tracker, overview.repo, tick)
  const verdict =
    foundHead === null || head === null
      ? null
      : await verdictOf(
          foundHead,
          head,
          run.card,
          verdictPolicy(policy, landing),
          now.tracker,
          overview.repo,
          known,
          tick,
        )
  const base = {
    run,
    issue,
    history: labelHistory(issue, policy.labels),
    policy,
    now,
    allowlisted,
    thread,
    head,
    verdict: verdict && landingVerdict(verdict, landing, run.card, now.tracker),
    baseBranch: branch ?? 'HEAD',
    headRemoved: isLanded(run.card) && !(await isOnBranch(run.card.head.sha, commits, overview.repo, branch, tick)),
    editedBy: await untrustedEditor(issue, run, tick),
    closedBy: await closedBy(issue, run, commits, landing, policy, tick),
    landing,
    reviewer: now.executor === null ? null : await reviewerOf(run, tick),
    people: nobodySaid,
    canRing: tick.world.notifier !== null,
    threadLink: run.card?.links.thread ?? (now.executor === null ? null : await tick.world.executor.link(run.runId)),
  }
  const derived = derivedCard({
    ...base,
    ownShas: foundHead?.own.map(({ sha }) => sha) ?? [],
    base: overview.base?.head ?? null,
    firstRedAt: verdict?.kind === 'red' ? now.tracker : null,
  })
  const card = run.card ?? derived
  const people = await observePeople(
    { issue, card, epochAt: run.epochAt, policy, landing, head: head?.commit.sha ?? null, verdict },
    tick,
  )
  return { ...base, people, card }
}

/** Known to stand in an open pull request: the default branch has nothing to tell of it. */
function isInPull(card: Card | null, issue: IssueFacts, policy: RepoPolicy): boolean {
  return policy.landing === 'pull-request' && card?.pull?.merged === null && issue.state === 'open'
}

/** A head that was seen on the default branch itself: one of an open pull request may still be rewritten. */
function isLanded(card: Card | null): card is Card & { readonly head: NonNullable<Card['head']> } {
  return card?.head != null && (card.pull === undefined || card.pull.merged === card.head.sha)
}

/** The newest commit of an open pull request, what a merged one became, or what was pushed (SPEC 6.1, 15.2). */
function landedHead(
  landing: Landing,
  onBranch: FoundHead | null,
  commits: readonly Commit[],
  policy: RepoPolicy,
): FoundHead | null {
  if (landing.kind === 'push') return onBranch
  if (landing.kind === 'open') {
    const tip = landing.pull.commits.find(({ sha }) => sha === landing.pull.head)
    // What it changes is asked of the pull request as a whole: nobody goes by the parents.
    const head = tip === undefined ? null : { ...tip, parents: [] }
    return head === null ? null : { head, own: [head], later: [], pushedOnTop: [], revertedBy: null }
  }
  if (landing.kind !== 'merged' || landing.pull.mergeCommit === null) return null
  const { mergeCommit, url } = landing.pull
  const found = findMerged(commits, mergeCommit, {
    isAgent: (author) => author !== null && isAgent(author, policy),
    reported: [],
  })
  // The branch may not show it yet, or no longer in its newest commits: it is there all the same.
  const head: Commit = { sha: mergeCommit, message: '', author: null, parents: [], url }
  return found ?? { head, own: [head], later: [], pushedOnTop: [], revertedBy: null }
}

/** Nothing of an open pull request is rolled out. */
function verdictPolicy(policy: RepoPolicy, landing: Landing): RepoPolicy {
  return landing.kind === 'open' ? { ...policy, rollout: { kind: 'none' } } : policy
}

function landingVerdict(verdict: Verdict, landing: Landing, card: Card | null, now: number): Verdict {
  if (landing.kind !== 'open') return verdict
  const { pull } = landing
  const sent = card?.merge?.head === pull.head && card.merge.state === 'sent' ? card.merge.at : null
  const left = pull.queueRequired && !pull.queued && sent !== null && now - sent > queueGraceMs
  return pullVerdict(verdict, pull, card, left)
}

/** For so long a queue may not show what was handed to it. */
const queueGraceMs = 180_000

/** The thread of the newest review, while its words are still to be read. */
async function reviewerOf({ card, runId }: Run, tick: Tick): Promise<ThreadView | null> {
  const review = card?.reviews?.at(-1)
  if (review === undefined) return null
  const sent = card?.findings?.some(({ round }) => round === review.round) ?? false
  if (review.state === 'clean' || (review.state === 'issues' && sent)) return null
  return tick.world.executor.detail(reviewThreadIdOf(runId, review.round))
}

async function headOf(
  commits: readonly Commit[],
  run: Run,
  thread: ThreadView,
  policy: RepoPolicy,
  issue: IssueFacts,
  settled: boolean,
  tick: Tick,
): Promise<FoundHead | null> {
  const claimed = commits.filter((commit) => carriesTrailer(commit.message, run.runId))
  if (claimed.length === 0) return null
  // A head that is settled was believed before: nobody has to be asked about it again.
  const believes = await believer(settled ? [] : claimed, policy, issue, tick)
  // What was believed once stays believed: the report that named it may have scrolled out of the thread.
  const reported = [...thread.pushedShas, ...(run.card?.head ? [run.card.head.sha] : [])]
  return findHead(commits, run.runId, {
    believes,
    reported,
    isAgent: (author) => author !== null && isAgent(author, policy),
  })
}

/** By an agent's login; while none is configured, by somebody whose permission is trusted (SPEC 6.1). */
async function believer(
  claimed: readonly Commit[],
  policy: RepoPolicy,
  issue: IssueFacts,
  tick: Tick,
): Promise<(author: Actor | null) => boolean> {
  if (policy.agentLogins.length > 0) return (author) => author !== null && isAgent(author, policy)
  // Whose label counts is another question: an agent may well push with afk's own account, so here nobody is excluded.
  const trust = await knowPermissions(
    issue.repo,
    claimed.map(({ author }) => author),
    tick,
    nobody,
  )
  return (author) => trustOf(author, trust) === 'trusted'
}

const nobody: Actor = { login: '', kind: 'user' }

async function runHead(
  found: FoundHead,
  card: Card | null,
  policy: RepoPolicy,
  landing: Landing,
  now: number,
  repo: string,
  tick: Tick,
): Promise<RunHead> {
  const before = card?.head?.sha === found.head.sha ? card.head : null
  return {
    commit: found.head,
    seenAt: before?.seenAt ?? now,
    revertedBy: found.revertedBy,
    protectedPaths:
      policy.allowProtectedPaths || policy.protectedPaths.length === 0 || before?.pathsClear
        ? []
        : protectedOf(await pathsOf(found, landing, repo, tick), policy),
  }
}

/**
 * Paths that the run's own commits change. A merge of the default branch into the run's branch brings in what others
 * changed: it counts for what it adds on top of the other side, not for what it took over.
 */
async function pathsOf(found: FoundHead, landing: Landing, repo: string, tick: Tick): Promise<readonly string[]> {
  if (landing.kind === 'open') return tick.world.pulls.files(repo, landing.pull.number)
  const own = new Set(found.own.map(({ sha }) => sha))
  const touched = new Set<string>()
  for (const commit of found.own) {
    const theirs = commit.parents.length > 1 ? commit.parents.find((parent) => !own.has(parent)) : undefined
    for (const path of await tick.world.ci.files(repo, commit.sha, theirs)) touched.add(path)
  }
  return [...touched]
}

function protectedOf(paths: readonly string[], policy: RepoPolicy): readonly string[] {
  return paths.filter((path) => policy.protectedPaths.some((pattern) => matchesGlob(pattern, path))).toSorted()
}

async function verdictOf(
  found: FoundHead,
  head: RunHead,
  card: Card | null,
  policy: RepoPolicy,
  now: number,
  repo: string,
  known: KnownBranch | null,
  tick: Tick,
): Promise<Verdict> {
  const onTop = found.later.filter((commit) => found.pushedOnTop.includes(commit.sha))
  const shas = distinct([found.head, ...onTop, ...found.later.slice(-laterLooked)].map(({ sha }) => sha))
  const answered = policy.ci === 'none' ? [] : await checksOfAll(shas, repo, known, card, tick)
  const checksOf = (sha: string) => answered.find((answer) => answer.sha === sha) ?? { sha, checks: [], attempt: 1 }
  const reports = ({ sha }: Commit) => checksOf(sha).checks.length > 0
  // A push's inner commit has no checks of its own: the first on top of it that the run pushed, and that has some, speaks for it.
  const judged = [found.head, ...onTop].find(reports) ?? found.head
  const later = found.later.findLast((commit) => commit.sha !== judged.sha && reports(commit))
  const descendants = [found.head.sha, ...found.later.map(({ sha }) => sha)]
  const ciFacts = {
    head: found.head.sha,
    checks: checksOf(judged.sha),
    later: later ? { sha: later.sha, ours: found.pushedOnTop.includes(later.sha), checks: checksOf(later.sha) } : null,
    policy,
    headSeenAt: head.seenAt,
    now,
    rerun: card?.rerun ?? null,
    descendants,
  }
  const facts: VerdictFacts = { ...ciFacts, rollout: await rolloutIfGreen(ciFacts, descendants, repo, policy, tick) }
  tick.recorder?.checked(facts)
  return foldVerdict(facts)
}

/** The rollout is a matter of what CI has passed: until then nobody is asked about it, and the verdict does not look at it. */
async function rolloutIfGreen(
  ciFacts: Omit<VerdictFacts, 'rollout'>,
  descendants: readonly string[],
  repo: string,
  policy: RepoPolicy,
  tick: Tick,
): Promise<RolloutFacts> {
  const none = { kind: 'none' } as const
  const ci = foldVerdict({ ...ciFacts, policy: { ...ciFacts.policy, rollout: none }, rollout: none })
  return ci.kind === 'green' ? rolloutOf(policy, repo, descendants, tick) : none
}

/** Attempts cost a request each, and count only where it was not the code that failed, or CI was run again. */
async function checksOfAll(
  shas: readonly string[],
  repo: string,
  known: KnownBranch | null,
  card: Card | null,
  tick: Tick,
): Promise<readonly CommitChecks[]> {
  const wasRerun = card?.rerun != null && shas.includes(card.rerun.head)
  const seen = shas.flatMap((sha) => {
    const checks = known?.checks.get(sha)
    return checks === undefined || wasRerun || needsAttempt(checks) ? [] : [{ sha, checks, attempt: 1 }]
  })
  const missing = shas.filter((sha) => seen.every((one) => one.sha !== sha))
  if (missing.length === 0) return seen
  const answers = await tick.world.ci.checks(missing.map((sha) => ({ repo, sha })))
  return [
    ...seen,
    ...answers.map((answer) => {
      if (!answer.ok) throw answer.error
      return answer.value
    }),
  ]
}

/** The newest commits on top of the head that are asked for checks, in case those of the head were cancelled for one of them. */
const laterLooked = 3

function distinct(shas: readonly string[]): readonly string[] {
  return [...new Set(shas)]
}

async function rolloutOf(policy: RepoPolicy, repo: string, shas: readonly string[], tick: Tick): Promise<RolloutFacts> {
  const target = policy.rollout
  if (target.kind === 'none') return { kind: 'none' }
  if (target.kind === 'githubDeployment') {
    const newest = await tick.world.ci.deployment(repo, target.environment, shas.toReversed())
    return newest === null
      ? { kind: 'missing', what: `a deployment to ${target.environment}` }
      : { kind: 'deployment', environment: target.environment, sha: newest.sha, state: newest.state }
  }
  if (tick.world.rollout === null) return { kind: 'missing', what: 'a connection to the cluster' }
  return tick.world.rollout.workload(target)
}

async function isOnBranch(
  sha: string,
  commits: readonly Commit[],
  repo: string,
  branch: string | null,
  tick: Tick,
): Promise<boolean> {
  if (commits.some((commit) => commit.sha === sha)) return true
  return branch !== null && tick.world.ci.contains(repo, branch, sha)
}

/** The first who changed title or body after the epoch without being trusted (SPEC 6.3). */
async function untrustedEditor(issue: IssueFacts, run: Run, tick: Tick): Promise<string | null> {
  const edits = issue.edits.filter((edit) => edit.at >= run.epochAt)
  if (edits.length === 0) return null
  const trust = await knowPermissions(
    issue.repo,
    edits.map(({ actor }) => actor),
    tick,
  )
  const bad = edits.find(({ actor }) => trustOf(actor, trust) !== 'trusted')
  return bad ? (bad.actor?.login ?? 'somebody unknown') : null
}

async function closedBy(
  issue: IssueFacts,
  run: Run,
  commits: readonly Commit[],
  landing: Landing,
  policy: RepoPolicy,
  tick: Tick,
): Promise<RunFacts['closedBy']> {
  const { closed } = issue
  if (issue.state !== 'closed') return null
  if (closed === null) return 'person'
  // Whoever merged the run's pull request, it is its text that closed the issue.
  if (landing.kind === 'merged' && closed.commit !== null && closed.commit === landing.pull.mergeCommit) return 'run'
  const commit = commits.find(({ sha }) => sha === closed.commit)
  if (commit && carriesTrailer(commit.message, run.runId)) return 'run'
  return roleOf(closed.actor, { policy, self: await tick.world.tracker.self() })
}
