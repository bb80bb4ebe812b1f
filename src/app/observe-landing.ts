import type { Run } from '../core/run/identify.ts'
import { branchPrefix, openAsks, ownPulls, resolvedBy, type Landing } from '../core/landing/landing.ts'
import { roleOf } from '../core/lock-history.ts'
import type { Actor, Commit, IssueFacts, ThreadView } from '../core/model.ts'
import type { RepoPolicy } from '../core/policy.ts'
import type { Pull, PullSummary } from '../core/pull-model.ts'
import { minutesUntilTurn } from '../core/schedule.ts'
import { carriesTrailer } from '../core/trailer.ts'
import { isAgent, trustOf } from '../core/trust.ts'
import { asPortError, type Tick } from './tick.ts'
import { knowPermissions } from './permissions.ts'

/** What observing a run's way to the default branch rests on. */
export interface LandingQuestion {
  readonly issue: IssueFacts
  readonly run: Run
  readonly thread: ThreadView
  readonly policy: RepoPolicy
  /** The default branch; null for an empty repo. */
  readonly baseBranch: string | null
  /** A commit of the run that stands on the default branch, if one does: read before the pull requests are. */
  readonly pushed: string | null
}

/**
 * The pull request of a run (SPEC 15.2), looked for only where a run lands by one, and while there can be one: an agent that is at its
 * first turn and has not said that it pushed has none to show.
 */
export async function observeLanding(question: LandingQuestion, tick: Tick): Promise<Landing> {
  const { policy, issue, run, thread, pushed } = question
  if (policy.landing === 'push') return { kind: 'push' }
  const known = run.card?.pull ?? null
  const reported = thread.report?.report.kind === 'pr' ? thread.report.report.number : null
  if (known === null && isYoung(thread)) return { kind: 'none', pushed: null }
  // One that is known needs no other look while the agent is at work and speaks of no other: nothing is decided by it then.
  if (known !== null && known.merged === null && (atWork.includes(thread.state) || isAtRest(thread, run.runId, tick))) {
    const standing = await viewOrNull(issue.repo, known.number, tick)
    if (standing?.state === 'open') return landingOf(standing, question, tick)
  }
  const listed = await tick.world.pulls.list(issue.repo, { since: run.epochAt, prefix: branchPrefix(issue.number) })
  const number = reported ?? known?.number ?? null
  const candidates = [...listed, ...(await namedOnly(number, listed, issue.repo, tick))]
  const own = ownPulls(candidates, { number: issue.number, runId: run.runId, reported: number })
  const views = new Map<number, Pull | null>()
  const open = await openOfRun(own, views, question, tick)
  if (open.length > 1) return { kind: 'ambiguous', numbers: open.toSorted((a, b) => a - b) }
  for (const { number: candidate } of own) {
    const pull = views.has(candidate) ? views.get(candidate) : await viewOrNull(issue.repo, candidate, tick)
    if (pull != null && (await isOfRun(pull, question, tick))) return landingOf(pull, question, tick)
  }
  return { kind: 'none', pushed: own.length === 0 ? pushed : null }
}

/**
 * The open ones by number. Anybody who may push can name a branch like the run's: where there are several, only those count that have
 * commits of its. `views` takes what was looked at for it.
 */
async function openOfRun(
  own: readonly PullSummary[],
  views: Map<number, Pull | null>,
  { issue, run }: LandingQuestion,
  tick: Tick,
): Promise<readonly number[]> {
  const open = own.filter(({ state }) => state === 'open').map(({ number }) => number)
  if (open.length < 2 || open.length > openLookedAt) return open
  for (const number of open) views.set(number, await viewOrNull(issue.repo, number, tick))
  return open.filter((number) => views.get(number)?.commits.some(({ message }) => carriesTrailer(message, run.runId)))
}

/** More of them are no accident, and each is a request in every tick. */
const openLookedAt = 10

function isYoung({ state, phase, report }: ThreadView): boolean {
  return report === null && phase !== 'pushed' && (state === 'idle' || atWork.includes(state))
}

/** For so long after its last sign every look may find something new of it. */
const restlessMs = 15 * 60_000
/** Then the list is read in every tenth minute only: while people are waited for, for days, nothing new is to be expected. */
const restMinutes = 10

function isAtRest({ lastSignAt }: ThreadView, runId: string, { world }: Tick): boolean {
  const now = world.executor.now()
  if (now === null || lastSignAt === null || now - lastSignAt <= restlessMs) return false
  return minutesUntilTurn(runId, now, restMinutes) > 0
}

