import * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import type { Journal } from '../../ports/journal.ts'
import type { CallOptions, Called, RawAnswer } from './repeat.ts'
import type { EventPlace, Subject } from './event-on.ts'

export interface EventsOptions extends CallOptions, EventPlace {
  /** Milliseconds since the epoch, used only when the API server's answer carries no `Date`. */
  readonly wallClock?: () => number
}

/**
 * A Journal of Kubernetes Events on a CronJob, so that `kubectl describe cronjob` tells the story. That command finds Events by the
 * object's uid, so the CronJob is read first, once. Needs `get` on the one CronJob and `create` on Events. Never repeated: an Event
 * that is lost costs less than one that is told twice.
 */
export function createEvents(options: EventsOptions): Journal {
  let about: Promise<Subject> | undefined
  return {
    record: async (entry) => {
      const subject = await (about ??= readSubject(options))
      const { postEvent } = await import('./requests.ts')
      const { eventOn } = await import('./event-on.ts')
      const posted = await postEvent(options, options.namespace, eventOn(subject, entry, options))
      if (!posted.ok) throw asError('record', options, posted)
      if (!schema.safeParse(posted.answer.data).success)
        throw new PortError('journal', 'record', 'contract', `${describe(options)}: the answer is no Event with a uid`)
    },
  }
}

const schema = z.object({ metadata: z.object({ uid: z.string().min(1), resourceVersion: z.string().min(1) }) })

async function readSubject(options: EventsOptions): Promise<Subject> {
  const { getCronJob } = await import('./requests.ts')
  const called = await getCronJob(options, { namespace: options.namespace, name: options.cronJob })
  if (!called.ok) throw asError('read', options, called)
  return subjectIn(called.answer, options)
}

/** The CronJob in the API server's answer, with that server's time. Throws PortError. */
export function subjectIn(
  { data, headers }: RawAnswer,
  options: Pick<EventsOptions, 'namespace' | 'cronJob' | 'wallClock'>,
): Subject {
  const parsed = schema.safeParse(data)
  if (!parsed.success) {
    throw new PortError('journal', 'read', 'contract', `${describe(options)}: the answer is no CronJob with a uid`)
  }
  const date = Date.parse(headers['date'] ?? '')
  return { ...parsed.data.metadata, at: Number.isNaN(date) ? (options.wallClock ?? Date.now)() : date }
}

function asError(operation: string, options: EventsOptions, { failure }: Called & { ok: false }): PortError {
  const remedy =
    failure.category === 'forbidden' ? '; apply the Role and RoleBinding of deploy/base to have Events again' : ''
  return new PortError('journal', operation, failure.category, `${describe(options)}: ${failure.message}${remedy}`, {
    status: failure.status,
    retryAfter: failure.retryAfter,
  })
}

function describe({ namespace, cronJob }: Pick<EventPlace, 'namespace' | 'cronJob'>): string {
  return `Event on CronJob ${namespace}/${cronJob}`
}
