import { beforeEach, describe, expect, it } from 'vitest'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { finish, hang, say } from '../sandbox/t3/steps.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** SPEC 6.3, *Epoch changed*, of a run that has no card and no lock yet: its poller died between the turn and the card. */

const repo = 'acme/shop'
let bench: Bench
let number: number
beforeEach(async () => {
  bench = await createBench()
  bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
  number = await readyIssue(bench)
  bench.fail('comment', 'unavailable')
  await poll(bench.tick())
  bench.heal()
  await bench.pass(5)
})

const threads = () => (bench.world.t3.shell() as { threads: { id: string; session: { status: string } }[] }).threads
const working = () => threads().flatMap(({ id, session }) => (session.status === 'running' ? [id] : []))
const relabel = async () => {
  bench.world.people.unlabel(repo, number, 'ready-for-agent', 'mona')
  bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
  await bench.pass(90)
}
const polled = async () => {
  const tick = bench.tick()
  await poll(tick)
  await bench.pass(5)
  return codesOf(tick)
}
const watched = async () => {
  const tick = bench.tick()
  await watch(tick)
  await bench.pass(5)
  return tick
}
const codesOf = (tick: BenchTick) =>
  tick.lines
    .filter(({ event }) => event === 'decision' || event === 'orphan')
    .map((line) =>
      [line.event === 'orphan' ? 'orphan' : line['decision'], ...((line['codes'] ?? []) as string[])].join(' '),
    )
const labels = () => bench.issue(repo, number).labels.map(({ name }) => name)

describe('labelled anew between the turn and the card', () => {
  it('is that run until it is stopped: its agent ends, its card says why, and the new one starts', async () => {
    expect([bench.cards(repo, number), labels(), working().length]).toEqual([[], ['ready-for-agent'], 1])
    const [first = ''] = working()
    await relabel()
    expect(await polled()).toEqual(['skip repo-busy'])
    expect(codesOf(await watched())).toEqual(['cancel epoch-changed'])
    expect(bench.cards(repo, number)).toMatchObject([
      { runId: first, outcome: { kind: 'cancelled', reason: 'epoch-changed' } },
    ])
    expect([working(), labels()]).toEqual([[], ['ready-for-agent']])
    expect(await polled()).toEqual(['dispatch'])
    const [second = ''] = working()
    expect(second).not.toBe(first)
    expect(working()).toEqual([second])
    expect(bench.cards(repo, number).map(({ runId, outcome }) => [runId, outcome?.kind ?? null])).toEqual([
      [first, 'cancelled'],
      [second, null],
    ])
    expect(labels().toSorted()).toEqual(['agent-in-progress', 'ready-for-agent'])
    expect(codesOf(await watched())).toEqual(['wait busy'])
  })

  it.each(['comment', 'interrupt'] as const)('dies at %s: the next tick does the rest, once', async (operation) => {
    await relabel()
    const [first = ''] = working()
    if (operation === 'interrupt') bench.executor.fail({ operation, category: 'unavailable' })
    else bench.fail(operation, 'unavailable')
    await watched()
    bench.heal()
    expect(await polled()).toEqual(['skip repo-busy'])
    await bench.pass(60)
    await watched()
    expect(working()).toEqual([])
    expect(bench.cards(repo, number)).toMatchObject([{ runId: first, outcome: { kind: 'cancelled' } }])
    expect(await polled()).toEqual(['dispatch'])
    expect([working().length, threads().length, bench.cards(repo, number).length]).toEqual([1, 2, 2])
  })

  it('whose poller was only slow gets no second card and no lock', async () => {
    bench = await createBench()
    bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
    number = await readyIssue(bench)
    const { world } = bench.tick()
    const slow = bench.tick(
      {},
      {
        tracker: {
          ...world.tracker,
          comment: async (issue, body) => {
            await relabel()
            expect(codesOf(await watched())).toEqual(['cancel epoch-changed'])
            return world.tracker.comment(issue, body)
          },
        },
      },
    )
    await poll(slow)
    expect(codesOf(slow)).toEqual(['skip failed-conflict'])
    expect([labels(), bench.issue(repo, number).comments.length]).toEqual([['ready-for-agent'], 1])
    expect(bench.cards(repo, number)).toMatchObject([{ outcome: { kind: 'cancelled', reason: 'epoch-changed' } }])
    expect(await polled()).toEqual(['dispatch'])
    expect([working().length, threads().length, bench.cards(repo, number).length]).toEqual([1, 2, 2])
  })

  it('is left alone when its agent has ended by itself: the new run starts at once', async () => {
    bench = await createBench()
    bench.world.t3.setAgent({ turn: () => [say('Done.'), finish()] })
    number = await readyIssue(bench)
    bench.fail('comment', 'unavailable')
    await poll(bench.tick())
    bench.heal()
    await relabel()
    expect([threads().length, working()]).toEqual([1, []])
    expect(codesOf(await watched())).toEqual([])
    expect(await polled()).toEqual(['dispatch'])
    expect(bench.cards(repo, number)).toHaveLength(1)
  })

  it('is no run that a dead T3 shows at work for ever: it holds nothing, and nobody touches its row', async () => {
    await relabel()
    await bench.pass(1800)
    expect(working()).toHaveLength(1)
    const tick = await watched()
    expect([codesOf(tick), tick.effects()]).toEqual([[], []])
    expect(await polled()).toEqual(['dispatch'])
  })
})
