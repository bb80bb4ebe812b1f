import type { Clock } from '../../ports/clock.ts'
import { transportFailure } from './transport.ts'

/** The part of Bottleneck's `Group` that the throttling plugin calls: a job that waits for its turn. */
export interface Group {
  readonly key: (id: string) => {
    readonly schedule: <T>(job: object, run: () => Promise<T>) => Promise<T>
  }
}

/**
 * Lets one job begin every `gapMs`, in the order they came; the first at once. A job whose turn comes after the end of the tick
 * fails at once instead of waiting for it.
 */
export function createPacer(gapMs: number, clock: Clock, deadline: () => number): Group {
  let next = Number.NEGATIVE_INFINITY
  return {
    key: () => ({
      schedule: async (_job, run) => {
        const now = clock.now()
        const turn = Math.max(now, next)
        if (turn - now > 0 && turn - now >= deadline()) {
          throw transportFailure('deadline', 'not sent: its turn comes after the end of this tick')
        }
        next = turn + gapMs
        if (turn > now) await clock.sleep(turn - now)
        return run()
      },
    }),
  }
}
