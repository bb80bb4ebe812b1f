import { sameName, type Instant, type IssueFacts, type LabelEvent } from './model.ts'
import type { Labels } from './policy.ts'

/** What the label events of an issue tell about its epochs and its lock. Events are oldest first. */
export interface LabelHistory {
  /** Applications of the ready label; each is an epoch (SPEC 1). */
  readonly epochs: readonly LabelEvent[]
  /** The latest one. */
  readonly latestEpoch: LabelEvent | null
  readonly lockedNow: boolean
  readonly readyNow: boolean
  readonly humanNow: boolean
  readonly events: readonly LabelEvent[]
  readonly labels: Labels
}

export function labelHistory(issue: IssueFacts, labels: Labels): LabelHistory {
  const has = (label: string) => issue.labels.some((name) => sameName(name, label))
  const epochs = issue.labelEvents.filter((event) => event.action === 'labeled' && sameName(event.label, labels.ready))
  return {
    epochs,
    latestEpoch: epochs.at(-1) ?? null,
    lockedNow: has(labels.inProgress),
    readyNow: has(labels.ready),
    humanNow: has(labels.human),
    events: issue.labelEvents,
    labels,
  }
}

/** Index of an event in the list: order in the list beats equal timestamps of one second. */
function indexOf(history: LabelHistory, event: LabelEvent): number {
  return history.events.findIndex((other) => other.id === event.id)
}

/** Events of one label after an event, oldest first. */
export function eventsAfter(history: LabelHistory, epoch: LabelEvent, label: string): readonly LabelEvent[] {
  return history.events.slice(indexOf(history, epoch) + 1).filter((event) => sameName(event.label, label))
}

/** The epoch that a lock answers: the latest application of the ready label before the newest lock event (SPEC 6.1). */
export function epochOfLock(history: LabelHistory): LabelEvent | null {
  const lock = history.events.findLastIndex(
    (event) => event.action === 'labeled' && sameName(event.label, history.labels.inProgress),
  )
  if (lock < 0) return history.latestEpoch
  return history.epochs.findLast((epoch) => indexOf(history, epoch) < lock) ?? null
}

/** The event of a known id, if the issue has it. */
export function epochById(history: LabelHistory, id: string): LabelEvent | null {
  return history.epochs.find((epoch) => epoch.id === id) ?? null
}

/** Age in whole milliseconds, never negative: a clock that stands behind its own past is read as "just now". */
export function age(now: Instant, then: Instant): number {
  return Math.max(0, now - then)
}
