import type { Card } from '../card/card.ts'
import { kindOf } from '../doorbell/bell-places.ts'
import type { Instant } from '../model.ts'

/** From when to when, exclusively. */
type Span = readonly [from: Instant, to: Instant]

/** When the run waited for the answer to a question of the agent's; one that is open lasts until now. */
export function questionWaits({ questions = [] }: Card, now: Instant): readonly Span[] {
  return questions.map(({ at, answeredAt }): Span => [at, answeredAt ?? now])
}

/** Every wait for people: for an answer, a yes, a merge, or what the agent asks in the executor; from the doorbell on (SPEC 3.8). */
export function waitsForPeople(card: Card, now: Instant): readonly Span[] {
  const bells = Object.entries(card.bells).flatMap(([cause, { at, over }]): readonly Span[] => {
    const kind = kindOf(cause)
    // A question has times of its own.
    return kind === undefined || kind === 'question' ? [] : [[at, over ?? now]]
  })
  return [...questionWaits(card, now), ...bells]
}

/** Milliseconds from one instant to another that lie in any of these spans, each counted once. */
export function overlap(spans: readonly Span[], from: Instant, to: Instant): number {
  let counted = from
  let sum = 0
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    const until = Math.min(end, to)
    sum += Math.max(0, until - Math.max(start, counted))
    counted = Math.max(counted, until)
  }
  return sum
}
