import { kindOf, openBells, type OpenBell } from './bell-places.ts'
import { resolutionOf } from './bell-resolution.ts'
import type { Bell, Card } from '../card/card.ts'
import type { Resolution } from '../effects.ts'
import type { ThreadView } from '../model.ts'
import type { RunFacts } from '../run/run-facts.ts'
import type { SettledBell } from './settle-bells.ts'

/** The open doorbells of a run whose question is answered by now. `card` is the run's as it is about to stand. */
export function answeredBells(facts: RunFacts, card: Card): readonly SettledBell[] {
  if (!facts.canRing) return []
  return openBells(card).flatMap((bell) => {
    const resolution = becomeOf(bell, facts, card)
    return resolution === null ? [] : [{ bell, resolution }]
  })
}

/**
 * The bells of this card, each with when it was over: seen first that nobody is waited for any more, whether or not there is a message
 * that could say so. (Questions have times of their own.)
 */
export function withOver(facts: RunFacts, card: Card): Card['bells'] {
  const marked = Object.entries(card.bells).map(([cause, bell]): readonly [string, Bell] => {
    const kind = bell.over === undefined ? kindOf(cause) : undefined
    const over = kind === undefined || kind === 'question' ? null : becomeOf({ cause, kind }, facts, card)
    return [cause, over === null ? bell : { ...bell, over: over.at }]
  })
  return Object.fromEntries(marked)
}

type Asked = Pick<OpenBell, 'cause' | 'kind'>

function becomeOf(bell: Asked, facts: RunFacts, card: Card): Resolution | null {
  return bell.kind === 'waiting' ? inExecutor(bell, facts) : onCard(bell, facts, card)
}

/** A request that is not pending any more: somebody has answered it, the executor says not who. */
function inExecutor({ cause }: Asked, { thread, reviewer, now }: RunFacts): Resolution | null {
  if (now.executor === null) return null
  // It may be the run's own agent that asked, or the one that reviews its work.
  const threads = reviewer === null ? [thread] : [thread, reviewer]
  if (threads.some((one) => mayStillAsk(one, cause))) return null
  // An interrupt takes the request away as well.
  const isOver = (reviewer ?? thread).state === 'failed'
  return { what: isOver ? 'No longer asked' : 'Answered in T3', by: null, at: now.tracker }
}

function mayStillAsk({ state, pending }: ThreadView, cause: string): boolean {
  if (state === 'unknown' || state === 'absent') return true
  // Waiting, and the request cannot be read: nothing tells that it is another one.
  return state === 'waiting' && (pending === null || cause === `waiting:${pending.id}`)
}

function onCard(bell: Asked, { issue, now }: RunFacts, card: Card): Resolution | null {
  return resolutionOf(bell, card, now.tracker, (id) => {
    const author = issue.comments.find((comment) => comment.id === id)?.author
    return author?.login ?? null
  })
}
