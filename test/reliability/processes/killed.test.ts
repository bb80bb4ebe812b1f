import { describe, expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import type { Line } from '../../../src/app/report.ts'
import { endProblems } from '../ends.ts'
import { addFigure, isFull, seedOf } from '../figures.ts'
import { unrecordedRing } from '../play.ts'
import { quick } from '../policy.ts'
import { randomOf } from '../schedule.ts'
import { scenarios } from '../scenarios.ts'
import { allPoints, createLife, liveOn, liveUntil, type Point } from './points.ts'
import { startServers } from './servers.ts'

const inCi = 30

/** Within so many ticks more than undisturbed everything has come to its end. */
const ticksMore = 3

describe('kill -9 of a real process', () => {
  it('before and after its k-th write, and the next process goes on', { timeout: 3_600_000 }, async () => {
    const all = await allPoints()
    const seed = seedOf('killed processes')
    const points = isFull ? all : sample(all, inCi, seed)
    const lost: string[] = []
    let survived = 0
    await inParallel([...points.entries()], 3, async ([index, point]) => {
      const isNextReal = isFull || index % 5 === 0
      let problems = await killAt(point, isNextReal)
      for (let again = 0; again < 2 && problems === 'too slow'; again += 1) problems = await killAt(point, isNextReal)
      if (problems === 'too slow') lost.push(`${nameOf(point)}: requests timed out three times`)
      else if (problems.length === 0) survived += 1
      else lost.push(`${nameOf(point)}: ${problems.join('; ')}`)
    })
    addFigure('crash points, real processes / survived', {
      tried: points.length,
      held: survived,
      note: `of ${all.length} in ${scenarios.length} scenarios`,
    })
    expect(lost).toEqual([])
    expect(points.length).toBeGreaterThanOrEqual(inCi)
  })
})

/**
 * `isNextReal`: the process after the dead one is real, too. `too slow`: on a busy machine a request timed out, so that the point was
 * not reached or the next process could not do its part; that says nothing of either.
 */
async function killAt(point: Point, isNextReal: boolean): Promise<readonly string[] | 'too slow'> {
  const { scenario, program, death } = point
  const lab = await createLife(scenario)
  await liveUntil(lab, scenario, point)
  const servers = await startServers(lab, scenario.settings ?? quick)
  const problems: string[] = []
  let mayRingTwice = false
  try {
    const died = await servers.tick(program, { death })
    if (died.signal === null && timedOut(died.lines)) return 'too slow'
    if (died.signal !== 'SIGKILL') problems.push(`it ended by itself (exit ${died.code}) after ${died.writes} writes`)
    mayRingTwice = unrecordedRing(died.written)
    if (isNextReal) {
      const { code, stderr, lines } = await servers.tick(program)
      if (code !== 0 && timedOut(lines)) return 'too slow'
      if (code !== 0) problems.push(`the next process ended with ${code}: ${JSON.stringify(lines.at(-1))}`)
      if (stderr !== '') problems.push(`on stderr: ${stderr}`)
    }
  } finally {
    problems.push(...(await servers.close()))
  }
  const judge = () => endProblems(lab, scenario, mayRingTwice)
  const endedAfter = await liveOn(lab, scenario, point, () => judge().length === 0)
  if (endedAfter === null || endedAfter > point.endsAfter + ticksMore)
    problems.push(`ended after round ${endedAfter}, undisturbed after ${point.endsAfter}`)
  return [...problems, ...lab.monitor.broken, ...lab.monitor.lostUpdates, ...judge()]
}

function timedOut(lines: readonly Line[]): boolean {
  return lines.some((line) => line['category'] === 'unavailable')
}

/** The same share of every scenario, from a random first one on. */
function sample(all: readonly Point[], count: number, seed: number): readonly Point[] {
  const step = all.length / count
  const offset = randomOf(seed)() * step
  return Array.from({ length: count }, (_, i) => all[Math.floor(offset + i * step) % all.length]).flatMap(
    (p) => p ?? [],
  )
}

function nameOf({ scenario, round, program, death }: Point): string {
  return `${scenario.name}, round ${round}, ${program}, ${death.when} write ${death.at}`
}
