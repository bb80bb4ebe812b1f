import type { DoorbellMessage } from '../core/effects.ts'

/** Where a message went: what an update or a follow-up of it needs. */
export interface Receipt {
  readonly channel: string
  readonly ts: string
}

/** Rings people. Not idempotent: ringing twice is two messages. */
export interface Notifier {
  readonly ring: (message: DoorbellMessage) => Promise<Receipt>
}
