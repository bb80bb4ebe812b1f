import type { Card, Turn } from '../card/card.ts'
import { messageIdOf, type Purpose } from '../ids.ts'
import type { ThreadView } from '../model.ts'

/** What is recorded of a run's turns, held against what its thread really got (SPEC 5.2). */

/** Ids of one turn that are tried one after another when the executor refuses: a refused id stays refused for ever. */
export const idsPerTurn = 3

/** The highest attempt number of one purpose that is ever looked for. */
const maxAttemptNumber = 40

/** Whether the thread holds the message of this turn, under any of the ids that it may have been sent with. */
export function isDelivered(runId: string, turn: Turn, thread: ThreadView): boolean {
  const ids = new Set(thread.messages.map(({ id }) => id))
  return Array.from({ length: idsPerTurn }, (_, i) => messageIdOf(runId, turn.purpose, turn.attempt + i)).some((id) =>
    ids.has(id),
  )
}

/** The next unused attempt number of a purpose: above all recorded and all delivered ones. */
export function nextAttempt(card: Card, purpose: Purpose, thread: ThreadView): number {
  const recorded = card.turns
    .filter((turn) => turn.purpose === purpose)
    .map(({ attempt, refused }) => (refused ? attempt + idsPerTurn - 1 : attempt))
  const ids = new Set(thread.messages.map(({ id }) => id))
  let highest = Math.max(0, ...recorded)
  for (let attempt = 1; attempt <= maxAttemptNumber; attempt += 1) {
    if (ids.has(messageIdOf(card.runId, purpose, attempt))) highest = Math.max(highest, attempt)
  }
  return highest + 1
}

/** Retries spent on the newest turn: they follow it without another turn between. Those after an operator's halt are not among them. */
export function retriesSpent(card: Card): number {
  const last = card.turns.findLastIndex((turn) => !turn.retry)
  return card.turns.slice(last + 1).filter(({ halted }) => halted !== true).length
}

/** Fix-forward turns that count as attempts; retries never do. */
export function fixAttempts(card: Card): readonly Turn[] {
  return card.turns.filter((turn) => turn.purpose.startsWith('fix:') && !turn.retry)
}

/**
 * A person has sent the newest message to the agent (SPEC 16.4): its id is none that afk could have derived. `others`: purposes beyond
 * those that the card holds.
 */
export function isDrivenByPerson(card: Card, thread: ThreadView, others: readonly Purpose[] = []): boolean {
  const last = thread.messages.at(-1)
  if (last === undefined) return false
  // Derived ids are of version 5, and those that T3 makes for people's messages are random ones.
  if (!derived.test(last.id)) return true
  // Nearly always it is one of those that the card holds: the rest is a thousand hashes.
  if (card.turns.some((turn) => isDelivered(card.runId, turn, { ...thread, messages: [last] }))) return false
  const recorded = card.turns.map(({ purpose }) => purpose)
  const shas = card.head === null ? [] : [card.head.sha]
  return turnsFromThread(card.runId, { ...thread, messages: [last] }, shas, 0, [...recorded, ...others]).length === 0
}

const derived = /^[0-9a-f]{8}-[0-9a-f]{4}-5/u

export function nudges(card: Card): number {
  return card.turns.filter((turn) => turn.purpose === 'nudge' && !turn.retry).length
}

/**
 * The turns of a run whose card is gone, counted again from the messages that its thread got: every repeated number counts as a full
 * attempt, and every start but the first as a retry, so that a lost card never buys more of them.
 */
export function turnsFromThread(
  runId: string,
  thread: ThreadView,
  shas: readonly string[],
  at: number,
  others: readonly Purpose[] = [],
): readonly Turn[] {
  const purposes = new Set<Purpose>([
    'start',
    'nudge',
    'continue',
    ...shas.map((sha) => `fix:${sha}` as const),
    ...others,
  ])
  const wanted = new Set(thread.messages.flatMap(({ id }) => (derived.test(id) ? [id] : [])))
  const known = new Map<string, { purpose: Purpose; attempt: number }>()
  // Low numbers first, and no further than to the last message: nearly always that is a handful of hashes.
  for (let attempt = 1; attempt <= maxAttemptNumber && known.size < wanted.size; attempt += 1) {
    for (const purpose of purposes) {
      const id = messageIdOf(runId, purpose, attempt)
      if (wanted.has(id)) known.set(id, { purpose, attempt })
    }
  }
  const delivered = thread.messages.flatMap(({ id }) => known.get(id) ?? [])
  return delivered.map((turn, index) => ({
    ...turn,
    at,
    retry: turn.purpose === 'continue' || (turn.purpose === 'start' && index > 0),
    refused: false,
  }))
}
