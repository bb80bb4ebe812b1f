/** The pod's own clock: for deadlines and pauses of a tick only, never for the age of anything outside (SPEC 6.1). */
export interface Clock {
  /** Milliseconds, monotonic within a tick. */
  readonly now: () => number
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}