const atWork: readonly ThreadView['state'][] = ['starting', 'working', 'waiting']

/** The one that was reported, or is on the card, where the list does not hold it: its branch may have any name. */
async function namedOnly(
  number: number | null,
  listed: readonly { readonly number: number }[],
  repo: string,
  tick: Tick,
): Promise<readonly Pull[]> {
  if (number === null || listed.some((pull) => pull.number === number)) return []
  const named = await viewOrNull(repo, number, tick)
  return named === null ? [] : [named]
}

async function viewOrNull(repo: string, number: number, tick: Tick): Promise<Pull | null> {
  try {
    return await tick.world.pulls.view(repo, number)
  } catch (thrown) {
    const error = asPortError(thrown)
    if (error.category !== 'not-found') throw error
    return null
  }
}

/** A branch of the right name proves nothing: a commit in it has to be the run's, by somebody believable or named by its thread. */
async function isOfRun(pull: Pull, question: LandingQuestion, tick: Tick): Promise<boolean> {
  const { run, thread } = question
  // Nothing is ever merged into another branch than the default one, wherever an agent aims.
  if (pull.base !== question.baseBranch) return false
  const claimed = pull.commits.filter((commit) => carriesTrailer(commit.message, run.runId))
  if (claimed.length === 0) return false
  const reported = thread.report?.report
  if (reported?.kind === 'pr' && reported.number === pull.number) return true
  if (run.card?.pull?.number === pull.number) return true
  for (const commit of claimed) if (await isBelieved(commit, question, tick)) return true
  return false
}

async function isBelieved(
  { author }: Pick<Commit, 'author'>,
  { policy, issue }: LandingQuestion,
  tick: Tick,
): Promise<boolean> {
  if (author === null) return false
  if (policy.agentLogins.length > 0) return isAgent(author, policy)
  const trust = await knowPermissions(issue.repo, [author], tick, nobody)
  return trustOf(author, trust) === 'trusted'
}

const nobody: Actor = { login: '', kind: 'user' }

async function landingOf(pull: Pull, question: LandingQuestion, tick: Tick): Promise<Landing> {
  const { issue, policy } = question
  const who = { policy, self: await tick.world.tracker.self() }
  const open = pull.state === 'open'
  const objections = open ? pull.reviews.filter(({ state }) => state === 'changes-requested') : []
  const speakers = open
    ? pull.threads
        .filter(({ resolved }) => !resolved)
        .flatMap(({ comments }) => comments.filter(({ own }) => !own))
        .flatMap(({ author, editedBy }) => (editedBy === undefined ? [author] : [author, editedBy]))
    : []
  const trust = await knowPermissions(issue.repo, [...speakers, ...objections.map(({ author }) => author)], tick)
  const isTrusted = (author: Actor | null) => trustOf(author, trust) === 'trusted'
  return {
    kind: pull.state,
    pull,
    foreign: open ? await foreignHead(pull, question, tick) : null,
    closedBy: pull.state === 'closed' ? roleOf(pull.closedBy, who) : null,
    mergedByAgent: pull.state === 'merged' && roleOf(pull.mergedBy, who) === 'agent',
    asks: open ? openAsks(pull, isTrusted) : [],
    objectors: objections.flatMap(({ author }) => (author !== null && isTrusted(author) ? [author.login] : [])),
    resolvedOwn: open ? resolvedBy(who.self.login, pull) : [],
  }
}

/**
 * Only the newest commit is what would be merged, and it has to be an agent's or a trusted person's. A trailer alone proves nothing, for
 * anybody can write one; it counts where the service knows no account for the author, as for an agent whose address belongs to none.
 */
async function foreignHead(pull: Pull, question: LandingQuestion, tick: Tick): Promise<string | null> {
  const { policy, issue, run } = question
  const newest = pull.commits.find(({ sha }) => sha === pull.head)
  // The list and the head were read at once; a head that is not in it was pushed between two pages: the next look tells.
  if (newest === undefined) return null
  const { author, message, sha } = newest
  if (author === null) return carriesTrailer(message, run.runId) ? null : sha
  if (isAgent(author, policy)) return null
  const trust = await knowPermissions(issue.repo, [author], tick, nobody)
  return trustOf(author, trust) === 'trusted' ? null : sha
}
