import type { Clock } from './model.ts'

export interface ManualClock extends Clock {
  /** Moves the clock by so many milliseconds at once; nothing happens before somebody reads or settles. */
  tick(ms: number): void
}

export function createManualClock(start: number | string = '2026-11-21T03:40:00.000Z'): ManualClock {
  let now = new Date(start).getTime()
  return {
    now: () => now,
    tick: (ms) => {
      now += ms
    },
  }
}

/** What `advance` needs of a state; other sandboxes on the same clock may offer the same. */
export interface Advancing {
  settled(): Promise<void>
  nextAt(): number | null
}

/**
 * Moves time by `ms`, stopping at each moment at which something is due, so that side effects happen at their own time by every clock
 * reader. `seen` is called after each stop.
 */
export async function advance(
  state: Advancing,
  clock: ManualClock,
  ms: number,
  seen: () => void = () => {},
): Promise<void> {
  const end = clock.now() + ms
  await state.settled()
  for (let next = state.nextAt(); next !== null && next <= end; next = state.nextAt()) {
    clock.tick(Math.max(0, next - clock.now()))
    await state.settled()
    seen()
  }
  clock.tick(Math.max(0, end - clock.now()))
  await state.settled()
  seen()
}
