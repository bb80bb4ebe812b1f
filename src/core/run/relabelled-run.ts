import type { CardsOf } from '../card/cards-of.ts'
import { eventsAfter, type LabelHistory } from '../label-history.ts'
import { lockFate, roleOf } from '../lock-history.ts'
import type { LabelEvent } from '../model.ts'
import type { TrustContext } from '../trust.ts'

/**
 * The epoch of a dispatch that died before its card, and whose issue was labelled anew since: its agent works on and nothing leads to
 * it but the thread's derived id. It is a run, for the epoch that changed ends it (SPEC 6.3); until then it holds its repo from the new
 * one. Null unless everything says so: of one that had a lock, or a card that cannot be read, something else may be true.
 */
export function relabelledRun(
  history: LabelHistory,
  { cards, tampered, broken, newer }: CardsOf,
  who: Pick<TrustContext, 'policy' | 'self'>,
  thread: { readonly idOf: (epoch: LabelEvent) => string; readonly isAtWork: (id: string) => boolean },
): LabelEvent | null {
  const odd = [...tampered, ...broken, ...newer]
  return (
    history.epochs
      .filter((epoch) => epoch.id !== history.latestEpoch?.id)
      .findLast((epoch) => {
        const id = thread.idOf(epoch)
        return (
          thread.isAtWork(id) &&
          cards.every(({ card }) => card.runId !== id) &&
          odd.every(({ at }) => at < epoch.at) &&
          lockFate(history, epoch, who).kind === 'never' &&
          !wasEnded(history, epoch, who)
        )
      }) ?? null
  )
}

/** afk takes the ready label off at the end of a run and nowhere else (SPEC 6.5). */
function wasEnded(history: LabelHistory, epoch: LabelEvent, who: Pick<TrustContext, 'policy' | 'self'>): boolean {
  return eventsAfter(history, epoch, history.labels.ready).some(
    ({ action, actor }) => action === 'unlabeled' && roleOf(actor, who) === 'afk',
  )
}
