import type { Card, OutcomeKind } from '../core/card/card.ts'
import { cardsOf } from '../core/card/cards-of.ts'
import { costUsd, tokensSpent } from '../core/run/cost.ts'
import { decideRun } from '../core/run/decide-run.ts'
import { nameOf } from '../core/run/decision-name.ts'
import type { Facts } from '../core/dispatch/eligibility.ts'
import type { Run } from '../core/run/identify.ts'
import { age } from '../core/label-history.ts'
import type { Instant, IssueFacts, IssueRef, RepoName, ThreadState } from '../core/model.ts'
import { nextCard } from '../core/run/next-card.ts'
import { noThread } from '../core/run/no-thread.ts'
import { issueKey } from '../core/dispatch/poll-facts.ts'
import { fixAttempts } from '../core/run/turns.ts'
import { recordFailure } from './bug.ts'
import { findRuns, type Found, type FoundRuns } from './find-runs.ts'
import { inParallel } from './in-parallel.ts'
import { observeRun } from './observe-run.ts'
import { namelessOrphansOf, orphansOf } from './orphans.ts'
import { recentOutcomes } from './status-recent.ts'
import { asPortError, type Tick } from './tick.ts'
import { threadsOrNull } from './watch.ts'

/** A run in flight, as the next watcher tick would see it. Milliseconds; null: not known. */
export interface RunStatus {
  readonly issue: IssueRef
  readonly title: string
  readonly run: string | null
  readonly phase: string
  readonly thread: ThreadState | null
  readonly ageMs: number | null
  readonly attempts: { readonly made: number; readonly max: number } | null
  readonly lastSignMs: number | null
  /** What the watcher would decide now: the code of the decision table and its facts. */
  readonly next: { readonly decision: string; readonly code: string; readonly facts: Facts }
  readonly tokens: number
  readonly usd: number
  /** The estimate at which it is stopped. */
  readonly budgetUsd: number
  /** Its agent was interrupted by an operator (`afk halt`), and has not been sent on since. */
  readonly halted: Instant | null
  /** Number of its pull request, where it lands by one and has it. */
  readonly pull: number | null
  readonly links: Card['links'] & { readonly issue: string }
}

export interface EndedRun {
  readonly issue: IssueRef
  readonly run: string
  readonly outcome: OutcomeKind
  readonly reason: string
  readonly at: Instant
  readonly tokens: number
  readonly usd: number
  readonly links: Card['links'] & { readonly issue: string }
}

export interface Orphan {
  readonly repo: RepoName
  /** Null: somebody has renamed the thread. */
  readonly issue: number | null
  readonly thread: string
  readonly state: string
  readonly link: string | null
}

export interface Status {
  /** Null: GitHub never told. */
  readonly now: Instant | null
  readonly executorReachable: boolean
  /** Threads of afk's that were created in the last 24 hours, as the poller counts them for its daily cap; null: not known. */
  readonly startedToday: number | null
  readonly runs: readonly RunStatus[]
  readonly recent: readonly EndedRun[]
  readonly orphans: readonly Orphan[]
}

const width = 6

/**
 * Runs in flight, those that ended lately, and threads that nobody claims (SPEC 14): found, observed and judged by the watcher's own
 * code, and nothing applied. Null: GitHub could not be used, as reported in the tick.
 */
export async function lookAtRuns(tick: Tick, say: (what: string) => void = () => {}): Promise<Status | null> {
  say('reading T3')
  const snapshot = await threadsOrNull(tick)
  say('reading GitHub')
  let found: FoundRuns
  try {
    found = await findRuns(snapshot, tick.gates().allowlist, tick)
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.error('observe', error)
    tick.failures.dependency(error)
    return null
  }
  say('looking at the runs')
  const runs: RunStatus[] = []
  await inParallel(found.found, width, async (one) => {
    const status = await statusOf(one, snapshot !== null, tick)
    if (status !== null) runs.push(status)
  })
  const orphans: Orphan[] = []
  const named = orphansOf(found).map(({ thread, issue }) => ({ thread, repo: issue.repo, issue: issue.number }))
  const renamed = namelessOrphansOf(found).map((one) => ({ ...one, issue: null }))
  for (const { thread, ...of } of [...named, ...renamed]) {
    orphans.push({ ...of, thread: thread.id, state: thread.state, link: await tick.world.executor.link(thread.id) })
  }
  say('looking at what ended')
  return {
    now: tick.world.tracker.now(),
    executorReachable: snapshot !== null,
    startedToday: snapshot === null ? null : startedToday(found, tick),
    runs: runs.toSorted((a, b) => (issueKey(a.issue) < issueKey(b.issue) ? -1 : 1)),
    recent: await recentOutcomes(found, tick),
    orphans,
  }
}

