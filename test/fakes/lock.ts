import type { Category } from '../../src/ports/errors.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Lock } from '../../src/ports/lock.ts'

export interface FakeLocks {
  /** One process's view of the one lock. */
  readonly lockOf: (holder: string, durationSeconds: number) => Lock
  /** Who holds it, alive or not; null when it is free. */
  readonly holder: () => string | null
  /** Makes every acquire fail so; null heals it. */
  readonly fail: (category: Category | null) => void
}

/** One lock in memory, that several processes share; it ends by the clock when its holder does not give it back. */
export function fakeLocks(now: () => number): FakeLocks {
  let current: { readonly holder: string; readonly endsAt: number } | null = null
  let failing: Category | null = null
  return {
    holder: () => current?.holder ?? null,
    fail: (category) => void (failing = category),
    lockOf: (holder, durationSeconds) => ({
      acquire: async () => {
        if (failing !== null)
          throw new PortError('lock', 'acquire', failing, `the fake lock fails as told (${failing})`)
        if (current !== null && now() < current.endsAt) return { held: false, by: current.holder }
        const mine = { holder, endsAt: now() + durationSeconds * 1_000 }
        current = mine
        return {
          held: true,
          release: async () => {
            // Taken over meanwhile: no longer ours to give back.
            if (current === mine) current = null
          },
        }
      },
    }),
  }
}
