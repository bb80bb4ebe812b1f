import type { IssueRef } from '../core/model.ts'
import { issueKey } from '../core/dispatch/poll-facts.ts'
import type { OwnThread } from '../core/titles.ts'
import { cardOfThread } from './halted-card.ts'
import type { Halted } from './halt.ts'
import type { Tick } from './tick.ts'

/** Threads at rest that are looked at, the newest: runs in flight are among them, and ended ones are archived after two days. */
const most = 40

export type InterruptedEarlier = Omit<Halted, 'state' | 'result'> & {
  readonly state: 'failed'
  readonly result: 'earlier'
}

/**
 * Threads at rest whose newest turn failed, of runs with an open card that does not say *halted*: a halt before this one interrupted
 * them and could not write it. T3 shows an interrupted turn like any other that failed, so one that failed by itself right before the
 * switch was thrown is among them: its run is halted as well, and is forgiven one error. Throws PortError.
 */
export async function interruptedEarlier(
  resting: readonly OwnThread[],
  tick: Tick,
): Promise<readonly InterruptedEarlier[]> {
  const { tracker, executor } = tick.world
  const newest = resting.slice(0, most)
  const refs = [...new Map(newest.map(({ issue }) => [issueKey(issue), issue])).values()]
  if (refs.length === 0) return []
  const looked = await tracker.look(refs.map((issue) => ({ ...issue, labels: tick.policy.repo(issue.repo).labels })))
  const facts = new Map(looked.flatMap((entry) => (entry.ok ? [[issueKey(entry.ref), entry.value] as const] : [])))
  const found: InterruptedEarlier[] = []
  for (const { thread, issue } of newest) {
    const known = facts.get(issueKey(issue))
    const standing = known === undefined ? null : cardOfThread(known, thread.id)
    if (standing === null || standing.kind === 'tampered' || standing.card.halted !== undefined) continue
    if ((await executor.detail(thread.id)).state === 'failed') found.push(await entryOf(thread.id, issue, tick))
  }
  return found
}

async function entryOf(thread: string, issue: IssueRef, { world }: Tick): Promise<InterruptedEarlier> {
  const link = await world.executor.link(thread)
  const { repo, number } = issue
  return {
    thread,
    repo,
    issue: number,
    state: 'failed',
    result: 'earlier',
    stopped: true,
    mayBeginUntil: null,
    error: null,
    link,
  }
}
