import type { Line } from '../../src/app/report.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import { idsPerTurn } from '../../src/core/run/turns.ts'
import { messageIdOf, runIdOf } from '../../src/core/ids.ts'
import type { Policy } from '../../src/core/policy.ts'
import { requirePull } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { rollupOf } from '../sandbox/github/state/rollup.ts'
import type { World } from '../sandbox/world.ts'
import type { FakeNotifier } from '../fakes/notifier.ts'
import { missingYes } from './approvals.ts'
import type { Call } from './calls.ts'
import { cardsOn, epochsOf, isBusy, isEndedByPerson, issuesOf, threadsIn, type SeenThread } from './seen.ts'

/** What must hold at every instant, whoever acts or dies. Looks at the world from outside, never through afk's own eyes. */
export interface Monitor {
  readonly afterWrite: (call: Call) => Promise<void>
  /** A tick that was not killed meets no bug of afk's own. */
  readonly noBug: (lines: readonly Line[]) => void
  /** Takes note of outcomes that others than this lab's own ticks have written. */
  readonly lookAtCards: () => void
  readonly broken: readonly string[]
  /**
   * Card updates that a slower process has written over. GitHub knows no conditional edit: with two processes and no lock that leaves
   * the time of one request. What may follow is what the issue allows: a cap exceeded by one, a bell twice.
   */
  readonly lostUpdates: readonly string[]
  /** Somebody tampered with this run's card, or took it away: what stood in it binds nobody any more (SPEC 6.2). */
  readonly forget: (runId: string) => void
}

