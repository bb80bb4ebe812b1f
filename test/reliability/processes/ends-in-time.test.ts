import { describe, expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { endProblems } from '../ends.ts'
import { addFigure, isFull } from '../figures.ts'
import { quick } from '../policy.ts'
import { scenarios, type Scenario } from '../scenarios.ts'
import { createLife, liveOn, liveUntil, type Point } from './points.ts'
import { startServers, type ProcessOptions } from './servers.ts'

const life = scenarios.find(({ name }) => name === 'land') as Scenario
const moments: readonly Pick<Point, 'round' | 'program'>[] = [
  { round: 0, program: 'poller' },
  { round: 1, program: 'watcher' },
]

describe('SIGTERM', () => {
  it('at any request ends the tick cleanly, and the next goes on', { timeout: 600_000 }, async () => {
    const cases: (readonly [(typeof moments)[number], number])[] = []
    for (const moment of moments) {
      const { requests } = await tickAt(moment, {})
      for (let at = 1; at <= requests; at += isFull ? 1 : 6) cases.push([moment, at])
    }
    const broken: string[] = []
    await inParallel(cases, 3, async ([moment, at]) => {
      let isTold = false
      const { exit, problems } = await tickAt(moment, {
        atRequest: (kill, { requests }) => {
          if (requests >= at && !isTold) {
            isTold = true
            kill('SIGTERM')
          }
        },
      })
      const summary = exit.lines.at(-1)
      if (exit.signal !== null || summary?.event !== 'summary' || exit.stderr !== '')
        problems.push(`ended by ${exit.signal}, exit ${exit.code}: ${JSON.stringify(summary)} ${exit.stderr}`)
      broken.push(...problems.map((what) => `${moment.program}, request ${at}: ${what}`))
    })
    addFigure('SIGTERM at a request', { tried: cases.length, held: cases.length - broken.length })
    expect(broken).toEqual([])
  })
})

/** One real tick at this moment of the life, then the rest of it in process. */
async function tickAt(moment: (typeof moments)[number], options: ProcessOptions) {
  const lab = await createLife(life)
  await liveUntil(lab, life, moment)
  const servers = await startServers(lab, quick)
  const problems: string[] = []
  let requests = 0
  const exit = await servers.tick(moment.program, {
    ...options,
    atRequest: (kill, seen) => {
      requests = seen.requests
      options.atRequest?.(kill, seen)
    },
  })
  problems.push(...(await servers.close()))
  const judge = () => endProblems(lab, life, true)
  await liveOn(lab, life, moment, () => judge().length === 0)
  problems.push(...lab.monitor.broken, ...judge())
  return { exit, problems, requests }
}
