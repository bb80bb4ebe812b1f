import { describe, expect, it } from 'vitest'
import { turnAt } from '../../src/core/dispatch/detail-reads.ts'
import { rotationOf } from '../../src/core/dispatch/detail-reads.ts'
import { minutesToExplain } from '../../src/core/explain/explain-turn.ts'
import { anObservation, anOverview } from '../builders/observation.ts'
import { minutes, t0 } from '../builders/time.ts'

const names = Array.from({ length: 24 }, (_, index) => `acme/repo-${String(index).padStart(2, '0')}`)
const repos = names.map((repo) => anOverview(repo, [], { ready: [1] }))

/** What a poller knows in that minute, when so many repos may be read in it. */
function observed(minute: number, reposATick: number) {
  const now = t0 + minutes(minute)
  const details = {
    perTick: reposATick,
    prices: Object.fromEntries(names.map((repo) => [repo, 1])),
    turn: turnAt(now),
  }
  return { ...anObservation({ repos, now: { tracker: now, executor: now } }), details }
}

describe('when the issues of a repo are told (every tenth minute, SPEC 5.1)', () => {
  it.each([
    [24, 1, 11],
    [12, 2, 19],
    [8, 3, 23],
    [2, 12, 26],
    [1, 24, 50],
  ])(
    '%d repos a tick, %d turns: only in a tick that reads the repo, and at most %d minutes apart',
    (reposATick, turns, apart) => {
      for (const repo of names) {
        const told: number[] = []
        for (let minute = 0; minute < 240; minute += 1) {
          const observation = observed(minute, reposATick)
          const rotation = rotationOf(repos, observation.details)
          expect(rotation.turns).toBe(turns)
          if (minutesToExplain(observation)(repo) !== 0) continue
          expect(rotation.minutesTo(repo)).toBe(0)
          told.push(minute)
        }
        const gaps = told.slice(1).map((minute, index) => minute - (told[index] ?? 0))
        expect(Math.max(...gaps)).toBeLessThanOrEqual(apart)
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(9)
      }
    },
  )

  it('without turns it is every tenth minute, and people who ask are told how long it is', () => {
    const at = (minute: number) =>
      minutesToExplain(anObservation({ repos, now: { tracker: t0 + minutes(minute), executor: t0 } }))('acme/repo-07')
    const wait = at(0)
    expect([at(wait), at(wait + 1), at(wait + 9), at(wait + 10)]).toEqual([0, 9, 1, 0])
  })
})
