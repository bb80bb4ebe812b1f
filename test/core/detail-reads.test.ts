import { describe, expect, it } from 'vitest'
import { rotationOf, turnAt, type DetailReads } from '../../src/core/dispatch/detail-reads.ts'
import type { RepoOverview } from '../../src/core/model.ts'
import { hours, seconds, t0 } from '../builders/time.ts'

/** SPEC 5.1, Trust: detail reads rotate over the repos by the minute. */

const repos = ['a/a', 'B/b', 'c/c', 'd/d', 'e/e']
const overview = (repo: string, changes: Partial<RepoOverview> = {}): RepoOverview => ({
  repo,
  nameWithOwner: repo,
  base: null,
  ready: [1],
  locked: [],
  ...changes,
})
const reads = (perTick: number, price: number, turn = 0): DetailReads => ({
  perTick,
  prices: Object.fromEntries(repos.map((repo) => [repo.toLowerCase(), price])),
  turn,
})
const keys = repos.map((repo) => repo.toLowerCase())
const readAt = (given: DetailReads) => {
  const rotation = rotationOf(
    repos.map((repo) => overview(repo)),
    given,
  )
  return keys.filter((repo) => rotation.minutesTo(repo) === 0)
}

describe('rotationOf', () => {
  it('has every repo read now without a limit, and while all together cost no more', () => {
    const all = repos.map((repo) => overview(repo))
    for (const given of [null, reads(10, 2)]) {
      const rotation = rotationOf(all, given)
      expect(rotation.turns).toBe(1)
      expect(keys.map(rotation.minutesTo)).toEqual([0, 0, 0, 0, 0])
    }
  })

  it('comes to every repo once in as many minutes as there are turns, none dearer than a tick may be', () => {
    const turns = [0, 1, 2].map((turn) => readAt(reads(4, 2, turn)))
    expect(turns).toEqual([['a/a', 'b/b'], ['c/c', 'd/d'], ['e/e']])
    expect(readAt(reads(4, 2, 3))).toEqual(turns[0])
  })

  it('tells how long a repo waits', () => {
    const rotation = rotationOf(
      repos.map((repo) => overview(repo)),
      reads(4, 2, 1),
    )
    expect(rotation.turns).toBe(3)
    expect(keys.map(rotation.minutesTo)).toEqual([2, 2, 0, 0, 1])
  })

  it('gives a repo that alone costs more than a tick may a turn of its own', () => {
    expect([0, 1, 2, 3, 4].map((turn) => readAt(reads(1, 2, turn)))).toEqual(keys.map((key) => [key]))
    expect(readAt(reads(0, 2, 2))).toEqual(['c/c'])
  })

  it('leaves out repos with a lock or without a ready issue, whatever their order', () => {
    const some = [overview('e/e'), overview('c/c', { locked: [7] }), overview('B/b', { ready: [] }), overview('a/a')]
    const rotation = rotationOf(some, reads(2, 2, 1))
    expect(rotation.turns).toBe(2)
    expect(keys.map(rotation.minutesTo)).toEqual([1, 0, 0, 0, 0])
  })
})

describe('turnAt', () => {
  it('goes up by one a minute', () => {
    const start = Math.floor(t0 / hours(1)) * hours(1)
    expect([0, 59, 60, 120].map((second) => turnAt(start + seconds(second)) - turnAt(start))).toEqual([0, 0, 1, 2])
  })

  it('comes to every turn on a schedule of every fifth minute, too', () => {
    const seen = new Set(Array.from({ length: 120 }, (_, tick) => turnAt(t0 + seconds(300) * tick) % 5))
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4]))
  })
})
