import type { Card } from '../core/card/card.ts'
import { findHead, type FoundHead } from '../core/run/find-head.ts'
import type { Run } from '../core/run/identify.ts'
import { labelHistory } from '../core/label-history.ts'
import { isLanded, landedHead, landingVerdict, shasOf, verdictPolicy } from '../core/landing/landed-head.ts'
import type { Landing } from '../core/landing/landing.ts'
import { nobodySaid } from '../core/people/people.ts'
import { roleOf } from '../core/lock-history.ts'
import type { Actor, Check, Commit, Instant, IssueFacts, ThreadView } from '../core/model.ts'
import { derivedCard } from '../core/run/next-card.ts'
import { withDelivered } from '../core/run/delivered-turns.ts'
import type { RepoPolicy } from '../core/policy.ts'
import type { RunFacts, RunHead } from '../core/run/run-facts.ts'
import { carriesTrailer } from '../core/trailer.ts'
import { isAgent, trustOf } from '../core/trust.ts'
import type { Found } from './find-runs.ts'
import { observeLanding } from './observe-landing.ts'
import { protectedPathsOf, withUnsigned } from './observe-paths.ts'
import { observePeople } from './observe-people.ts'
import { findReported, isReportSeen } from './observe-report.ts'
import { reviewerLinkOf, reviewerOf, reviewersOf } from './observe-reviews.ts'
import { verdictOf } from './observe-verdict.ts'
import { isInPull, isReadAfter } from './known-branches.ts'
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
      : ((isInPull(run.card, issue, policy) ? null : known?.commits) ??
        tick.world.ci.history(overview.repo, branch, {
          depth: historyDepth,
          ...(seen === undefined ? {} : { until: seen }),
        }))
  // Read before its pull requests are, so that a merge in between cannot look like a push past them.
  const newest = isInPull(run.card, issue, policy) ? [] : await readBranch()
  const isUnread = policy.landing === 'push' && seen === undefined
  const below = isUnread && branch !== null ? { repo: overview.repo, branch, depth: historyDepth } : null
  const report = await findReported(newest, thread, below, tick)
  const before = report.commits
  const onBranch = await headOf(before, run, thread, policy, issue, known !== null && before === newest, tick)
  const landing = await observeLanding(
    { issue, run, thread, policy, baseBranch: branch, pushed: onBranch?.head.sha ?? null },
    tick,
  )
  const commits = before.length === 0 && landing.kind !== 'open' ? await readBranch() : before
  const foundHead = landedHead(landing, onBranch, commits, policy)
  const head =
    foundHead === null
      ? null
      : await runHead(
          landing.kind === 'push' ? withUnsigned(foundHead, commits, run.card, policy) : foundHead,
          run.card,
          policy,
          landing,
          now.tracker,
          overview.repo,
          tick,
        )
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
  const reviewers = now.executor === null ? [] : await reviewersOf(run, landing, tick)
  const reviewer = reviewers.at(-1) ?? (now.executor === null ? null : await reviewerOf(run, thread, tick))
  const base = {
    run,
    issue,
    history: labelHistory(issue, policy.labels),
    policy,
    now,
    allowlisted,
    thread,
    ...(report.holds === null || landing.kind !== 'push'
      ? {}
      : { reportSeen: isReportSeen(report.holds, thread, foundHead) }),
    head,
    verdict: verdict && landingVerdict(verdict, landing, run.card, now.tracker),
    baseBranch: branch ?? 'HEAD',
    headRemoved: isLanded(run.card) && !(await isOnBranch(run.card.head.sha, commits, overview.repo, branch, tick)),
    editedBy: await untrustedEditor(issue, run, tick),
    closedBy: await closedBy(issue, run, commits, landing, policy, tick),
    landing,
    reviewer,
    ...(await reviewerLinkOf(reviewer, run.card, tick)),
    people: nobodySaid,
    canRing: tick.world.notifier !== null,
    threadLink: run.card?.links.thread ?? (now.executor === null ? null : await tick.world.executor.link(run.runId)),
  }
  const ownShas = shasOf(run, foundHead, landing, commits)
  const card =
    run.card === null
      ? derivedCard({
          ...base,
          ownShas,
          reviewers,
          base: overview.base?.head ?? null,
          firstRedAt: verdict?.kind === 'red' ? firstFailure(verdict.failingChecks, now.tracker) : null,
        })
      : withDelivered({ ...base, card: run.card }, ownShas)
  const people = await observePeople(
    { issue, card, epochAt: run.epochAt, policy, landing, head: head?.commit.sha ?? null, verdict },
    tick,
  )
  return { ...base, people, card }
}

/** With the card its memory of the first red is lost: what failed first is the earliest that can still be told (SPEC 6.2). */
function firstFailure(failing: readonly Check[], now: Instant): Instant {
  return Math.min(now, ...failing.map(({ failedAt }) => failedAt ?? now))
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
        : await protectedPathsOf(found, policy, landing, repo, tick),
  }
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