export function createMonitor(world: World, policy: Policy, repos: readonly string[], bells: FakeNotifier): Monitor {
  const broken: string[] = []
  const lostUpdates: string[] = []
  /** Outcomes that were written down and stand, by run. */
  const outcomes = new Map<string, string>()
  /** Runs that have had an outcome at any time. */
  const ended = new Set<string>()
  const merges = new Set<string>()
  const fail = (what: string) => void (broken.includes(what) || broken.push(what))

  return {
    broken,
    lostUpdates,
    forget: (runId) => void outcomes.delete(runId),
    afterWrite: async (call) => {
      if (call.operation === 'comment' || call.operation === 'editComment') recordEnd(String(call.args.at(-1)))
      if (call.operation === 'addLabel' && call.args[1] === 'ready-for-agent') fail('afk put the ready label on')
      if (call.operation === 'createThread') oneThreadAnEpoch()
      if (call.operation === 'merge') await merged(call.args as [string, number, { head: string }])
      if (call.operation === 'startTurn') oneRunARepo(call.args[0] as { threadId: string; messageId: string })
    },
    lookAtCards: () => {
      for (const repo of repos) {
        for (const { number } of issuesOf(world, repo))
          for (const card of cardsOn(world, repo, number)) recordCard(card)
      }
    },
    noBug: (lines) => {
      for (const line of lines) if (line['category'] === 'bug') fail(`a bug: ${JSON.stringify(line)}`)
    },
  }

  /** SPEC 15.5: once, at the head that was named, and with green checks. */
  async function merged([name, number, { head }]: readonly [string, number, { readonly head: string }]): Promise<void> {
    const repo = requireRepo(world.github, name)
    const { pull } = requirePull(repo, number)
    const what = `${name}#${number}`
    if (pull.mergedAt === null) return
    if (merges.has(`${what} ${pull.mergedAt}`)) return
    merges.add(`${what} ${pull.mergedAt}`)
    if ([...merges].filter((one) => one.startsWith(`${what} `)).length > 1) fail(`${what} was merged twice`)
    if (pull.headSha !== head) fail(`${what} was merged at ${pull.headSha}, and ${head} was meant`)
    const { state } = rollupOf(repo, head, world.github.clock.now()) ?? { state: 'none' }
    if (state !== 'SUCCESS') fail(`${what} was merged with its checks ${state}`)
    const missing = await missingYes(world, policy, bells, [name, number, head])
    if (missing !== null) fail(missing)
  }

  /** SPEC 6.3: a run with an outcome is never decided again. */
  function recordEnd(body: string): void {
    const parsed = parseCard(body)
    // What afk says on an issue besides its card carries a tag of its own.
    if (parsed.kind === 'none' && /<!-- afk:(?:why v|note )/.test(body)) return
    // What is said beside the card, to people who only use GitHub (SPEC 16).
    if (parsed.kind === 'none' && body.includes('<!-- afk:note ')) return
    if (parsed.kind !== 'card') return fail(`afk wrote a comment without a card: ${body.slice(0, 80)}`)
    recordCard(parsed.card)
  }

  function recordCard({ runId, outcome }: Card): void {
    const before = outcomes.get(runId)
    const words = outcome === null ? 'none' : `${outcome.kind} (${outcome.reason})`
    if (before !== undefined && outcome === null) lostUpdates.push(`run ${runId} ended as ${before}, and then not`)
    else if (before !== undefined && before !== words) fail(`run ${runId} ended as ${before}, and then as ${words}`)
    if (outcome === null) return
    outcomes.set(runId, words)
    ended.add(runId)
  }

  function oneThreadAnEpoch(): void {
    for (const repo of repos) {
      for (const issue of issuesOf(world, repo)) {
        const threads = threadsIn(world, repo).filter((one) => one.number === issue.number && !one.reviews).length
        const epochs = epochsOf(issue).length
        if (threads > epochs) fail(`${repo}#${issue.number}: ${threads} threads for ${epochs} epochs`)
      }
    }
  }

  /** A turn was just sent to this thread: nothing else of its repo may be at work or unfinished. */
  function oneRunARepo({ threadId, messageId }: { threadId: string; messageId: string }): void {
    const seen = repos.map((name) => [name, threadsIn(world, name)] as const)
    const [repo, threads = []] = seen.find(([, own]) => own.some(({ id }) => id === threadId)) ?? []
    if (repo === undefined) return fail(`a turn was sent to thread ${threadId}, which is of no repo`)
    const now = world.t3.clock.now()
    const { stallSeconds, startGraceSeconds } = policy.repo(repo)
    const own = threads.find(({ id }) => id === threadId)
    for (const other of threads) {
      // A review goes on beside the run that it belongs to.
      if (other.id === threadId || (other.number === own?.number && (other.reviews || own.reviews))) continue
      if (isBusy(other, now, stallSeconds, startGraceSeconds))
        fail(`${repo}: a turn went to ${threadId} while ${other.id} (#${other.number}) was at work`)
      if (
        other.view.messages.length > 0 &&
        !ended.has(other.id) &&
        !isForgotten(other, now) &&
        !isAbandoned(other, repo)
      )
        fail(`${repo}: a turn went to ${threadId} while the run ${other.id} (#${other.number}) had not ended`)
    }
    if (own === undefined || own.reviews) return
    if (outcomes.has(threadId)) fail(`a turn went to ${threadId} after its run had ended as ${outcomes.get(threadId)}`)
    recordedFirst(own, messageId, cardsOn(world, repo, own.number))
  }

  /**
   * Died before its card, and the label was put on anew since: nothing leads to this run any more, and nobody will ever send it a turn.
   * While its thread works it still holds the repo, and is reported as an orphan. Or a person took one of its labels off, or
   * closed its issue: that is the end of it (SPEC 6.3), written down by the watcher's next tick.
   */
  function isAbandoned(thread: SeenThread, repo: string): boolean {
    const issue = issuesOf(world, repo).find(({ number }) => number === thread.number)
    if (issue === undefined) return false
    const epoch = epochsOf(issue).find(({ nodeId }) => runIdOf(repo, thread.number, nodeId) === thread.id)
    if (issue.state === 'closed' || (epoch && isEndedByPerson(issue, epoch))) return true
    return (
      epoch !== epochsOf(issue).at(-1) && cardsOn(world, repo, thread.number).every(({ runId }) => runId !== thread.id)
    )
  }

  /** SPEC 6.5: the attempt is recorded in the marker before the turn is sent; the first turn stands before the card (5.2). */
  function recordedFirst(thread: SeenThread, messageId: string, cards: readonly Card[]): void {
    if (thread.view.messages.length <= 1) return
    const turns = cards.filter(({ runId }) => runId === thread.id).flatMap((card) => card.turns)
    const recorded = turns.some(({ purpose, attempt }) =>
      Array.from({ length: idsPerTurn }, (_, i) => messageIdOf(thread.id, purpose, attempt + i)).includes(messageId),
    )
    if (!recorded) lostUpdates.push(`a turn went to ${thread.id} and no card had recorded it`)
  }
}

/** Threads that nothing was heard of for an hour are no run in flight by themselves (SPEC 6.1). */
function isForgotten({ view }: SeenThread, now: number): boolean {
  return now - (view.lastSignAt ?? 0) > 3600 * 1000
}
