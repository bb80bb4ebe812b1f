import { openBells, type OpenBell } from './bell-places.ts'
import { resolutionOf } from './bell-resolution.ts'
import type { Card } from '../card/card.ts'
import type { Resolution } from '../effects.ts'
import type { RunFacts } from '../run/run-facts.ts'
import type { SettledBell } from './settle-bells.ts'

/** The open doorbells of a run whose question is answered by now. `card` is the run's as it is about to stand. */
export function answeredBells(facts: RunFacts, card: Card): readonly SettledBell[] {
  if (!facts.canRing) return []
  return openBells(card).flatMap((bell) => {
    const resolution = bell.kind === 'waiting' ? inExecutor(bell, facts) : onCard(bell, facts, card)
    return resolution === null ? [] : [{ bell, resolution }]
  })
}

/** A request that is not pending any more: somebody has answered it, the executor says not who. */
function inExecutor({ cause }: OpenBell, { thread, now }: RunFacts): Resolution | null {
  if (now.executor === null || thread.state === 'unknown' || thread.state === 'absent') return null
  // Waiting, and the request cannot be read: nothing tells that it is another one.
  if (thread.state === 'waiting' && (thread.pending === null || cause === `waiting:${thread.pending.id}`)) return null
  // An interrupt takes the request away as well.
  return { what: thread.state === 'failed' ? 'No longer asked' : 'Answered in T3', by: null, at: now.tracker }
}

function onCard(bell: OpenBell, { issue, now }: RunFacts, card: Card): Resolution | null {
  return resolutionOf(bell, card, now.tracker, (id) => {
    const author = issue.comments.find((comment) => comment.id === id)?.author
    return author?.login ?? null
  })
}
