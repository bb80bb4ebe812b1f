import { beforeEach, describe, expect, it } from 'vitest'
import { tokenWarnings } from '../../src/app/token-ends.ts'
import { watch } from '../../src/app/watch.ts'
import { poll } from '../../src/app/poll.ts'
import { createFakeExecutor } from '../fakes/executor.ts'
import { createBench, type Bench, type BenchTick } from './bench.ts'

/** A token that ends within a week: in every summary, and a bell a day, by the watcher alone. */

const day = 24 * 3_600_000
let bench: Bench
let end: number
beforeEach(async () => {
  bench = await createBench()
  end = bench.world.github.clock.now() + 6 * day
  for (const token of bench.world.github.tokens.values()) token.expiresAt = end
})

const watched = async (changes = {}, ports = {}): Promise<BenchTick> => {
  const tick = bench.tick(changes, ports)
  await watch(tick)
  return tick
}
const bells = () => bench.notifier.rung.filter(({ kind }) => kind === 'token-ends')

/** To the tick in which the day's bell rings, and not beyond. */
async function untilRung(): Promise<BenchTick> {
  for (let i = 0; i < 1440; i += 1) {
    const tick = await watched()
    if (tick.effects().length > 0) return tick
    await bench.pass(60)
  }
  throw new Error('no bell in a day')
}

describe('the bell', () => {
  it('rings once a day, and the poller never rings it', { timeout: 60_000 }, async () => {
    const first = await untilRung()
    expect(first.effects()).toEqual(['doorbell.ring done'])
    expect(bells()).toMatchObject([{ headline: expect.stringContaining('GitHub'), repo: null, issue: null }])
    const polling = bench.tick()
    await poll(polling)
    expect(polling.effects()).toEqual([])
    await bench.pass(24 * 3600 - 60)
    for (let i = 0; i < 3; i += 1) {
      await watched()
      await bench.pass(60)
    }
    expect(bells()).toHaveLength(2)
  })

  it('asks nobody anything that was not asked before', { timeout: 60_000 }, async () => {
    await untilRung()
    await bench.pass(60)
    const seen = bench.calls.length
    const asked = bench.executor.calls.length
    await watched()
    const ending = bench.calls.slice(seen)
    for (const token of bench.world.github.tokens.values()) token.expiresAt = null
    const then = bench.calls.length
    await watched()
    // Its name it knows by then: the adapter asks for it once a tick.
    expect(ending).toEqual([...bench.calls.slice(then), 'self'])
    expect(bench.executor.calls.slice(asked)).toEqual(['threads', 'threads'])
  })

  it('that fails is a failed item, and no more', { timeout: 60_000 }, async () => {
    bench.notifier.fail('unavailable')
    const tick = await untilRung()
    expect(tick.effects()).toEqual(['doorbell.ring failed'])
    expect(tick.failures.exitCode()).toBe(1)
  })

  it(
    'stays silent behind a gate that shut meanwhile, after the deadline, and without a notifier',
    { timeout: 60_000 },
    async () => {
      await untilRung()
      let asked = 0
      const shut = await watched({ gates: () => ({ ...bench.gates, open: (asked += 1) < 2, why: 'the kill switch' }) })
      expect(shut.effects()).toEqual(['doorbell.ring refused'])
      expect((await watched({ over: () => true })).effects()).toEqual(['doorbell.ring refused'])
      expect((await watched({}, { notifier: null })).effects()).toEqual([])
      expect(bells()).toHaveLength(1)
    },
  )
})

describe('the words for the summary', () => {
  it('tell of both services, once they have answered', async () => {
    const executor = createFakeExecutor({
      state: bench.world.t3,
      tokenEndsAt: bench.world.t3.clock.now() + day,
    }).executor
    const tick = bench.tick({}, { executor })
    expect(tokenWarnings(tick.world)).toEqual([])
    await poll(tick)
    expect(tokenWarnings(tick.world)).toEqual([
      expect.stringMatching(/^the token of afk for GitHub ends in 5 days|^the token of afk for GitHub ends in 6 days/),
      expect.stringMatching(/^the token of afk for T3 ends in (?:23|24) hours/),
    ])
  })

  it('are none while every token lasts', async () => {
    for (const token of bench.world.github.tokens.values()) token.expiresAt = end + 2 * day
    const tick = await watched()
    expect(tokenWarnings(tick.world)).toEqual([])
  })
})
