import { describe, expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { addFigure, isFull } from '../figures.ts'
import { beforeWork, countRequests, momentOf, tickAt, workMoments, workProblems, type Moment } from './mid-tick.ts'

const moments: readonly Moment[] = [...workMoments, momentOf('land', 1, 'watcher')]

/** The answer to the request at which the signal comes is so late that the signal has been handled. */
const lateMs = 300

describe('SIGTERM', () => {
  it(
    'at any request ends the tick cleanly, begins nothing more, and the next goes on',
    { timeout: 600_000 },
    async () => {
      const cases: (readonly [Moment, Awaited<ReturnType<typeof countRequests>>, number])[] = []
      await inParallel(moments, 3, async (moment) => {
        const undisturbed = await countRequests(moment)
        const turning = beforeWork(undisturbed)
        const few = turning.length > 0 ? turning.filter((_, index) => index % 3 === 0) : [undisturbed.length - 2]
        for (const at of isFull ? undisturbed.keys() : few) if (at > 0) cases.push([moment, undisturbed, at])
      })
      const broken: string[] = []
      let held = 0
      await inParallel(cases, 3, async ([moment, undisturbed, at]) => {
        const disturbed = await tickAt(moment, () => ({
          atRequest: (kill, { requests }) => {
            if (requests !== at) return 'serve'
            kill('SIGTERM')
            return lateMs
          },
        }))
        const problems = [...workProblems(at, undisturbed, disturbed.writes), ...disturbed.problems]
        if (problems.length === 0) held += 1
        broken.push(...problems.map((what) => `${moment.scenario.name}, request ${at}: ${what}`))
      })
      addFigure('SIGTERM at a request', { tried: cases.length, held })
      expect(broken).toEqual([])
      for (const moment of moments) expect(cases.map(([one]) => one)).toContain(moment)
    },
  )
})
