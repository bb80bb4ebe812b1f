import { describe, expect, it } from 'vitest'
import { addFigure, isFull, seedOf } from './figures.ts'
import { races, runRace } from './races.ts'
import { everyCall, everySchedule, everyWrite, seededChoices } from './schedule.ts'

const bounds = isFull
  ? { writes: 20_000, preemptions: 3, calls: 6000, sampled: 400 }
  : { writes: 25, preemptions: 2, calls: 10, sampled: 8 }

describe('programs at once, without a lock', () => {
  const seed = seedOf('interleavings')

  for (const race of races) {
    it(`${race.name}: writes in every order`, { timeout: 1_800_000 }, async () => {
      const broken: string[] = []
      let held = 0
      const { schedules, isComplete } = await everySchedule(
        { preemptions: Infinity, limit: bounds.writes, seed },
        async (choose) => {
          const found = await runRace(race, choose, everyWrite)
          if (found.length === 0) held += 1
          broken.push(...found)
        },
      )
      addFigure('schedules, every order of writes', {
        tried: schedules,
        held,
        note: isComplete ? 'all' : 'bounded',
      })
      expect([...new Set(broken)]).toEqual([])
    })

    it(`${race.name}: every call, at most ${bounds.preemptions} preemptions`, { timeout: 1_800_000 }, async () => {
      const broken: string[] = []
      let held = 0
      const { schedules } = await everySchedule(
        { preemptions: bounds.preemptions, limit: bounds.calls, seed },
        async (choose) => {
          const found = await runRace(race, choose, everyCall)
          if (found.length === 0) held += 1
          broken.push(...found)
        },
      )
      addFigure('schedules, calls with bounded preemptions', { tried: schedules, held })
      expect([...new Set(broken)]).toEqual([])
    })

    it(`${race.name}: sampled`, { timeout: 1_800_000 }, async () => {
      const broken: string[] = []
      let held = 0
      for (let one = seed; one < seed + bounds.sampled; one += 1) {
        const found = await runRace(race, seededChoices(one), everyCall)
        if (found.length === 0) held += 1
        broken.push(...found.map((what) => `seed ${one}: ${what}`))
      }
      addFigure('schedules, sampled', { tried: bounds.sampled, held })
      expect(broken).toEqual([])
    })
  }
})
