import type { Lab } from './lab.ts'
import { lifeOf } from './life.ts'
import type { Death } from './calls.ts'
import type { Programs } from './programs.ts'
import type { Scenario } from './scenarios.ts'
import { endProblems } from './ends.ts'

/** What one play of a scenario came to. */
export interface Played {
  readonly lab: Lab
  /** Rounds until every run had ended and nothing was left to do; null when that never came. */
  readonly rounds: number | null
  /** Writes of the whole life, in order. */
  readonly written: readonly string[]
  /** The last write that the dead process performed, if one died. */
  readonly lastWords: string | null
  readonly problems: readonly string[]
}

const maxRounds = 40

/**
 * Plays a scenario to its end. `death` counts the writes of the whole life, through all ticks: the process that makes the k-th dies
 * there, and the next tick is another process.
 */
export async function play(scenario: Scenario, death: Death | null = null, programs?: Programs): Promise<Played> {
  const lab = await lifeOf(scenario, programs)
  const written: string[] = []
  let lastWords: string | null = null
  let rangLast = false
  let rounds: number | null = null
  for (let round = 0; round < maxRounds && rounds === null; round += 1) {
    scenario.people?.(lab, round)
    let quiet = true
    for (const program of ['poller', 'watcher'] as const) {
      const at = death === null ? 0 : death.at - written.length
      const isMine = death !== null && lastWords === null && at > 0
      const ticked = await lab.tick(program, { death: isMine ? { ...death, at } : null })
      written.push(...ticked.written)
      if (ticked.isDead) {
        lastWords = ticked.written.at(-1) ?? 'nothing'
        rangLast = unrecordedRing(ticked.written)
        if (round >= (scenario.outage?.fromRound ?? Infinity)) await lab.pass(scenario.outage?.seconds ?? 0)
      }
      if (ticked.written.length > 0 || ticked.isDead) quiet = false
    }
    await lab.pass(scenario.every ?? 60)
    if (quiet && endProblems(lab, scenario, rangLast).length === 0) rounds = round + 1
  }
  const problems = [...lab.monitor.broken, ...lab.monitor.lostUpdates, ...endProblems(lab, scenario, rangLast)]
  return { lab, rounds, written, lastWords, problems }
}

/** Died between ringing and recording: the one point at which a bell may ring twice (SPEC 9). Runs are advanced side by side. */
export function unrecordedRing(written: readonly string[]): boolean {
  const rings = written.filter((write) => write.startsWith('notifier.ring '))
  return rings.some((ring) => {
    const later = written.slice(written.lastIndexOf(ring) + 1)
    return !later.includes(ring.replace('notifier.ring', 'tracker.editComment'))
  })
}
