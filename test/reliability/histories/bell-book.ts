import type { DoorbellMessage } from '../../../src/core/effects.ts'
import { bellOf } from '../ends.ts'
import type { Lab } from '../lab.ts'
import type { World } from '../../sandbox/world.ts'
import { cardsOn, epochsOf, isEndedByPerson, issuesOf, threadsIn } from '../seen.ts'

/** Keeps account of doorbells over a history, and judges them (SPEC 9): once per run, kind and cause, never zero times for an end. */
export interface BellBook {
  /** After each tick: what it wrote, in order. */
  readonly note: (written: readonly string[]) => void
  /** A bell of this issue rang, and its answer got lost: as far as afk can tell it did not. */
  readonly lose: (issue: string) => void
  /** Somebody took a card of this issue away or wrote into it: what had rung may be forgotten with it. */
  readonly tamper: (issue: string) => void
  readonly isTampered: (issue: string) => boolean
  /** What has rung too often up to now. */
  readonly twice: () => readonly string[]
  /**
   * Ends that stand on a card and that nobody was told of. Not those from which a person took the lock or the label, so that nothing
   * leads to the run any more (SPEC 6.1): no message to its thread since `since`, or the label was put on anew.
   */
  readonly untold: (since: number) => readonly string[]
}

export function createBellBook({ bells, world, repos }: Lab): BellBook {
  /** By issue: so often one bell of it may have rung once more. */
  const spare = new Map<string, number>()
  const touched = new Set<string>()
  /** Since what was written was last noted. */
  const lost = new Set<string>()
  const spend = (issue: string) => void spare.set(issue, (spare.get(issue) ?? 0) + 1)
  return {
    tamper: (issue) => {
      touched.add(issue)
      spend(issue)
    },
    lose: (issue) => void lost.add(issue),
    isTampered: (issue) => touched.has(issue),
    note: (written) => {
      for (const [at, write] of written.entries()) {
        const [, issue] = /^notifier\.ring (\S+)$/u.exec(write) ?? []
        // Died, or failed, between ringing and recording: the one point at which a bell may ring again.
        if (issue === undefined) continue
        const isLost = lost.delete(issue)
        if (isLost || !written.slice(at).includes(`tracker.editComment ${issue}`)) spend(issue)
      }
    },
    twice: () => {
      const counts = new Map<string, number>()
      const problems: string[] = []
      for (const message of bells.rung) {
        const name = nameOf(message)
        if (name === null) continue
        const count = (counts.get(name) ?? 0) + 1
        counts.set(name, count)
        const most = 1 + (spare.get(issueOf(message)) ?? 0)
        if (count > most) problems.push(`${name} rang ${count} times, at most ${most} are possible`)
      }
      return problems
    },
    untold: (since) =>
      repos.flatMap((repo) => {
        const recent = recentThreads(world, repo, since)
        return issuesOf(world, repo).flatMap((one) =>
          cardsOn(world, repo, one.number).flatMap(({ runId, outcome, epoch }) => {
            const kind = outcome && bellOf[outcome.kind]
            if (!kind || outcome.untold) return []
            const begun = epochsOf(one).find(({ nodeId }) => nodeId === epoch)
            const isLeftBehind = !recent.has(runId) || begun !== epochsOf(one).at(-1)
            if (isLeftBehind && begun && isEndedByPerson(one, begun)) return []
            const issue = `${repo}#${one.number}`
            const isRung = bells.rung.some(
              (message) =>
                message.kind === kind && issueOf(message) === issue && [runId, null].includes(runOf(message)),
            )
            return isRung ? [] : [`${issue}: ${kind} of run ${runId} never rang`]
          }),
        )
      }),
  }
}

/** Threads that anything was sent to since then: by these alone a run without its lock is found (SPEC 6.1). */
export function recentThreads(world: World, repo: string, since: number): ReadonlySet<string> {
  return new Set(
    threadsIn(world, repo).flatMap(({ id, view }) =>
      Math.max(...view.messages.map(({ at }) => at)) > since ? [id] : [],
    ),
  )
}

export function issueOf({ repo, issue }: DoorbellMessage): string {
  return `${String(repo).toLowerCase()}#${String(issue)}`
}

/** By the link to its thread; null when the executor could not tell it. */
function runOf({ buttons }: DoorbellMessage): string | null {
  return (
    buttons
      .find(({ label }) => label === 'Thread')
      ?.url.split('/')
      .at(-1) ?? null
  )
}

/**
 * What is rung once only: the end of a run, and what it asks, with which words and for which commit. Null: it may well ring again. What
 * waits for an answer in the executor does so in the same words each time, and without a link nothing tells two runs apart.
 */
function nameOf(message: DoorbellMessage): string | null {
  const run = runOf(message)
  if (run === null || message.kind === 'waiting') return null
  const isEnd = Object.values(bellOf).some((kind) => kind === message.kind)
  const asked = message.paragraphs.flatMap(({ quote }) => quote ?? []).join(' ')
  return `${message.kind} of run ${run}${isEnd ? '' : ` (${asked})`}`
}
