import { beforeEach, describe, expect, it } from 'vitest'
import { applyContext, applyEffects, type ApplyContext } from '../../src/app/apply.ts'
import type { Card } from '../../src/core/card/card.ts'
import type { DoorbellMessage, Effect } from '../../src/core/effects.ts'
import type { Category } from '../../src/ports/errors.ts'
import type { Receipt } from '../../src/ports/notifier.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'
import { cardOf } from './card-of.ts'

/** SPEC 9: follow-ups of a run stand under its first message; the edit of a message is a courtesy that nothing waits for. */

const repo = 'acme/shop'
const runId = '00000000-0000-5000-8000-000000000001'
const message: DoorbellMessage = {
  kind: 'waiting',
  headline: 'acme/shop#1 waits for an answer',
  repo,
  issue: 1,
  paragraphs: [],
  buttons: [],
  mention: true,
}
let bench: Bench
let tick: BenchTick
let context: ApplyContext
let number: number
let first: Receipt
beforeEach(async () => {
  bench = await createBench()
  number = await readyIssue(bench)
  first = await bench.notifier.ring(message)
  await begin()
})
const begin = async (ports: Parameters<Bench['tick']>[1] = {}) => {
  tick = bench.tick({}, ports)
  context = applyContext(tick, { repo, number }, runId, await bench.facts(repo, number))
}

const cause = 'waiting:r'
const human: Effect = { kind: 'label.add', label: 'ready-for-human' }
const update = (): Effect => ({ kind: 'doorbell.update', cause, place: first, message })
const write = (bells: Card['bells'] = { [cause]: { at: 1, ...first, resolved: 5 } }): Effect => ({
  kind: 'card.write',
  card: { ...cardOf({ runId, repo, issue: number, epoch: 'LE_1' }), bells },
})
const bells = () => bench.cards(repo, number)[0]?.bells

describe('a follow-up', () => {
  it('rings under the message it names, and its own place goes into the card', async () => {
    const ring: Effect = { kind: 'doorbell.ring', cause: 'done', message, thread: first }
    await applyEffects([ring, write({ done: { at: 1 } })], context)
    expect(bench.notifier.posted[1]).toMatchObject({ thread: first })
    expect(bells()).toEqual({ done: { at: 1, ...bench.notifier.posted[1]?.receipt } })
  })
})

describe('an edit of a message', () => {
  it('is made in its place, and the card says so', async () => {
    expect(await applyEffects([update(), write()], context)).toEqual({ kind: 'done' })
    expect(bench.notifier.updated).toEqual([{ receipt: first, message }])
    expect(bells()).toEqual({ [cause]: { at: 1, ...first, resolved: 5 } })
    expect(tick.effects()).toEqual(['doorbell.update done', 'card.write done'])
  })

  it.each<Category>(['unavailable', 'rate', 'auth', 'forbidden', 'contract'])(
    'that fails with %s holds nothing up, is told, and is tried again: the card counts',
    async (category) => {
      bench.notifier.fail(category)
      expect(await applyEffects([update(), write(), human], context)).toEqual({ kind: 'done' })
      expect(tick.effects()).toEqual(['doorbell.update failed', 'card.write done', 'label.add done'])
      expect(tick.failures.exitCode()).toBeGreaterThan(0)
      expect(bells()).toEqual({ [cause]: { at: 1, ...first, tries: 1 } })
      await begin()
      await applyEffects([update(), write({ [cause]: { at: 1, ...first, tries: 1, resolved: 5 } })], context)
      expect(bells()).toEqual({ [cause]: { at: 1, ...first, tries: 2 } })
    },
  )

  it('of a message that somebody has deleted is none, and no failure', async () => {
    bench.notifier.remove(first)
    expect(await applyEffects([update(), write()], context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['doorbell.update replayed', 'card.write done'])
    expect(tick.failures.exitCode()).toBe(0)
    expect(bells()).toEqual({ [cause]: { at: 1, ...first, resolved: 5 } })
  })

  it('that Slack will never make is not tried again', async () => {
    bench.notifier.fail('refused')
    await applyEffects([update(), write()], context)
    expect(bells()).toEqual({ [cause]: { at: 1, ...first, resolved: 5 } })
  })

  it('of one that fails leaves the other bells of the card as they are', async () => {
    bench.notifier.fail('unavailable')
    const other = { at: 2, ...first, resolved: 6 }
    await applyEffects([update(), write({ 'waiting:other': other })], context)
    expect(bells()).toEqual({ 'waiting:other': other })
  })

  it('without a notifier fails as a fault of the configuration, and holds nothing up', async () => {
    await begin({ notifier: null })
    expect(await applyEffects([update(), human], context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['doorbell.update failed', 'label.add done'])
  })
})