function startedToday({ threads }: FoundRuns, { world }: Tick): number | null {
  const now = world.executor.now()
  return now === null ? null : threads.filter(({ thread }) => thread.createdAt > now - 24 * 3600 * 1000).length
}

/** Null: this issue has no run in flight. */
async function statusOf(found: Found, reachable: boolean, tick: Tick): Promise<RunStatus | null> {
  const { identified, issue, overview } = found
  switch (identified.kind) {
    case 'over':
      return null
    case 'none':
      return overview.locked.includes(issue.number)
        ? bare(issue, null, 'wait', 'lock-without-run', { why: identified.why }, tick)
        : null
    case 'dispatching':
      return bare(issue, identified.runId, 'wait', 'dispatching', {}, tick)
    case 'newer':
      return bare(issue, null, 'wait', 'card-newer', { version: identified.version }, tick)
    case 'broken':
      return bare(issue, null, 'wait', 'card-broken', { why: identified.why }, tick)
    case 'run':
      try {
        return await observed(found, identified, reachable, tick)
      } catch (thrown) {
        const category = recordFailure(thrown, 'run', tick, { repo: overview.repo, number: issue.number })
        return bare(issue, identified.runId, 'wait', `failed-${category}`, {}, tick)
      }
  }
}

async function observed(found: Found, run: Run, reachable: boolean, tick: Tick): Promise<RunStatus> {
  const { tracker, executor } = tick.world
  const thread = reachable ? await executor.detail(run.runId) : noThread(run.runId, 'unknown')
  const now = { tracker: tracker.now() ?? run.epochAt, executor: reachable ? executor.now() : null }
  const facts = await observeRun(found, run, thread, now, tick)
  const card = nextCard(facts)
  const decision = decideRun(facts, await tracker.self())
  const sign = thread.lastSignAt ?? thread.messages.at(-1)?.at ?? null
  return {
    issue: { repo: found.overview.repo, number: found.issue.number },
    title: found.issue.title,
    run: run.runId,
    phase: card.outcome === null ? card.phase : card.outcome.kind,
    thread: reachable ? thread.state : null,
    ageMs: age(now.tracker, card.startedAt),
    attempts: { made: fixAttempts(card).length, max: facts.policy.fixForward.maxAttempts },
    lastSignMs: sign === null || now.executor === null ? null : age(now.executor, sign),
    next: { decision: nameOf(decision, facts), code: decision.code, facts: decision.facts },
    tokens: tokensSpent(card),
    usd: costUsd(tokensSpent(card), facts.policy),
    budgetUsd: facts.policy.budgetUsd,
    halted: card.halted ?? null,
    pull: card.pull?.number ?? null,
    links: { ...card.links, issue: found.issue.url },
  }
}

function bare(
  issue: IssueFacts,
  run: string | null,
  decision: string,
  code: string,
  facts: Facts,
  tick: Tick,
): RunStatus {
  const open = cardsOf(issue).cards.findLast(({ card }) => card.outcome === null)?.card ?? null
  return {
    issue: { repo: issue.repo, number: issue.number },
    title: issue.title,
    run,
    phase: open?.phase ?? 'unknown',
    thread: null,
    ageMs: null,
    attempts: null,
    lastSignMs: null,
    next: { decision, code, facts },
    tokens: open?.tokens ?? 0,
    usd: costUsd(open?.tokens ?? 0, tick.policy.repo(issue.repo)),
    budgetUsd: tick.policy.repo(issue.repo).budgetUsd,
    halted: open?.halted ?? null,
    pull: open?.pull?.number ?? null,
    links: { ...open?.links, issue: issue.url },
  }
}
