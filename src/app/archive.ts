import { commandIdOf } from '../core/ids.ts'
import { sameName } from '../core/model.ts'
import { applyContext, applyEffects } from './apply.ts'
import type { FoundRuns } from './find-runs.ts'
import type { Tick } from './tick.ts'

/** Threads archived in one tick: tidying is never in a hurry. */
const perTick = 3

/**
 * Archives threads of ended runs in the executor (SPEC 4, `archiveAfterSeconds`): long unchanged, of an issue that carries neither the
 * ready nor the in-progress label. A thread whose issue could still be dispatched is kept: its id could never be used again.
 */
export async function archiveOld(runs: FoundRuns, tick: Tick): Promise<void> {
  const now = tick.world.executor.now()
  if (now === null) return
  const old = runs.threads.filter(({ thread, issue }) => {
    const overview = runs.overviews.find(({ repo }) => sameName(repo, issue.repo))
    if (overview === undefined || overview.ready.includes(issue.number) || overview.locked.includes(issue.number))
      return false
    return now - thread.updatedAt > tick.policy.repo(issue.repo).archiveAfterSeconds * 1000
  })
  for (const { thread, issue } of old.slice(0, perTick)) {
    if (tick.over() || tick.failures.stopped('executor') !== null) return
    const archive = {
      kind: 'thread.archive',
      threadId: thread.id,
      commandId: commandIdOf(thread.id, 'archive', 1),
    } as const
    await applyEffects([archive], applyContext(tick, issue, thread.id, null))
  }
}
