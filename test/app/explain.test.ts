import { beforeEach, describe, expect, it } from 'vitest'
import { explanations } from '../../src/app/explain.ts'
import { planFully, poll } from '../../src/app/poll.ts'
import { observePoll } from '../../src/app/observe-poll.ts'
import { watch } from '../../src/app/watch.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** Words on an issue that waits for people: what they cost, and that they hold nothing up. */

const repo = 'acme/shop'
const ready = 'ready-for-agent'
let bench: Bench
beforeEach(async () => {
  bench = await createBench()
})

const polled = async (changes = {}): Promise<BenchTick> => {
  const tick = bench.tick(changes)
  await poll(tick)
  return tick
}
const told = (number: number, of = repo) =>
  bench.issue(of, number).comments.filter(({ body }) => body.includes('<!-- afk:why'))
const open = (by: string, of = repo) => {
  const { number } = bench.world.people.open(of, { title: 'A task', body: '', author: 'ada' })
  bench.world.people.label(of, number, ready, by)
  return number
}

/** Ticks until the minute in which this repo's issues are told is the next tick's. */
async function untilTurn(): Promise<void> {
  for (let i = 0; i < 40; i += 1) {
    const tick = bench.tick()
    const observation = await observePoll(tick)
    const planned = observation && (await planFully(observation, tick))
    if (planned === null) throw new Error('nothing was planned')
    const all = await explanations(planned.plan, planned.observation, tick)
    bench.heal()
    if (all.length > 0) return
    await bench.pass(60)
  }
  throw new Error('its turn never came')
}
const calls = () => {
  const seen = bench.calls.length
  return () => bench.calls.slice(seen)
}

describe('what it costs', () => {
  it('three requests for a new comment, and nothing in any other tick', async () => {
    const number = open('tri')
    await bench.pass(700)
    const ticks: (readonly string[])[] = []
    for (let i = 0; i < 25; i += 1) {
      const since = calls()
      await polled()
      ticks.push(since())
      await bench.pass(60)
    }
    const [loud, ...others] = ticks.filter((tick) => tick.includes('comment'))
    expect(others).toEqual([])
    const [quiet, ...alike] = ticks.filter((tick) => tick !== loud)
    for (const tick of alike) expect(tick).toEqual(quiet)
    expect(loud).toEqual([...(quiet ?? []), 'look', 'comment', 'look'])
    expect(told(number)).toHaveLength(1)
  })

  it('at most five comments a tick, and everybody has a turn', async () => {
    const numbers = Array.from({ length: 12 }, () => open('tri'))
    await bench.pass(700)
    const posted: number[] = []
    for (let i = 0; i < 40; i += 1) {
      const since = calls()
      await polled()
      posted.push(since().filter((call) => call === 'comment').length)
      await bench.pass(60)
    }
    expect(posted.filter((count) => count > 0)).toEqual([5, 5, 2])
    for (const number of numbers) expect(told(number)).toHaveLength(1)
  })

  it('looks at no more than twenty issues that it has no other reason to look at', async () => {
    const blocker = bench.world.people.open(repo, { title: 'First', body: '', author: 'ada' }).number
    for (let i = 0; i < 30; i += 1) bench.world.people.addBlocker(repo, open('mona'), { number: blocker }, 'ada')
    await bench.pass(700)
    await untilTurn()
    const { tracker } = bench.tick().world
    const sizes: number[] = []
    await polled({
      world: {
        ...bench.tick().world,
        tracker: {
          ...tracker,
          look: async (issues: Parameters<typeof tracker.look>[0]) => (sizes.push(issues.length), tracker.look(issues)),
        },
      },
    })
    expect(sizes).toEqual([20, ...Array.from({ length: 10 }, () => 1)])
  })
})

