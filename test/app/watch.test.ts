import { beforeEach, describe, expect, it } from 'vitest'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { landsAtOnce, pushesRedThenFixes } from '../sandbox/t3/agents.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** SPEC 6 and 10: one run's failure never stops another's, a port's failure as a whole does. */

let bench: Bench
let shop: number
let api: number
beforeEach(async () => {
  bench = await createBench({ repos: ['acme/shop', 'acme/api'] })
})

/** Both repos have a run whose agent has pushed and is done, and whose checks have ended. */
async function pushed(agent = landsAtOnce) {
  bench.world.t3.setAgent(agent(bench.world.crew))
  shop = await readyIssue(bench, 'acme/shop', 'SHOPMARK')
  api = await readyIssue(bench, 'acme/api', 'APIMARK')
  await poll(bench.tick())
  await bench.pass(60)
}
const watched = async (
  changes: Parameters<Bench['tick']>[0] = {},
  ports: Parameters<Bench['tick']>[1] = {},
): Promise<BenchTick & { inFlight: number }> => {
  const tick = bench.tick(changes, ports)
  return Object.assign(tick, await watch(tick))
}
const verdicts = (tick: BenchTick) =>
  Object.fromEntries(
    tick.lines
      .filter(({ event }) => event === 'decision')
      .map((line) => [
        String(line['repo']).replace('acme/', ''),
        [line['decision'], ...(line['codes'] as string[])].join(' '),
      ]),
  )
const errors = (tick: BenchTick) => tick.lines.filter(({ event }) => event === 'error')
const bad = (args: readonly unknown[]) => JSON.stringify(args).includes('acme/api')
const states = () => [bench.issue('acme/shop', shop).state, bench.issue('acme/api', api).state]

describe('one run fails, the other lands, exit 1', () => {
  beforeEach(() => pushed())

  it.each(['history', 'checks', 'files'] as const)('%s cannot be read', async (operation) => {
    bench.fail(operation, 'contract', bad)
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: 'land green', api: 'wait failed-contract' })
    expect(errors(tick)).toMatchObject([{ what: 'run', category: 'contract', repo: 'acme/api', issue: api }])
    expect(tick.failures.exitCode()).toBe(1)
    expect(states()).toEqual(['closed', 'open'])
    bench.heal()
    expect(verdicts(await watched())).toMatchObject({ api: 'land green' })
  })

  it('an issue that cannot be read', async () => {
    const { world } = bench.tick()
    const [missing] = await world.tracker.look([
      { repo: 'acme/none', number: 1, labels: { ready: 'a', inProgress: 'b', human: 'c' } },
    ])
    if (missing === undefined || missing.ok) throw new Error('expected a repo that is not there')
    const tick = await watched(
      {},
      {
        tracker: {
          ...world.tracker,
          look: async (refs) =>
            (await world.tracker.look(refs)).map((entry) =>
              entry.ref.repo === 'acme/api' ? { ref: entry.ref, ok: false, error: missing.error } : entry,
            ),
        },
      },
    )
    expect(verdicts(tick)).toEqual({ shop: 'land green' })
    expect(errors(tick)).toMatchObject([{ what: 'look', repo: 'acme/api', issue: api }])
    expect(tick.failures.exitCode()).toBe(1)
  })

  it('a write', async () => {
    bench.fail('close', 'conflict', bad)
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: 'land green', api: 'land green failed-conflict' })
    expect(tick.failures.exitCode()).toBe(1)
    bench.heal()
    await watched()
    expect(states()).toEqual(['closed', 'closed'])
    expect(bench.notifier.rung).toHaveLength(2)
  })

  it('a fault of afk’s own: told by kind and place, without a word of the text', async () => {
    bench.fail('checks', new RangeError('APIMARK\n    at APIMARK (APIMARK:1:1)'), bad)
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: 'land green', api: 'wait failed-bug' })
    expect(tick.failures.exitCode()).toBe(1)
    expect(errors(tick)).toMatchObject([{ category: 'bug', name: 'RangeError', repo: 'acme/api' }])
    expect(JSON.stringify(errors(tick)[0]?.['stack'])).toContain('.ts:')
    expect(JSON.stringify(tick.lines)).not.toContain('APIMARK')
  })

  it('a repo that cannot be seen', async () => {
    bench.gates.allowlist = ['acme/shop', 'acme/api', 'acme/none']
    const tick = await watched()
    expect(tick.failures.exitCode()).toBe(1)
    expect(errors(tick)).toMatchObject([{ what: 'overview', repo: 'acme/none', category: 'not-found' }])
    expect(states()).toEqual(['closed', 'closed'])
  })
})

