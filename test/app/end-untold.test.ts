import { beforeEach, describe, expect, it } from 'vitest'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { createBench, readyIssue, type Bench } from './bench.ts'

/** SPEC 6.5, 9: the end of a run whose agent works on, while T3 or the notifier is away: told, never zero times. */

const repo = 'acme/shop'
let bench: Bench
let number: number
let threadId: string
beforeEach(async () => {
  bench = await createBench({ settings: 'agentLogins: [afk-agent]\nmaxRunSeconds: 300\n' })
  bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
  number = await readyIssue(bench)
  await poll(bench.tick())
  threadId = bench.cards(repo, number)[0]?.runId ?? ''
  await bench.pass(400)
})

const watched = async () => {
  const tick = bench.tick()
  await watch(tick)
  return tick
}
const outcome = () => bench.cards(repo, number)[0]?.outcome
const labels = () => bench.issue(repo, number).labels.map(({ name }) => name)
const stateOf = async () => (await bench.executor.executor.detail(threadId)).state

describe('an agent that cannot be interrupted', () => {
  it.each(['unavailable', 'forbidden', 'contract', 'refused'] as const)(
    '%s: people are told at once, and once; the lock goes with the interrupt',
    async (category) => {
      bench.executor.fail({ operation: 'interrupt', category })
      for (let minute = 0; minute < 5; minute += 1) {
        const tick = await watched()
        expect(tick.failures.exitCode()).toBe(1)
        expect(bench.notifier.rung).toMatchObject([{ kind: 'needs-human' }])
        expect(labels()).toEqual(['agent-in-progress', 'ready-for-human'])
        expect(outcome()).toMatchObject({ reason: 'time', untold: false, unstopped: true })
        await bench.pass(60)
      }
      bench.heal()
      await watched()
      await bench.pass(10)
      expect(await stateOf()).toBe('failed')
      expect(labels()).toEqual(['ready-for-human'])
      expect(outcome()).not.toHaveProperty('unstopped')
      expect(bench.notifier.rung).toHaveLength(1)
    },
  )

  it('and then cannot be seen: the lock stays until it can', async () => {
    bench.executor.fail({ operation: 'interrupt', category: 'unavailable' })
    await watched()
    bench.executor.fail({ operation: 'threads', category: 'unavailable' })
    await watched()
    expect(labels()).toContain('agent-in-progress')
    bench.heal()
    await watched()
    expect(labels()).toEqual(['ready-for-human'])
    expect(bench.executor.calls.filter((call) => call === 'interrupt')).toHaveLength(2)
  })

  it('and comes to its end by itself: no interrupt any more', async () => {
    bench.executor.fail({ operation: 'interrupt', category: 'forbidden', times: 1 })
    await watched()
    bench.world.t3.dispatch({ type: 'thread.turn.interrupt', commandId: 'of a person', threadId, createdAt: '' })
    await bench.pass(10)
    await watched()
    expect(labels()).toEqual(['ready-for-human'])
    expect(bench.executor.calls.filter((call) => call === 'interrupt')).toHaveLength(1)
  })
})

describe('a doorbell', () => {
  it('is rung when the executor was what failed for longer than the labels wait', async () => {
    bench.fail('comment', 'unavailable')
    bench.fail('editComment', 'unavailable')
    await watched()
    bench.heal()
    bench.executor.fail({ operation: 'interrupt', category: 'unavailable' })
    await watched()
    await bench.pass(600)
    bench.heal()
    await watched()
    expect(bench.notifier.rung).toHaveLength(1)
    expect(outcome()).toMatchObject({ untold: false })
  })

  it('that cannot ring for 3 minutes: the labels go on, and the card says that nobody was told', async () => {
    bench.notifier.fail('unavailable')
    for (const wait of [60, 60, 70]) {
      await watched()
      expect(labels()).toEqual(['ready-for-agent', 'agent-in-progress'])
      expect(outcome()).toMatchObject({ untold: false })
      await bench.pass(wait)
    }
    await watched()
    expect(labels()).toEqual(['ready-for-human'])
    expect(outcome()).toMatchObject({ untold: true })
  })

  it('is rung after all when the lock is still on once the notifier is back, and the card no longer says otherwise', async () => {
    bench.notifier.fail('unavailable')
    await watched()
    await bench.pass(600)
    bench.fail('removeLabel', 'unavailable', ([, label]) => label === 'agent-in-progress')
    await watched()
    expect(outcome()).toMatchObject({ untold: true })
    bench.heal()
    await watched()
    expect(bench.notifier.rung).toHaveLength(1)
    expect(outcome()).toMatchObject({ untold: false })
    expect(labels()).toEqual(['ready-for-human'])
  })
})
