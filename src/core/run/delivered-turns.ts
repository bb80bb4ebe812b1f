import type { Card, Turn } from '../card/card.ts'
import { messageIdOf, type Purpose } from '../ids.ts'
import type { Landing } from '../landing/landing.ts'
import { findingsOf, onTracker, reviewPurposes } from '../landing/lost-reviews.ts'
import type { Instant, ThreadView } from '../model.ts'
import { answerPurposes, recalledPeople } from '../people/lost-notes.ts'
import { withAnswered } from '../people/open-question.ts'
import type { RunFacts } from './run-facts.ts'
import { idsPerTurn, isDelivered, turnsFromThread } from './turns.ts'

/**
 * The card, and with it every turn that its thread has got and it does not know of. GitHub has no conditional edit: of two watchers
 * without a lock the slower may have written over what the other had recorded, and the thread is the truth for what was sent. So
 * nothing is counted one short, and no findings or answers are sent twice (SPEC 5.2, 6.2, 11). `shas`: commits of the run, which may
 * have had corrective turns.
 */
export function withDelivered(facts: RunFacts, shas: readonly string[]): Card {
  const { card, thread, now, landing } = facts
  if (card.outcome !== null) return card
  const unclaimed = unclaimedMessages(card, thread)
  if (unclaimed.length === 0) return card
  const rounds = card.reviews?.length ?? 0
  const fixed = card.turns.flatMap(({ purpose }) => (purpose.startsWith('fix:') ? [purpose.slice('fix:'.length)] : []))
  const all = [...new Set([...(card.head === null ? [] : [card.head.sha]), ...fixed, ...shas, ...thread.pushedShas])]
  const others = [...answerPurposes(facts), ...reviewPurposes(landing, rounds)]
  const lost = unclaimed.flatMap((message) =>
    turnsFromThread(card.runId, { ...thread, messages: [message] }, all, onTracker(message.at, now), others),
  )
  const known = recalledPeople(facts).questions ?? []
  const asked = known.length > (card.questions?.length ?? 0) ? { ...card, questions: known } : card
  return lost.length === 0 ? card : lost.reduce((kept, turn) => withTurn(kept, turn, facts), asked)
}

/** Messages that may be afk's and that no turn of the card stands for; a turn stands for the first of its ids that is there. */
function unclaimedMessages({ runId, turns }: Card, { messages }: ThreadView): ThreadView['messages'] {
  const derived = messages.filter(({ id }) => ofVersionFive.test(id))
  const claimed = new Set<string>()
  for (const { purpose, attempt } of turns) {
    const ids = Array.from({ length: idsPerTurn }, (_, i) => messageIdOf(runId, purpose, attempt + i))
    const own = ids.find((id) => !claimed.has(id) && derived.some((message) => message.id === id))
    if (own !== undefined) claimed.add(own)
  }
  return derived.filter(({ id }) => !claimed.has(id))
}

/** As every derived id is; those that T3 makes for people's messages are random. */
const ofVersionFive = /^[0-9a-f]{8}-[0-9a-f]{4}-5/u

/** Before those that were recorded later; one that is still to be sent stays the last. */
function withTurn(card: Card, lost: Turn, { thread, landing }: RunFacts): Card {
  const last = card.turns.at(-1)
  const unsent = last !== undefined && !isDelivered(card.runId, last, thread)
  const end = card.turns.length - (unsent ? 1 : 0)
  const later = card.turns.slice(0, end).findIndex(({ at }) => at > lost.at)
  const retry = lost.purpose === 'continue' || (lost.purpose === 'start' && card.turns.length > 0)
  const turns = card.turns.toSpliced(later === -1 ? end : later, 0, { ...lost, retry })
  const { purpose, at } = lost
  return { ...withContents(card, purpose, at, landing), turns }
}

/** What a card holds of a turn beside its name. */
function withContents(card: Card, purpose: Purpose, at: Instant, landing: Landing): Card {
  if (purpose.startsWith('review:'))
    return { ...card, findings: [...(card.findings ?? []), findingsOf(landing, purpose, at)] }
  if (!purpose.startsWith('answer:')) return card
  const comment = Number(purpose.slice('answer:'.length))
  return (card.questions ?? []).some(({ answer }) => answer === comment) ? card : withAnswered(card, comment, at)
}
