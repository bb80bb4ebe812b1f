import { describe, expect, it } from 'vitest'
import { addFigure, isFull, seedOf } from './figures.ts'
import { races, runRace } from './races.ts'
import { everyCall, everySchedule, everyWrite, seededChoices } from './schedule.ts'

const bounds = isFull
  ? { writes: 20_000, preemptions: 3, calls: 6000, sampled: 400 }
  : { writes: 40, preemptions: 2, calls: 15, sampled: 12 }

describe('programs at once, without a lock', () => {
  for (const race of races) {
    it(`${race.name}: writes in every order`, { timeout: 1_800_000 }, async () => {
      const broken: string[] = []
      const { schedules, isComplete } = await everySchedule(
        { preemptions: Infinity, limit: bounds.writes },
        async (choose) => {
          broken.push(...(await runRace(race, choose, everyWrite)))
        },
      )
      addFigure('schedules, every order of writes', {
        tried: schedules,
        held: schedules - broken.length,
        note: isComplete ? 'all' : 'bounded',
      })
      expect([...new Set(broken)]).toEqual([])
    })

    it(`${race.name}: every call, at most ${bounds.preemptions} preemptions`, { timeout: 1_800_000 }, async () => {
      const broken: string[] = []
      const { schedules } = await everySchedule(
        { preemptions: bounds.preemptions, limit: bounds.calls },
        async (choose) => {
          broken.push(...(await runRace(race, choose, everyCall)))
        },
      )
      addFigure('schedules, calls with bounded preemptions', { tried: schedules, held: schedules - broken.length })
      expect([...new Set(broken)]).toEqual([])
    })

    it(`${race.name}: sampled`, { timeout: 1_800_000 }, async () => {
      const broken: string[] = []
      const first = seedOf('interleavings')
      for (let seed = first; seed < first + bounds.sampled; seed += 1) {
        const found = await runRace(race, seededChoices(seed), everyCall)
        broken.push(...found.map((what) => `seed ${seed}: ${what}`))
      }
      addFigure('schedules, sampled', {
        tried: bounds.sampled,
        held: bounds.sampled - broken.length,
      })
      expect(broken).toEqual([])
    })
  }
})
