/** Delays between T3's visible stages, in milliseconds. */
export interface Timing {
  /** From picking a turn start up to the session row `ready` (latestTurn null). */
  sessionReady: number
  /** From `ready` up to `running`. */
  running: number
  /** How long one turn start occupies the server-wide reactor. */
  startOccupies: number
  /** From the end of a turn up to its checkpoint: the window in which latestTurn is null. */
  checkpoint: number
  /** Between the end of a turn and the beginning of one queued behind it. */
  queuedTurn: number
  /** From an interrupt up to latestTurn `interrupted`, from there to null, from there to `error`. */
  interrupt: number
  interruptedShown: number
  interruptCheckpoint: number
  /** From a session.stop up to its first visible effect. */
  stop: number
  /** Any other reaction: a failure activity, an answered approval. */
  react: number
  /** The reaper stops a session that was idle so long (source); null switches it off. */
  idleReaper: number | null
}

/** Medians of what the traces in `test/samples/t3` show on an unloaded server. */
export const measuredTiming: Timing = {
  sessionReady: 150,
  running: 450,
  startOccupies: 500,
  checkpoint: 200,
  queuedTurn: 60,
  interrupt: 100,
  interruptedShown: 80,
  interruptCheckpoint: 280,
  stop: 120,
  react: 5,
  idleReaper: 30 * 60_000,
}
