import type { DoorbellMessage } from '../../src/core/effects.ts'
import type { Category } from '../../src/ports/errors.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Notifier, Receipt } from '../../src/ports/notifier.ts'

export interface FakeNotifier extends Notifier {
  /** What rang, in order. */
  readonly rung: readonly DoorbellMessage[]
  /** Makes the next rings fail so; null heals it. */
  readonly fail: (category: Category | null) => void
}

/** A notifier in memory. As the real one, it does not know a message again: ringing twice rings twice. */
export function fakeNotifier(channel = 'C000000001'): FakeNotifier {
  const rung: DoorbellMessage[] = []
  let failing: Category | null = null
  return {
    rung,
    fail: (category) => void (failing = category),
    ring: async (message): Promise<Receipt> => {
      if (failing !== null) {
        const retryAfter = failing === 'rate' ? 30 : null
        throw new PortError('notifier', 'ring', failing, `the fake notifier fails as told (${failing})`, { retryAfter })
      }
      rung.push(structuredClone(message))
      return { channel, ts: `1700000000.${String(rung.length).padStart(6, '0')}` }
    },
  }
}
