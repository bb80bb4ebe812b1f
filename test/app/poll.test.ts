import { beforeEach, describe, expect, it } from 'vitest'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Tracker } from '../../src/ports/tracker.ts'
import { finish, hang, say } from '../sandbox/t3/steps.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** SPEC 5 and 10: what a poller tick does when something of its world fails. */

let bench: Bench
let shop: number
let api: number
beforeEach(async () => {
  bench = await createBench({ repos: ['acme/shop', 'acme/api'] })
  bench.world.t3.setAgent({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
  shop = await readyIssue(bench, 'acme/shop', 'SHOPMARK')
  api = await readyIssue(bench, 'acme/api', 'APIMARK')
})

const polled = async (
  changes: Parameters<Bench['tick']>[0] = {},
  ports: Parameters<Bench['tick']>[1] = {},
): Promise<BenchTick> => {
  const tick = bench.tick(changes, ports)
  await poll(tick)
  return tick
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
const threads = () => (bench.world.t3.shell() as { threads: object[] }).threads.length

describe('a dependency fails as a whole: nothing is dispatched, exit 3', () => {
  it.each([
    ['overview', 'auth'],
    ['overview', 'rate'],
    ['overview', 'unavailable'],
    ['self', 'contract'],
    ['summaries', 'unavailable'],
    ['permission', 'auth'],
    ['labelledVia', 'rate'],
  ] as const)('%s: %s', async (operation, category) => {
    bench.fail(operation, category)
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(3)
    expect(tick.lines.filter(({ event }) => event === 'error')).toMatchObject([{ what: 'observe', category }])
    expect(verdicts(tick)).toEqual({})
    expect(threads()).toBe(0)
  })

  it.each(['unavailable', 'contract', 'auth'] as const)('T3’s list: %s', async (category) => {
    bench.executor.fail({ operation: 'threads', category })
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(3)
    expect(threads()).toBe(0)
  })

  it('look, in a repo of more issues than are read at once: rate', async () => {
    bench.fail('look', 'rate')
    const tick = await polled({}, { tracker: withManyIssues() })
    expect(tick.failures.exitCode()).toBe(3)
    expect(threads()).toBe(0)
  })

  it('both at once: one is told, and nobody is left waiting', async () => {
    bench.executor.fail({ operation: 'threads', category: 'unavailable' })
    bench.fail('overview', 'unavailable')
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(3)
  })

  it.each(['tracker', 'executor'] as const)('the %s tells no time: ages are never the pod’s', async (port) => {
    const { world } = bench.tick()
    const tick = await polled({}, { [port]: { ...world[port], now: () => null } })
    expect(tick.failures.exitCode()).toBe(3)
    expect(tick.lines[0]).toMatchObject({ event: 'error', category: 'contract', port })
    expect(threads()).toBe(0)
  })
})

/** Whose summaries tell no more than texts, as those of repos with many ready issues do. */
function withManyIssues(): Tracker {
  const { tracker } = bench.tick().world
  return { ...tracker, summaries: (refs) => tracker.summaries(refs.map(({ repo, labels }) => ({ repo, labels }))) }
}

describe('the hourly limit', () => {
  it.each([
    [0.099, 3, 0],
    [0.1, 0, 2],
  ])('with %d of it left', async (left, code, started) => {
    const { tracker } = bench.tick().world
    const tick = await polled({}, { tracker: { ...tracker, remaining: () => left } })
    expect(tick.failures.exitCode()).toBe(code)
    expect(tick.failures.stopped('tracker')).toBe(code === 3 ? 'rate' : null)
    expect(threads()).toBe(started)
  })
})

describe('one item fails: the others start, exit 1', () => {
  const bad = (args: readonly unknown[]) => JSON.stringify(args).includes('acme/api')

  it('a repo that cannot be seen', async () => {
    bench.gates.allowlist = ['acme/none', 'acme/shop']
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(1)
    expect(tick.lines[0]).toMatchObject({ event: 'error', what: 'overview', repo: 'acme/none', category: 'not-found' })
    expect(verdicts(tick)).toEqual({ shop: 'dispatch' })
  })

  it('an issue that is gone between the list and the look', async () => {
    const tracker = withManyIssues()
    const tick = await polled(
      {},
      {
        tracker: {
          ...tracker,
          summaries: async (refs) => {
            const found = await tracker.summaries(refs)
            // Transferred to another repo, say.
            bench.issue('acme/api', api).isPullRequest = true
            return found
          },
        },
      },
    )
    expect(tick.failures.exitCode()).toBe(1)
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip unreadable' })
  })

  it('a thread that may be starting and cannot be shown holds its repo', async () => {
    bench.world.t3.setAgent({ turn: () => [say('AFK-RESULT: no-change done before', 100), finish()] })
    await polled()
    await bench.pass(30)
    await watch(bench.tick())
    await bench.pass(1)
    for (const repo of ['acme/shop', 'acme/api']) {
      const { number } = bench.world.people.open(repo, { title: 'Next', author: 'ada' })
      bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
    }
    await bench.pass(90)
    const hidden = bench.cards('acme/api', api)[0]?.runId
    const { executor } = bench.tick().world
    const failing = (category: 'contract' | 'unavailable') => ({
      ...executor,
      detail: async (id: string) => {
        if (id === hidden) throw new PortError('executor', 'detail', category, 'the test has it fail')
        return executor.detail(id)
      },
    })
    const away = await polled({}, { executor: failing('unavailable') })
    expect(away.failures.exitCode()).toBe(3)
    expect(verdicts(away)).toEqual({})
    const tick = await polled({}, { executor: failing('contract') })
    expect(tick.failures.exitCode()).toBe(1)
    expect(verdicts(tick)).toMatchObject({ shop: 'dispatch', api: expect.stringContaining('repo-busy') })
    expect(verdicts(await polled())).toMatchObject({ api: 'dispatch' })
  })

  it.each(['permission', 'labelledVia'] as const)('%s', async (operation) => {
    bench.fail(operation, 'contract', bad)
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(1)
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip unreadable' })
  })

  it('a label event that GitHub does not show is nobody’s, and no failure', async () => {
    bench.fail('labelledVia', 'not-found', bad)
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(0)
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip untrusted-labeller' })
    expect(tick.lines.find(({ repo }) => repo === 'acme/api')).toMatchObject({
      facts: { 'untrusted-labeller': { by: 'mona', event: "not in GitHub's list of events" } },
    })
  })

  it('the texts of one repo', async () => {
    const { world } = bench.tick()
    const error = world.tracker.look([
      { repo: 'acme/none', number: 1, labels: { ready: 'a', inProgress: 'b', human: 'c' } },
    ])
    const [entry] = await error
    if (entry === undefined || entry.ok) throw new Error('expected a repo that is not there')
    const tick = await polled(
      {},
      {
        tracker: {
          ...world.tracker,
          summaries: async (refs) =>
            (await world.tracker.summaries(refs)).map((found) =>
              found.ref === 'acme/api' ? { ref: found.ref, ok: false, error: entry.error } : found,
            ),
        },
      },
    )
    expect(tick.failures.exitCode()).toBe(1)
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip unreadable' })
  })

  it('blockers that cannot be asked for block', async () => {
    const { number } = bench.world.people.open('acme/api', { title: 'First', author: 'ada' })
    bench.world.people.edit('acme/api', api, { body: `Blocked by #${number}` }, 'mona')
    bench.fail('states', 'unavailable')
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(1)
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip blocked' })
  })

  it('a default branch whose head cannot be read stays red', async () => {
    await polled()
    for (const repo of ['acme/shop', 'acme/api']) {
      const number = repo === 'acme/shop' ? shop : api
      bench.world.people.unlabel(repo, number, 'agent-in-progress', 'afk')
      bench.world.people.unlabel(repo, number, 'ready-for-agent', 'mona')
      bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
      const run = bench.cards(repo, number)[0]?.runId
      const ci = bench.world.ci['red'] ?? null
      bench.world.people.push(repo, { author: 'ada', message: `Break\n\nAFK-Run: ${run}`, files: { a: 'b' }, ci })
    }
    // The threads of the runs before are quiet for so long that they hold nobody up.
    await bench.pass(3600)
    bench.fail('history', 'contract', bad)
    const tick = await polled()
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip base-red' })
    expect(tick.failures.exitCode()).toBe(1)
  })

  it('the notes of one repo', async () => {
    bench.fail('file', 'forbidden', bad)
    const tick = await polled()
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip failed-forbidden' })
    expect(tick.failures.exitCode()).toBe(1)
  })

  it('a fault of afk’s own in one of them', async () => {
    bench.fail('file', new TypeError('APIMARK cannot be read'), bad)
    const tick = await polled()
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip failed-bug' })
    expect(tick.failures.exitCode()).toBe(1)
    const bug = tick.lines.find((line) => line['category'] === 'bug')
    expect(bug).toMatchObject({ event: 'error', repo: 'acme/api', issue: api, name: 'TypeError' })
    expect(JSON.stringify(bug?.['stack'])).toContain('.ts:')
    expect(JSON.stringify(tick.lines)).not.toContain('APIMARK')
  })
})

describe('a port that stops in the middle', () => {
  it('the dispatch under way fails, the rest is not begun, exit 3', async () => {
    bench.fail('addLabel', 'rate')
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(3)
    expect(Object.values(verdicts(tick)).toSorted()).toEqual(['skip failed-rate', 'skip rate'])
    expect(threads()).toBe(1)
  })

  it('the same for T3', async () => {
    bench.executor.fail({ operation: 'createThread', category: 'auth' })
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(3)
    expect(Object.values(verdicts(tick)).toSorted()).toEqual(['skip auth', 'skip failed-auth'])
  })

  it('a write that comes too late: no second agent is begun, whose card could not be written either', async () => {
    const tooLate = new PortError('tracker', 'comment', 'unavailable', 'its turn comes too late', { isTooLate: true })
    bench.fail('comment', tooLate)
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(1)
    expect(Object.values(verdicts(tick)).toSorted()).toEqual(['skip deadline', 'skip failed-unavailable'])
    expect(threads()).toBe(1)
  })

  it('time that is up', async () => {
    const tick = await polled({ over: () => true })
    expect(verdicts(tick)).toEqual({ shop: 'skip deadline', api: 'skip deadline' })
    expect(tick.failures.exitCode()).toBe(0)
  })
})

describe('time that is up while questions are asked one by one', () => {
  it('those that have not begun do not begin: their issues are left to the next tick, not failed', async () => {
    const repos = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => `acme/${name}`)
    const overCap = 5
    bench = await createBench({ repos })
    for (const repo of repos) await readyIssue(bench, repo)
    let isOver = false
    // Those under way at the deadline are cut off.
    bench.fail('permission', 'unavailable', () => (isOver = true))
    const tick = await polled({ over: () => isOver })
    expect(bench.calls.filter((call) => call === 'permission')).toHaveLength(1)
    const found = Object.values(verdicts(tick))
    expect(found.filter((verdict) => verdict === 'skip unreadable')).toHaveLength(1)
    // Beyond what may run at once nothing would have begun in any case.
    expect(found.filter((verdict) => verdict === 'skip deadline')).toHaveLength(repos.length - 1 - overCap)
    expect(found.filter((verdict) => verdict === 'skip capacity')).toHaveLength(overCap)
    expect(threads()).toBe(0)
  })
})

describe('a drain that is thrown in the middle of a tick', () => {
  it('after the first turn: nothing more is begun', async () => {
    const { executor } = bench.tick().world
    const startTurn: typeof executor.startTurn = async (...args) => {
      await executor.startTurn(...args)
      bench.gates.drain = true
    }
    const tick = await polled({}, { executor: { ...executor, startTurn } })
    expect(Object.values(verdicts(tick)).toSorted()).toEqual(['dispatch', 'skip draining'])
    expect(tick.failures.exitCode()).toBe(0)
    expect(threads()).toBe(1)
  })

  it('after a thread was made: that dispatch is half done, and finished', async () => {
    const { executor } = bench.tick().world
    const createThread: typeof executor.createThread = async (...args) => {
      await executor.createThread(...args)
      bench.gates.drain = true
    }
    const tick = await polled({}, { executor: { ...executor, createThread } })
    expect(Object.values(verdicts(tick)).toSorted()).toEqual(['dispatch', 'skip draining'])
    expect(threads()).toBe(1)
    expect([...bench.cards('acme/shop', shop), ...bench.cards('acme/api', api)]).toHaveLength(1)
  })
})

describe('a dispatch that died half way', () => {
  const half = async () => {
    bench.fail('comment', 'unavailable')
    await polled()
    bench.heal()
    expect(threads()).toBe(2)
  }

  it('whose issue was edited by a stranger since is cancelled, and its thread interrupted', async () => {
    await half()
    bench.world.people.edit('acme/api', api, { body: 'Something else' }, 'stranger')
    await bench.pass(5)
    const tick = await polled()
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'skip edited-after-label' })
    const line = tick.lines.find((one) => one.event === 'decision' && one['repo'] === 'acme/api')
    expect(line?.['facts']).toMatchObject({ cancelled: 'edited-after-label' })
    expect(bench.cards('acme/api', api)).toMatchObject([
      { outcome: { kind: 'cancelled', reason: 'edited-after-label' } },
    ])
    expect(tick.effects()).toContain('turn.interrupt done')
    expect(bench.issue('acme/api', api).labels.map(({ name }) => name)).not.toContain('ready-for-agent')
  })

  it('is finished with the shutters down for everybody new', async () => {
    await half()
    bench.gates.drain = true
    const tick = await polled()
    expect(verdicts(tick)).toEqual({ shop: 'dispatch', api: 'dispatch' })
    expect(bench.cards('acme/shop', shop)).toHaveLength(1)
  })
})
