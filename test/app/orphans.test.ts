import { beforeEach, describe, expect, it } from 'vitest'
import { haltAll } from '../../src/app/halt.ts'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** SPEC 6.3: a thread at work that no issue claims is told with its link; one of an ended run is interrupted again. */

const repo = 'acme/shop'
let bench: Bench
let number: number
let threadId: string
beforeEach(async () => {
  bench = await createBench()
  bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
  number = await readyIssue(bench)
  await poll(bench.tick())
  threadId = bench.cards(repo, number)[0]?.runId ?? ''
  await bench.pass(5)
})

/** A run that ended while its thread works: the person's word is on the issue, and the interrupt has not arrived. */
async function endWithoutInterrupt() {
  bench.world.people.unlabel(repo, number, 'agent-in-progress', 'mona')
  bench.executor.fail({ operation: 'interrupt', category: 'refused', times: 3 })
  await watch(bench.tick())
  expect(bench.cards(repo, number)).toMatchObject([{ outcome: { kind: 'cancelled' } }])
  bench.executor.heal()
}
const turn = (messageId: string) =>
  bench.executor.executor.startTurn({
    commandId: `person ${messageId}`,
    messageId,
    threadId,
    text: 'Go on, please.',
    model: { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' },
  })
const orphansIn = (tick: BenchTick) => tick.lines.filter(({ event }) => event === 'orphan')
const watched = async () => {
  const tick = bench.tick()
  return { tick, ...(await watch(tick)) }
}

describe('orphans', () => {
  it('a thread with a run in flight is none', async () => {
    const { tick, inFlight } = await watched()
    expect(orphansIn(tick)).toEqual([])
    expect(inFlight).toBe(1)
  })

  it('the thread of an ended run is told, interrupted, and then it is over', async () => {
    await endWithoutInterrupt()
    await bench.pass(60)
    const { tick, inFlight } = await watched()
    expect(orphansIn(tick)).toMatchObject([
      { thread: threadId, repo, issue: number, state: 'working', link: expect.stringContaining(threadId) },
    ])
    expect(tick.effects()).toEqual(['turn.interrupt done'])
    expect(inFlight).toBe(1)
    await bench.pass(60)
    const after = await watched()
    expect(orphansIn(after.tick)).toEqual([])
    expect(after.inFlight).toBe(0)
  })

  it('one that a person has written to last is theirs', async () => {
    await endWithoutInterrupt()
    await turn('of-a-person')
    await bench.pass(60)
    const { tick, inFlight } = await watched()
    expect(orphansIn(tick)).toHaveLength(1)
    expect(tick.effects()).toEqual([])
    expect(inFlight).toBe(1)
  })

  it('what goes wrong about one is an item’s failure', async () => {
    await endWithoutInterrupt()
    await bench.pass(60)
    bench.executor.fail({ operation: 'detail', category: 'contract' })
    const { tick } = await watched()
    expect(tick.lines.find(({ event }) => event === 'error')).toMatchObject({
      what: 'orphan',
      category: 'contract',
      repo,
    })
    expect(tick.failures.exitCode()).toBe(1)
  })

  it('of an issue that is gone is told as well, and is no failure', async () => {
    await endWithoutInterrupt()
    await bench.pass(60)
    const { world } = bench.tick()
    const error = { category: 'not-found', message: 'no', port: 'tracker', operation: 'look' } as never
    const look = async (refs: readonly { repo: string; number: number }[]) =>
      refs.map((ref) => ({ ref, ok: false as const, error }))
    const tick = bench.tick({}, { tracker: { ...world.tracker, look } })
    expect((await watch(tick)).inFlight).toBe(1)
    expect(orphansIn(tick)).toMatchObject([{ thread: threadId, repo, issue: number }])
    expect(tick.effects()).toEqual([])
    expect(tick.failures.exitCode()).toBe(0)
    // The list of its repo has just shown it: then something is wrong.
    bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
    const listed = bench.tick({}, { tracker: { ...bench.tick().world.tracker, look } })
    await watch(listed)
    expect(orphansIn(listed)).toEqual([])
    expect(listed.failures.exitCode()).toBe(1)
  })

  it('of an issue that cannot be read nothing is said', async () => {
    await endWithoutInterrupt()
    await bench.pass(60)
    const { world } = bench.tick()
    const error = { category: 'forbidden', message: 'no', port: 'tracker', operation: 'look' } as never
    const tick = bench.tick(
      {},
      { tracker: { ...world.tracker, look: async (refs) => refs.map((ref) => ({ ref, ok: false, error })) } },
    )
    await watch(tick)
    expect(orphansIn(tick)).toEqual([])
    expect(tick.failures.exitCode()).toBe(1)
  })
})

describe('orphans that are none any more', () => {
  it('one that the list shows at work, and its own thread does not', async () => {
    await endWithoutInterrupt()
    await bench.pass(60)
    const tick = bench.tick()
    const { executor } = tick.world
    const detail: typeof executor.detail = async (id) => ({ ...(await executor.detail(id)), state: 'finished' })
    const seen = bench.tick({}, { executor: { ...executor, detail } })
    expect((await watch(seen)).inFlight).toBe(0)
    expect(orphansIn(seen)).toEqual([])
    expect(seen.effects()).toEqual([])
  })

  it('one that gave no sign for stallSeconds: an interrupt would be one', async () => {
    await endWithoutInterrupt()
    await bench.pass(3000)
    const { tick, inFlight } = await watched()
    expect(orphansIn(tick)).toEqual([])
    expect(tick.effects()).toEqual([])
    expect(inFlight).toBe(0)
  })
})

describe('a thread that somebody has renamed in T3', () => {
  const rename = () =>
    bench.world.t3.dispatch({ type: 'thread.meta.update', commandId: 'rename', threadId, title: 'Prices, second try' })

  it('is found by its id as long as its issue is locked: no orphan', async () => {
    rename()
    const { tick, inFlight } = await watched()
    expect(orphansIn(tick)).toEqual([])
    expect(inFlight).toBe(1)
    expect(tick.lines.find(({ event }) => event === 'decision')).toMatchObject({ decision: 'wait', run: threadId })
  })

  it('is found by its id when a person takes the lock off: cancelled, and interrupted', async () => {
    rename()
    bench.world.people.unlabel(repo, number, 'agent-in-progress', 'mona')
    const { tick } = await watched()
    expect(bench.cards(repo, number)).toMatchObject([{ outcome: { kind: 'cancelled' } }])
    expect(tick.effects()).toContain('turn.interrupt done')
  })

  it('whose issue lost both labels is told as an orphan, and holds its repo: no second agent beside it', async () => {
    rename()
    bench.world.people.unlabel(repo, number, 'agent-in-progress', 'mona')
    bench.world.people.unlabel(repo, number, 'ready-for-agent', 'mona')
    const { tick, inFlight } = await watched()
    expect(orphansIn(tick)).toMatchObject([{ thread: threadId, repo, link: expect.stringContaining(threadId) }])
    expect(inFlight).toBe(1)
    bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
    const other = await readyIssue(bench, repo, 'Another')
    const polled = bench.tick()
    await poll(polled)
    const decisions = polled.lines.filter(({ event }) => event === 'decision')
    expect(decisions.map((line) => [line['issue'], line['decision']])).toEqual(
      expect.arrayContaining([
        [number, 'skip'],
        [other, 'skip'],
      ]),
    )
    for (const line of decisions) expect(line['codes']).toContain('repo-busy')
    expect(JSON.stringify(decisions)).toContain('whose title names no issue')
  })

  it('is interrupted by halt all the same', async () => {
    rename()
    const halt = await haltAll({
      executor: bench.executor.executor,
      waitSeconds: 0,
      sleep: async () => {},
      say: () => {},
    })
    expect(halt.halted).toMatchObject([{ thread: threadId, repo, issue: null, result: 'interrupted' }])
    expect(bench.executor.calls).toContain('interrupt')
  })
})

describe('a run whose card this build cannot read', () => {
  it('is left alone, and its thread is no orphan', async () => {
    const comment = bench.issue(repo, number).comments[0]
    if (comment === undefined) throw new Error('there is no card')
    comment.body = comment.body.replace('<!-- afk:v1', '<!-- afk:v9')
    const { tick } = await watched()
    expect(orphansIn(tick)).toEqual([])
  })
})
