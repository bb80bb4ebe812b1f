import type { DoorbellMessage } from '../core/effects.ts'

/** Where a message went: what an update or a follow-up of it needs. */
export interface Receipt {
  readonly channel: string
  readonly ts: string
}

export interface Reaction {
  /** The emoji's name without colons, such as `white_check_mark`; a skin tone stands behind it (`+1::skin-tone-2`). */
  readonly name: string
  /** Ids of all who reacted so, such as `U…`. */
  readonly users: readonly string[]
}

/** Rings people. Every method throws PortError. */
export interface Notifier {
  /**
   * Posts a message. Not idempotent: ringing twice is two messages. With `thread` it is a follow-up under that earlier message; one that
   * mentions people is shown in the channel as well, for few look into threads. A thread that is gone or locked never silences a bell:
   * it then rings in the channel.
   */
  readonly ring: (message: DoorbellMessage, options?: { readonly thread?: Receipt | undefined }) => Promise<Receipt>
  /** Makes a message that was rung say this instead. Idempotent, and silent: nobody is mentioned anew. `not-found` when it is gone. */
  readonly update: (receipt: Receipt, message: DoorbellMessage) => Promise<void>
  /** Everybody's reactions on a message, complete. Changes nothing. `not-found` when it is gone, `forbidden` without the right to read them. */
  readonly reactions: (receipt: Receipt) => Promise<readonly Reaction[]>
}
