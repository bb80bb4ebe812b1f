import { bellOfEnd } from './end-run.ts'
import type { Card } from '../card/card.ts'
import { eventsAfter, type LabelHistory } from '../label-history.ts'
import { roleOf, type LockFate } from '../lock-history.ts'
import type { LabelEvent } from '../model.ts'
import type { TrustContext } from '../trust.ts'

/**
 * afk takes a run's ready label off at its end, after the outcome and the doorbell, and nowhere else (SPEC 6.5). Where it has, the run
 * has ended, whatever has become of its card since: a person deleted it, or a slower watcher wrote over it. No agent works for it again.
 */
export function hadEnded(
  history: LabelHistory,
  epoch: LabelEvent | null,
  context: Pick<TrustContext, 'policy' | 'self'>,
): boolean {
  if (epoch === null || history.readyNow) return false
  const off = eventsAfter(history, epoch, history.labels.ready).findLast(({ action }) => action === 'unlabeled')
  return off !== undefined && roleOf(off.actor, context) === 'afk'
}

/**
 * An end that was written down, and whose labels somebody else took off before its doorbell rang: nobody was told, and the card does
 * not say so either. It rings all the same: twice it may, never zero times (SPEC 9).
 */
export function isUntold({ outcome, bells }: Card, lock: LockFate): boolean {
  const bell = outcome && bellOfEnd(outcome.kind)
  const byAfk = lock.kind === 'off' && lock.byRole === 'afk'
  return outcome !== null && !outcome.untold && !byAfk && bell !== null && !(bell in bells)
}
