import type { JournalEntry } from '../../ports/journal.ts'
import type { EventsV1Event } from './client.ts'
import { V1MicroTime } from './client.ts'

export interface EventPlace {
  readonly namespace: string
  /** The CronJob that the Events are about: `afk-poller` or `afk-watcher`. */
  readonly cronJob: string
  /** Who tells it, for people: the pod. */
  readonly instance: string
}

/** The CronJob as it was read, and the server's time of that (milliseconds). */
export interface Subject {
  readonly uid: string
  readonly resourceVersion: string
  readonly at: number
}

/**
 * An Event of `events.k8s.io/v1` as the API server's validation wants it (kubernetes/pkg/apis/core/validation/events.go): `eventTime`,
 * `action`, `reason`, `reportingController` and `reportingInstance` given, each text within its length.
 */
export function eventOn(
  subject: Subject,
  entry: JournalEntry,
  { namespace, cronJob, instance }: EventPlace,
): EventsV1Event {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { generateName: `${cronJob}-`, namespace },
    // Six decimals: the API server refuses a time with three.
    eventTime: new V1MicroTime(subject.at),
    type: entry.type,
    reason: entry.reason,
    action: entry.reason,
    note: cut(entry.message, 1024),
    reportingController: 'afk',
    reportingInstance: cut(instance, 128),
    regarding: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      namespace,
      name: cronJob,
      uid: subject.uid,
      resourceVersion: subject.resourceVersion,
    },
  }
}

/** By bytes, as Go counts, and never in the middle of a character. */
function cut(text: string, bytes: number): string {
  let kept = text
  while (Buffer.byteLength(kept) > bytes) kept = kept.slice(0, -1)
  return kept.isWellFormed() ? kept : kept.slice(0, -1)
}