describe('failures', () => {
  it('of a comment cost nobody a dispatch, and the next of ten minutes tries again', async () => {
    bench = await createBench({ repos: [repo, 'acme/api'] })
    const number = open('tri')
    await bench.pass(700)
    await untilTurn()
    const other = await readyIssue({ ...bench, pass: async () => {} }, 'acme/api')
    bench.world.people.edit('acme/api', other, { title: 'A task' }, 'ada')
    bench.fail('comment', 'forbidden', ([, body]) => String(body).includes('afk:why'))
    const tick = await polled()
    expect(tick.effects()).toContain('comment.explain failed')
    expect(tick.failures.exitCode()).toBe(1)
    bench.heal()
    await bench.pass(600)
    expect((await polled()).effects()).toContain('comment.explain done')
    expect(told(number)).toHaveLength(1)
    expect(bench.issue('acme/api', other).labels.map(({ name }) => name)).toContain('agent-in-progress')
  })

  it('of taking it away never hold up the lock, and the watcher takes it away', async () => {
    const number = open('tri')
    await bench.pass(700)
    await untilTurn()
    await polled()
    expect(told(number)).toHaveLength(1)
    bench.world.people.unlabel(repo, number, ready, 'mona')
    bench.world.people.label(repo, number, ready, 'mona')
    await bench.pass(90)
    bench.fail('deleteComment', 'unavailable')
    const tick = await polled()
    expect(tick.effects().slice(-2)).toEqual(['comment.retract failed', 'label.add done'])
    expect(tick.lines.find(({ event }) => event === 'decision')).toMatchObject({ decision: 'dispatch', codes: [] })
    expect(tick.failures.exitCode()).toBe(1)
    bench.heal()
    const watching = bench.tick()
    await watch(watching)
    expect(watching.effects()[0]).toBe('comment.retract done')
    expect(told(number)).toEqual([])
    const again = bench.tick()
    await watch(again)
    expect(again.effects()).not.toContain('comment.retract done')
  })

  it.each(['auth', 'rate'] as const)('%s ends it there', async (category) => {
    open('tri')
    open('tri')
    await bench.pass(700)
    await untilTurn()
    bench.fail('comment', category)
    const tick = await polled()
    expect(tick.effects()).toEqual(['comment.explain failed'])
    expect(tick.failures.exitCode()).toBe(3)
  })

  it('of the look are told, and nothing is said of what was not seen', async () => {
    const blocker = bench.world.people.open(repo, { title: 'First', body: '', author: 'ada' }).number
    const number = open('mona')
    bench.world.people.addBlocker(repo, number, { number: blocker }, 'ada')
    await bench.pass(700)
    await untilTurn()
    bench.fail('look', 'unavailable')
    const tick = await polled()
    expect(tick.failures.exitCode()).toBeGreaterThan(0)
    expect(told(number)).toEqual([])
    bench.heal()
    await polled()
    expect(told(number)).toHaveLength(1)
  })

  it('of its own are bugs of one issue', async () => {
    open('tri')
    await bench.pass(700)
    await untilTurn()
    bench.fail('comment', new TypeError('a fault of the test'))
    const tick = await polled()
    expect(tick.failures.exitCode()).toBe(1)
    expect(tick.lines).toContainEqual(expect.objectContaining({ event: 'error', what: 'explain', category: 'bug' }))
  })
})

describe('right before the comment', () => {
  const meanwhile = async (act: (number: number) => void): Promise<{ tick: BenchTick; number: number }> => {
    const number = open('tri')
    await bench.pass(700)
    await untilTurn()
    const { tracker } = bench.tick().world
    const seen = bench.calls.length
    const tick = await polled({
      world: {
        ...bench.tick().world,
        tracker: {
          ...tracker,
          look: async (issues: Parameters<typeof tracker.look>[0]) => {
            // Who labelled it is asked last: then the decision is made.
            if (bench.calls.slice(seen).includes('permission')) act(number)
            return tracker.look(issues)
          },
        },
      },
    })
    return { tick, number }
  }
  it.each([
    ['lost its label', (number: number) => void bench.world.people.unlabel(repo, number, ready, 'mona')],
    ['was closed', (number: number) => bench.world.people.close(repo, number, 'mona')],
    ['was started', (number: number) => void bench.world.people.label(repo, number, 'agent-in-progress', 'afk')],
  ])('an issue that %s is left alone', async (_what, act) => {
    const { tick, number } = await meanwhile(act)
    expect(tick.effects()).toEqual(['comment.explain refused'])
    expect(told(number)).toEqual([])
    expect(tick.failures.exitCode()).toBe(0)
  })

  it('the switch is asked once more', async () => {
    const number = open('tri')
    await bench.pass(700)
    await untilTurn()
    let asked = 0
    const shutAt = 4
    const tick = await polled({
      gates: () => {
        asked += 1
        return { ...bench.gates, open: asked < shutAt, why: 'the kill switch' }
      },
    })
    expect(tick.effects()).toEqual(['comment.explain refused'])
    expect(told(number)).toEqual([])
  })

  it('a comment that another poller posted word for word is as good as posted', async () => {
    const number = open('tri')
    await bench.pass(700)
    await untilTurn()
    await polled()
    const body = told(number)[0]?.body ?? ''
    bench.world.people.deleteComment(repo, told(number)[0]?.id ?? 0)
    bench.world.people.comment(repo, number, body, 'afk')
    bench.world.people.comment(repo, number, body, 'afk')
    const tick = await polled()
    expect(tick.effects()).toEqual(['comment.explain done'])
    expect(told(number)).toHaveLength(1)
  })
})
