import { repoKey, type RepoOverview } from '../model.ts'

/** What reading the texts of ready issues may cost in this tick (SPEC 5.1, Trust). All prices are shares of the tracker's hourly limit. */
export interface DetailReads {
  readonly perTick: number
  /** By repo key. */
  readonly prices: { readonly [repo: string]: number }
  /** Goes up by one from minute to minute. */
  readonly turn: number
}

/** Whose turn it is. */
export interface Rotation {
  /** Turns that it takes to read every repo. */
  readonly turns: number
  /** How many minutes from now a repo (by its key) is read; 0: now. */
  readonly minutesTo: (repo: string) => number
}

/**
 * Divides the repos with ready issues and no lock into turns, so that no turn costs more than a tick may (but for a repo that alone
 * does). One turn when all of them together cost no more. Rests on what the first look tells alone, so that it stays the same while a
 * tick learns more; the same repos make the same turns from tick to tick, and so many minutes in a row read every one.
 */
export function rotationOf(overviews: readonly RepoOverview[], reads: DetailReads | null): Rotation {
  const turnOf = new Map<string, number>()
  let turn = 0
  let spent = 0
  const keys = overviews
    .filter(({ ready, locked }) => ready.length > 0 && locked.length === 0)
    .map(({ repo }) => repoKey(repo))
    .toSorted()
  for (const key of reads === null ? [] : keys) {
    const price = reads?.prices[key] ?? 0
    if (spent > 0 && spent + price > (reads?.perTick ?? 0)) {
      turn += 1
      spent = 0
    }
    spent += price
    turnOf.set(key, turn)
  }
  const turns = turn + 1
  const now = (reads?.turn ?? 0) % turns
  return { turns, minutesTo: (repo) => ((turnOf.get(repo) ?? now) - now + turns) % turns }
}

/**
 * The turn of a minute. An hour counts as one minute more, so that a schedule of every second or fifth minute comes to all turns as
 * well, in the end.
 */
export function turnAt(now: number): number {
  return Math.floor(now / 60_000) + Math.floor(now / 3_600_000)
}
