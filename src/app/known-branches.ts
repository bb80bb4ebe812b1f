import type { Check, Commit, Instant, IssueFacts, ThreadView } from '../core/model.ts'
import type { Identified } from '../core/run/identify.ts'
import type { Card } from '../core/card/card.ts'
import { issueKey } from '../core/dispatch/poll-facts.ts'
import type { RepoPolicy } from '../core/policy.ts'
import { settledHead } from '../core/run/settled-head.ts'
import type { CloseUp } from '../ports/ci.ts'
import type { RecentCommits } from '../ports/tracker.ts'
import { asPortError, type Tick } from './tick.ts'

/** A default branch on which nothing is new for a run: what is known of it without asking for this run alone. */
export interface KnownBranch {
  /** The executor's time before it was read; null: it did not answer. */
  readonly readAt: Instant | null
  /** Newest first. Of those above the run's head with their parents, of the others without: nothing is asked of them. */
  readonly commits: readonly Commit[]
  /** By commit; attempts were not asked for. */
  readonly checks: ReadonlyMap<string, readonly Check[]>
}

export interface Glimpse {
  readonly issue: IssueFacts
  readonly identified: Identified
  readonly branch: RecentCommits | null
}

/** More commits than this on top of a head that waits for its verdict are no everyday matter: that run is observed on its own. */
const fewOnTop = 10

/**
 * The branches of the runs for which nothing has changed, by issue: together, because a tick in which nothing happens must cost next to
 * nothing however many runs there are. A run that is missing here is observed on its own, in full.
 */
export async function knownBranches(
  glimpses: readonly Glimpse[],
  readAt: Instant | null,
  tick: Tick,
): Promise<ReadonlyMap<string, KnownBranch>> {
  const quiet = glimpses.flatMap(({ issue, identified, branch }) => {
    if (identified.kind !== 'run' || branch === null) return []
    const policy = tick.policy.repo(issue.repo)
    const { card, runId } = identified
    // Its head stands on no branch that was read: only the checks are worth asking for, with those of the other runs.
    if (isInPull(card, issue, policy)) return card?.head == null ? [] : [{ issue, branch, shas: [card.head.sha] }]
    const at = settledHead(branch.commits, runId, card, policy)
    return at === null || at > fewOnTop ? [] : [{ issue, branch, shas: shasToAsk(branch, at) }]
  })
  const asked = quiet.flatMap(({ issue, shas }) => shas.map((sha) => ({ repo: issue.repo, sha })))
  const seen = asked.length === 0 ? new Map<string, CloseUp>() : await closeUps(asked, tick)
  const known = new Map<string, KnownBranch>()
  for (const { issue, branch, shas } of quiet) {
    const closeUp = (sha: string) => seen.get(keyOf({ repo: issue.repo, sha }))
    if (shas.some((sha) => closeUp(sha) === undefined)) continue
    const [tip] = branch.commits
    known.set(issueKey(issue), {
      readAt,
      commits: branch.commits.map((commit) => ({ ...commit, parents: closeUp(commit.sha)?.parents ?? [] })),
      checks: new Map([
        ...(tip === undefined || branch.checks === null ? [] : [[tip.sha, branch.checks] as const]),
        ...shas.map((sha) => [sha, closeUp(sha)?.checks ?? []] as const),
      ]),
    })
  }
  return known
}

/** Known to stand in an open pull request: the default branch has nothing to tell of it. */
export function isInPull(card: Card | null, issue: IssueFacts, policy: RepoPolicy): boolean {
  return policy.landing === 'pull-request' && card?.pull?.merged === null && issue.state === 'open'
}

/**
 * Whether the branch was read late enough to be held against what the thread says now: a turn that ended in between may have pushed
 * first, and would look as if it had not. One that still works decides nothing before it ends.
 */
export function isReadAfter(known: KnownBranch, thread: ThreadView): boolean {
  if (thread.state === 'working' || thread.state === 'waiting' || thread.state === 'starting') return true
  return thread.lastSignAt === null || known.readAt === null || thread.lastSignAt < known.readAt
}

/** The tip's own checks came with it; whatever lies above a head is asked for its parents, too: does it contain the head? */
function shasToAsk({ commits, checks }: RecentCommits, head: number): readonly string[] {
  if (head === -1 || (head === 0 && checks !== null)) return []
  return commits.slice(0, head + 1).map(({ sha }) => sha)
}

/** Without an answer every run is observed on its own, and fails on its own. Throws `auth` and `rate` alone. */
async function closeUps(
  commits: readonly { readonly repo: string; readonly sha: string }[],
  tick: Tick,
): Promise<ReadonlyMap<string, CloseUp>> {
  try {
    const answers = await tick.world.ci.closeUp(commits)
    return new Map(answers.flatMap((answer) => (answer.ok ? [[keyOf(answer.ref), answer.value] as const] : [])))
  } catch (thrown) {
    const error = asPortError(thrown)
    // A service that refuses everything is not asked once more for each run.
    if (error.category === 'auth' || error.category === 'rate') throw error
    return new Map()
  }
}

function keyOf({ repo, sha }: { readonly repo: string; readonly sha: string }): string {
  return `${repo} ${sha}`
}