describe('a dependency fails as a whole, exit 3', () => {
  beforeEach(() => pushed())

  it.each([
    ['overview', 'auth'],
    ['look', 'unavailable'],
    ['self', 'rate'],
  ] as const)('%s: %s: nothing is decided', async (operation, category) => {
    bench.fail(operation, category)
    const tick = await watched()
    expect(tick.failures.exitCode()).toBe(3)
    expect(verdicts(tick)).toEqual({})
    // Whatever is in flight is not known: never drained.
    expect(tick.inFlight).toBeGreaterThan(0)
  })

  it('T3: what CI alone can decide goes on', async () => {
    bench.executor.fail({ operation: 'threads', category: 'unavailable' })
    const tick = await watched()
    expect(tick.failures.exitCode()).toBe(3)
    expect(verdicts(tick)).toEqual({ shop: 'land green', api: 'land green' })
    expect(states()).toEqual(['closed', 'closed'])
  })

  it('a rate limit in the middle: what was not begun is not begun, and says why', async () => {
    bench.fail('checks', 'rate')
    const tick = await watched({ over: () => false })
    expect(tick.failures.exitCode()).toBe(3)
    expect(Object.values(verdicts(tick)).every((verdict) => /^wait (failed-)?rate$/.test(verdict))).toBe(true)
    expect(tick.effects()).toEqual([])
  })

  it('time that is up: every run is told to wait', async () => {
    const tick = await watched({ over: () => true })
    expect(verdicts(tick)).toEqual({ shop: 'wait deadline', api: 'wait deadline' })
    expect(tick.failures.exitCode()).toBe(0)
    expect(tick.inFlight).toBe(2)
  })
})

describe('gates that shut while the watcher looks', () => {
  beforeEach(() => pushed(pushesRedThenFixes))

  it('and can no longer be read: no run is taken for one of a repo off the list', async () => {
    bench.gates.open = false
    bench.gates.allowlist = []
    bench.gates.why = 'cannot be parsed: AFK_ALLOWLIST'
    const tick = await watched()
    expect(tick.effects()).toEqual([])
    expect(tick.inFlight).toBeGreaterThan(0)
    expect(bench.cards('acme/shop', shop)).toMatchObject([{ outcome: null }])
  })

  it('a repo off a list that is not empty is stopped where it would be given work', async () => {
    bench.gates.allowlist = ['acme/shop']
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: 'fix-forward red', api: 'freeze not-allowlisted' })
  })
})

describe('issues without a run of theirs', () => {
  it('a lock that a person put on is told, and left', async () => {
    const { number } = bench.world.people.open('acme/shop', { title: 'Mine', author: 'ada' })
    bench.world.people.label('acme/shop', number, 'agent-in-progress', 'mona')
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: 'wait lock-without-run' })
    expect(tick.effects()).toEqual([])
    expect(tick.inFlight).toBe(0)
  })

  it('a dispatch that died half way is the poller’s', async () => {
    bench.world.t3.setAgent(landsAtOnce(bench.world.crew))
    shop = await readyIssue(bench)
    bench.executor.fail({ operation: 'startTurn', category: 'unavailable' })
    await poll(bench.tick())
    bench.heal()
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: 'wait dispatching' })
    expect(tick.inFlight).toBe(1)
  })

  it.each([
    ['broken', '"turns":', '"tunrs":', 1],
    ['newer', '<!-- afk:v1 ', '<!-- afk:v9 ', 0],
  ] as const)('a %s card: the run is left alone and told', async (what, from, to, code) => {
    await pushed()
    const [comment] = bench.issue('acme/shop', shop).comments
    const body = comment?.body.replace(from, to) ?? ''
    bench.world.people.editComment('acme/shop', comment?.id ?? 0, body, 'afk')
    const tick = await watched()
    expect(verdicts(tick)).toEqual({ shop: `wait card-${what}`, api: 'land green' })
    expect(tick.failures.exitCode()).toBe(code)
    expect(bench.issue('acme/shop', shop).comments.map((one) => one.body)).toEqual([body])
  })
})
