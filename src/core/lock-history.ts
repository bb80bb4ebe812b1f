import { eventsAfter, type LabelHistory } from './label-history.ts'
import { sameName, type Actor, type LabelEvent } from './model.ts'
import { isOwn, type TrustContext } from './trust.ts'

/** What became of the lock of one epoch. */
export type LockFate =
  | { readonly kind: 'never' }
  | { readonly kind: 'on' }
  /** Taken off: by whom tells whether it was a person's word or the end of the run. */
  | { readonly kind: 'off'; readonly by: Actor | null; readonly byRole: 'afk' | 'agent' | 'person' }

/** Only a lock that afk (or an agent) put on counts: a person who tries the label out starts and ends nothing. */
export function lockFate(
  history: LabelHistory,
  epoch: LabelEvent,
  context: Pick<TrustContext, 'policy' | 'self'>,
): LockFate {
  const label = history.labels.inProgress
  const events = eventsAfter(history, epoch, label)
  const putOn = events.some(
    (event) => event.action === 'labeled' && event.actor !== null && isOwn(event.actor, context),
  )
  if (history.lockedNow) return { kind: 'on' }
  if (!putOn) return { kind: 'never' }
  const by = events.findLast((event) => event.action === 'unlabeled')?.actor ?? null
  return { kind: 'off', by, byRole: roleOf(by, context) }
}

/** Who did something to an issue, as far as it matters: a person's word ends a run, a machine's does not (SPEC 6.3). */
export function roleOf(
  actor: Actor | null,
  context: Pick<TrustContext, 'policy' | 'self'>,
): 'afk' | 'agent' | 'person' {
  if (actor === null) return 'person'
  if (sameName(actor.login, context.self.login)) return 'afk'
  return isOwn(actor, context) ? 'agent' : 'person'
}
