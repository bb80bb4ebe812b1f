import type { DoorbellMessage } from '../../src/core/effects.ts'
import type { Category } from '../../src/ports/errors.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Notifier, Reaction, Receipt } from '../../src/ports/notifier.ts'

export interface FakeNotifier extends Notifier {
  /** What rang, in order, as it was rung. */
  readonly rung: readonly DoorbellMessage[]
  /** Where each rang, in the order of `rung`, and under which earlier message. */
  readonly posted: readonly { readonly receipt: Receipt; readonly thread: Receipt | null }[]
  /** What was updated, in order. */
  readonly updated: readonly { readonly receipt: Receipt; readonly message: DoorbellMessage }[]
  /** A message as it stands now. */
  readonly said: (ts: string) => string
  /** Somebody reacts to a message. */
  readonly react: (receipt: Receipt, user: string, name: string) => void
  /** Somebody deletes a message. */
  readonly remove: (receipt: Receipt) => void
  /** Makes the next calls fail so, of one kind where it is named; null heals it. */
  readonly fail: (category: Category | null, only?: 'ring' | 'update' | 'reactions') => void
}

/** A notifier in memory. As the real one, it does not know a message again: ringing twice rings twice. */
export function fakeNotifier(channel = 'C000000001'): FakeNotifier {
  const rung: DoorbellMessage[] = []
  const posted: { receipt: Receipt; thread: Receipt | null }[] = []
  const updated: { receipt: Receipt; message: DoorbellMessage }[] = []
  const standing = new Map<string, Map<string, Set<string>>>()
  let failing: Category | null = null
  let failsOnly: string | null = null
  const answer = (operation: string): void => {
    if (failing === null || (failsOnly !== null && failsOnly !== operation)) return
    const retryAfter = failing === 'rate' ? 30 : null
    throw new PortError('notifier', operation, failing, `the fake notifier fails as told (${failing})`, { retryAfter })
  }
  const reactionsOn = (operation: string, receipt: Receipt): Map<string, Set<string>> => {
    const found = standing.get(keyOf(receipt))
    if (found) return found
    throw new PortError('notifier', operation, 'not-found', `the fake notifier has no message ${keyOf(receipt)}`)
  }
  return {
    rung,
    posted,
    updated,
    said: (ts) => {
      const rang = rung[posted.findIndex(({ receipt }) => receipt.ts === ts)]
      return JSON.stringify(updated.findLast(({ receipt }) => receipt.ts === ts)?.message ?? rang)
    },
    react: (receipt, user, name) => {
      const reactions = reactionsOn('react', receipt)
      reactions.set(name, (reactions.get(name) ?? new Set()).add(user))
    },
    remove: (receipt) => void standing.delete(keyOf(receipt)),
    fail: (category, only) => {
      failing = category
      failsOnly = only ?? null
    },
    ring: async (message, { thread } = {}): Promise<Receipt> => {
      answer('ring')
      rung.push(structuredClone(message))
      const receipt = { channel, ts: `1700000000.${String(rung.length).padStart(6, '0')}` }
      const under = thread && standing.has(keyOf(thread)) ? thread : null
      posted.push({ receipt, thread: under })
      standing.set(keyOf(receipt), new Map())
      return receipt
    },
    update: async (receipt, message) => {
      answer('update')
      reactionsOn('update', receipt)
      updated.push({ receipt: { ...receipt }, message: structuredClone(message) })
    },
    reactions: async (receipt): Promise<readonly Reaction[]> => {
      answer('reactions')
      return [...reactionsOn('reactions', receipt)].map(([name, users]) => ({ name, users: [...users] }))
    },
  }
}

function keyOf({ channel, ts }: Receipt): string {
  return `${channel} ${ts}`
}
