import { beforeEach, describe, expect, it } from 'vitest'
import { haltAll, type Halt } from '../../src/app/halt.ts'
import { markHalted, type Marked } from '../../src/app/mark-halted.ts'
import { onlyEditing } from '../../src/app/plan-read-only.ts'
import { poll } from '../../src/app/poll.ts'
import type { World as Ports } from '../../src/app/tick.ts'
import { renderCard } from '../../src/core/card/card-render.ts'
import type { Card } from '../../src/core/card/card.ts'
import { createFakeTracker } from '../fakes/tracker.ts'
import { createBench, readyIssue, type Bench } from './bench.ts'
import { hangs } from '../programs/agents.ts'
import { reportsBlocked } from '../sandbox/t3/agents.ts'

/** `afk halt` on the cards: by afk's own account alone, and never over what somebody else has written since (SPEC 6.2, 14). */

const repo = 'acme/shop'
let bench: Bench
let number: number
let slept: number

beforeEach(async () => {
  bench = await createBench()
  bench.world.t3.setAgent(hangs())
  number = await readyIssue(bench)
  await poll(bench.tick())
  await bench.pass(120)
  slept = 0
})

/** Time goes on while it waits. */
const sleep = async (ms: number) => {
  slept += ms
  await bench.pass(ms / 1000)
}
const quiet = () => {}
const interrupt = (): Promise<Halt> => haltAll({ executor: bench.executor.executor, waitSeconds: 5, sleep, say: quiet })
async function mark(halt: Halt, ports: Partial<Ports> = {}): Promise<readonly Marked[]> {
  const tick = bench.tick({}, ports)
  const limited = { ...tick, world: onlyEditing(tick.world) }
  slept = 0
  return markHalted(halt, { tick: limited, tickSeconds: 45, sleep, say: quiet })
}
const card = (): Card => {
  const [found] = bench.cards(repo, number)
  if (found === undefined) throw new Error('no card')
  return found
}
const text = (value: Card) => renderCard(value, { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false })
const comment = () => bench.issue(repo, number).comments[0]
/** As another tick of afk's would write it. */
const rewrite = async (changes: Partial<Card>) => {
  const tracker = createFakeTracker(bench.world.github, { as: 'afk' })
  await tracker.editComment({ repo, number }, comment()?.id ?? 0, text({ ...card(), ...changes }))
}

