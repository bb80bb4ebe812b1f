import type { Card } from '../core/card.ts'
import { findHead, type FoundHead } from '../core/find-head.ts'
import { matchesGlob } from '../core/globs.ts'
import type { Run } from '../core/identify.ts'
import { labelHistory } from '../core/label-history.ts'
import { roleOf } from '../core/lock-history.ts'
import type { Actor, Commit, IssueFacts, RolloutFacts, ThreadView } from '../core/model.ts'
import { derivedCard } from '../core/next-card.ts'
import type { RepoPolicy } from '../core/policy.ts'
import type { RunFacts, RunHead } from '../core/run-facts.ts'
import { carriesTrailer } from '../core/trailer.ts'
import { isAgent, trustOf } from '../core/trust.ts'
import { foldVerdict, type Verdict } from '../core/verdict.ts'
import type { Found } from './find-runs.ts'
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
  const seen = run.card?.head?.sha
  const commits =
    branch === null
      ? []
      : await tick.world.ci.history(overview.repo, branch, {
          depth: historyDepth,
          ...(seen === undefined ? {} : { until: seen }),
        })
  const foundHead = await headOf(commits, run, thread, policy, issue, tick)
  const head = foundHead === null ? null : await runHead(foundHead, run.card, policy, now.tracker, overview.repo, tick)
  const verdict =
    foundHead === null || head === null
      ? null
      : await verdictOf(foundHead, head, run.card, policy, now.tracker, overview.repo, tick)
  const base = {
    run,
    issue,
    history: labelHistory(issue, policy.labels),
    policy,
    now,
    allowlisted,
    thread,
    head,
    verdict,
    baseBranch: branch ?? 'HEAD',
    headRemoved: seen !== undefined && !(await isOnBranch(seen, commits, overview.repo, branch, tick)),
    editedBy: await untrustedEditor(issue, run, tick),
    closedBy: await closedBy(issue, run, commits, policy, tick),
    canRing: tick.world.notifier !== null,
    threadLink: run.card?.links.thread ?? (now.executor === null ? null : await tick.world.executor.link(run.runId)),
  }
  const derived = derivedCard({
    ...base,
    ownShas: foundHead?.own.map(({ sha }) => sha) ?? [],
    base: overview.base?.head ?? null,
    firstRedAt: verdict?.kind === 'red' ? now.tracker : null,
  })
  return { ...base, card: run.card ?? derived }
}

async function headOf(
  commits: readonly Commit[],
  run: Run,
  thread: ThreadView,
  policy: RepoPolicy,
  issue: IssueFacts,
  tick: Tick,
): Promise<FoundHead | null> {
  const claimed = commits.filter((commit) => carriesTrailer(commit.message, run.runId))
  if (claimed.length === 0) return null
  const believes = await believer(claimed, policy, issue, tick)
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
        : await protectedPaths(found, policy, repo, tick),
  }
}

/**
 * Protected paths that the run's own commits change. A merge of the default branch into the run's branch brings in what others
 * changed: it counts for what it adds on top of the other side, not for what it took over.
 */
async function protectedPaths(
  found: FoundHead,
  policy: RepoPolicy,
  repo: string,
  tick: Tick,
): Promise<readonly string[]> {
  const own = new Set(found.own.map(({ sha }) => sha))
  const touched = new Set<string>()
  for (const commit of found.own) {
    const theirs = commit.parents.length > 1 ? commit.parents.find((parent) => !own.has(parent)) : undefined
    for (const path of await tick.world.ci.files(repo, commit.sha, theirs)) touched.add(path)
  }
  return [...touched].filter((path) => policy.protectedPaths.some((pattern) => matchesGlob(pattern, path))).toSorted()
}

async function verdictOf(
  found: FoundHead,
  head: RunHead,
  card: Card | null,
  policy: RepoPolicy,
  now: number,
  repo: string,
  tick: Tick,
): Promise<Verdict> {
  const { ci } = tick.world
  const onTop = found.later.filter((commit) => found.pushedOnTop.includes(commit.sha))
  const shas = distinct([found.head, ...onTop, ...found.later.slice(-laterLooked)].map(({ sha }) => sha))
  const answers = policy.ci === 'none' ? [] : await ci.checks(shas.map((sha) => ({ repo, sha })))
  for (const answer of answers) if (!answer.ok) throw answer.error
  const checksOf = (sha: string) =>
    answers.flatMap((answer) => (answer.ok && answer.ref.sha === sha ? [answer.value] : []))[0] ?? {
      sha,
      checks: [],
      attempt: 1,
    }
  const reports = ({ sha }: Commit) => checksOf(sha).checks.length > 0
  // A push's inner commit has no checks of its own: the first on top of it that the run pushed, and that has some, speaks for it.
  const judged = [found.head, ...onTop].find(reports) ?? found.head
  const later = found.later.findLast((commit) => commit.sha !== judged.sha && reports(commit))
  const descendants = [found.head.sha, ...found.later.map(({ sha }) => sha)]
  return foldVerdict({
    head: found.head.sha,
    checks: checksOf(judged.sha),
    later: later ? { sha: later.sha, ours: found.pushedOnTop.includes(later.sha), checks: checksOf(later.sha) } : null,
    policy,
    headSeenAt: head.seenAt,
    now,
    rerun: card?.rerun ?? null,
    rollout: await rolloutOf(policy, repo, descendants, tick),
    descendants,
  })
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
  policy: RepoPolicy,
  tick: Tick,
): Promise<RunFacts['closedBy']> {
  const { closed } = issue
  if (issue.state !== 'closed') return null
  if (closed === null) return 'person'
  const commit = commits.find(({ sha }) => sha === closed.commit)
  if (commit && carriesTrailer(commit.message, run.runId)) return 'run'
  return roleOf(closed.actor, { policy, self: await tick.world.tracker.self() })
}
