import type { Bell, Card } from '../card/card.ts'
import { askingKinds, type AskingKind } from './doorbell-resolved.ts'
import type { MessagePlace } from '../effects.ts'

/** A doorbell that asked for something and still looks as if it did. */
export interface OpenBell {
  readonly cause: string
  readonly kind: AskingKind
  readonly place: MessagePlace
}

/** How often an edit of a message is tried: it is a courtesy, and costs a tick time while the notifier is down. */
const maxTries = 3

/** All open doorbells of a run, in the order in which the card holds them. */
export function openBells(card: Card): readonly OpenBell[] {
  return Object.entries(card.bells).flatMap(([cause, bell]) => {
    const kind = kindOf(cause)
    const place = placeOf(bell)
    const open = bell.resolved === undefined && (bell.tries ?? 0) < maxTries
    return kind !== undefined && place !== null && open ? [{ cause, kind, place }] : []
  })
}

/** What a doorbell of this cause asks for; undefined: for nothing. A cause begins with the kind: `waiting:<request>`. */
export function kindOf(cause: string): AskingKind | undefined {
  return askingKinds.find((name) => cause === name || cause.startsWith(`${name}:`))
}

/** Under which message the run's further doorbells stand: its first one, as a reply must not be answered itself. */
export function threadOf(card: Card): MessagePlace | undefined {
  const [first] = Object.values(card.bells)
    .filter((bell) => placeOf(bell) !== null)
    .toSorted((a, b) => a.at - b.at)
  return first === undefined ? undefined : (placeOf(first) ?? undefined)
}

function placeOf({ channel, ts }: Bell): MessagePlace | null {
  return channel === undefined || ts === undefined ? null : { channel, ts }
}