describe('marking the cards of halted runs', () => {
  it('writes when it was, by GitHub’s clock, and a line for people; nothing else of the card changes', async () => {
    const before = card()
    const [one] = await mark(await interrupt())
    expect(one).toMatchObject({ result: 'interrupted', stopped: true, card: { result: 'marked', why: null } })
    expect(card()).toEqual({ ...before, halted: expect.any(Number) })
    expect(Math.abs((card().halted ?? 0) - (comment()?.lastEditedAt ?? 0))).toBeLessThan(1000)
    expect(comment()?.body).toContain('### afk: halted by an operator (worktree)')
    expect(comment()?.body).toContain('Once it is off again, afk goes on with the run by itself')
  })

  it('looks right before it writes, with nothing in between', async () => {
    const halt = await interrupt()
    const from = bench.calls.length
    await mark(halt)
    expect(bench.calls.slice(from)).toEqual(['look', 'look', 'editComment'])
    expect(slept).toBe(0)
  })

  it('leaves a card alone that says so already', async () => {
    const halt = await interrupt()
    await mark(halt)
    const from = bench.calls.length
    expect(await mark(halt)).toMatchObject([{ card: { result: 'already' } }])
    expect(bench.calls.slice(from)).toEqual(['look'])
  })

  it('begins anew when somebody wrote between its two looks, and keeps what they wrote', async () => {
    const halt = await interrupt()
    const { tracker } = bench.tick().world
    let looks = 0
    const look: typeof tracker.look = async (refs) => {
      looks += 1
      if (looks === 2) await rewrite({ tokens: 4711 })
      return tracker.look(refs)
    }
    expect(await mark(halt, { tracker: { ...tracker, look } })).toMatchObject([{ card: { result: 'marked' } }])
    expect(card()).toMatchObject({ tokens: 4711, halted: expect.any(Number) })
  })

  it('gives a card that a tick may be writing some seconds, and takes what it finds then', async () => {
    const halt = await interrupt()
    await rewrite({ tokens: 1 })
    expect(await mark(halt)).toMatchObject([{ card: { result: 'marked' } }])
    expect(slept).toBe(3000)
    expect(card().tokens).toBe(1)
  })

  it('gives up on a card that never stands still, and says what to do', async () => {
    const halt = await interrupt()
    const { tracker } = bench.tick().world
    let tokens = 0
    const look: typeof tracker.look = async (refs) => {
      await rewrite({ tokens: (tokens += 1) })
      return tracker.look(refs)
    }
    const [one] = await mark(halt, { tracker: { ...tracker, look } })
    expect(one?.card).toEqual({
      result: 'failed',
      why: 'its card was changed each of 6 times that it was looked at',
      remedy: 'run halt again: it marks the cards that are not marked yet',
    })
    expect(card()).not.toHaveProperty('halted')
  })

  it('writes nothing by another account, whose edit would end the run, and says whose token it takes', async () => {
    const halt = await interrupt()
    const [one] = await mark(halt, { tracker: createFakeTracker(bench.world.github, { as: 'mona' }) })
    expect(one?.card).toEqual({
      result: 'failed',
      why: "its card is by afk, and this token is mona's: an edit by another account would end the run as card-tampered",
      remedy: "run halt again with afk's own GitHub token (AFK_GITHUB_TOKEN or AFK_GITHUB_TOKEN_FILE, or afk's App)",
    })
    expect(comment()).toMatchObject({ lastEditedAt: null })
  })

  it('believes no card that somebody else edited', async () => {
    const halt = await interrupt()
    const tracker = createFakeTracker(bench.world.github, { as: 'mona' })
    await tracker.editComment({ repo, number }, comment()?.id ?? 0, text({ ...card(), tokens: 9 }))
    const before = comment()?.body
    expect(await mark(halt)).toMatchObject([
      { card: { result: 'none', why: expect.stringContaining('card-tampered') } },
    ])
    expect(comment()?.body).toBe(before)
  })

  it('has nothing to mark where the run has ended, or never had a card', async () => {
    const halt = await interrupt()
    await rewrite({ outcome: { kind: 'cancelled', reason: 'stopped', detail: '', at: 1, untold: false } })
    expect(await mark(halt)).toMatchObject([{ card: { result: 'none' } }])
    bench.issue(repo, number).comments.splice(0)
    expect(await mark(halt)).toMatchObject([{ card: { result: 'none' } }])
  })

  it('leaves the double of a card to the watcher', async () => {
    const halt = await interrupt()
    bench.world.people.comment(repo, number, comment()?.body ?? '', 'afk')
    expect(await mark(halt)).toMatchObject([{ card: { result: 'marked' } }])
    expect(bench.cards(repo, number).map(({ halted }) => halted === undefined)).toEqual([false, true])
  })

  it('tells a write that GitHub refuses; a GitHub that is down is not asked for every run', async () => {
    const halt = await interrupt()
    bench.fail('editComment', 'forbidden')
    expect(await mark(halt)).toMatchObject([
      { card: { result: 'failed', why: expect.stringContaining('forbidden: editComment') } },
    ])
    bench.heal()
    bench.fail('look', 'unavailable')
    const from = bench.calls.length
    const twice = { ...halt, halted: [...halt.halted, ...halt.halted] }
    expect(await mark(twice)).toMatchObject([{ card: { result: 'failed' } }, { card: { result: 'failed' } }])
    expect(bench.calls.slice(from)).toEqual(['look'])
  })

  it('has nothing to say of one that could not be interrupted', async () => {
    bench.executor.fail({ operation: 'interrupt', category: 'unavailable' })
    expect(await mark(await interrupt())).toMatchObject([
      { result: 'failed', card: { result: 'none', why: 'its agent was not interrupted' } },
    ])
    expect(card()).not.toHaveProperty('halted')
  })

  it('lets faults of afk’s own through', async () => {
    const halt = await interrupt()
    bench.fail('look', new TypeError('a bug'))
    await expect(mark(halt)).rejects.toThrow('a bug')
  })
})

describe('a halt that is repeated', () => {
  it('marks what an earlier one interrupted and could not mark', async () => {
    await interrupt()
    const again = await interrupt()
    expect(again.halted).toEqual([])
    expect(await mark(again)).toMatchObject([
      { state: 'failed', result: 'earlier', stopped: true, repo, issue: number, card: { result: 'marked' } },
    ])
    expect(card().halted).toEqual(expect.any(Number))
    expect(await mark(await interrupt())).toEqual([])
  })

  it('asks T3 of no thread whose run has ended, and GitHub of none but the newest forty', async () => {
    await interrupt()
    await rewrite({ outcome: { kind: 'cancelled', reason: 'stopped', detail: '', at: 1, untold: false } })
    const again = await interrupt()
    const from = bench.executor.calls.length
    expect(await mark(again)).toEqual([])
    expect(bench.executor.calls.slice(from)).toEqual([])
    const [thread] = again.resting
    if (thread === undefined) throw new Error('nothing rests')
    const others = Array.from({ length: 50 }, (_, index) => ({
      ...thread,
      issue: { repo, number: 100 + index },
    }))
    const { tracker } = bench.tick().world
    const asked: number[] = []
    const look: typeof tracker.look = async (refs) => {
      asked.push(refs.length)
      return []
    }
    expect(await mark({ halted: [], resting: others }, { tracker: { ...tracker, look } })).toEqual([])
    expect(asked).toEqual([40])
  })

  it('leaves a run alone whose agent came to its end by itself', async () => {
    bench = await createBench()
    bench.world.t3.setAgent(reportsBlocked('no key'))
    number = await readyIssue(bench)
    await poll(bench.tick())
    await bench.pass(120)
    const halt = await interrupt()
    expect(halt).toMatchObject({ halted: [], resting: [{ issue: { number } }] })
    expect(await mark(halt)).toEqual([])
    expect(card()).not.toHaveProperty('halted')
  })

  it('throws when the cards cannot be looked for at all', async () => {
    await interrupt()
    const again = await interrupt()
    bench.fail('look', 'rate')
    await expect(mark(again)).rejects.toThrow('look: the test has it fail')
  })
})
