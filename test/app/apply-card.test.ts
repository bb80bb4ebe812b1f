import { beforeEach, describe, expect, it } from 'vitest'
import { applyContext, applyEffects, type ApplyContext } from '../../src/app/apply.ts'
import { renderCard } from '../../src/core/card/card-render.ts'
import type { Card } from '../../src/core/card/card.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'
import { cardOf } from './card-of.ts'

/** SPEC 5.2 and 6.2: one comment a run, looked for before it is posted, edited only when its text changes. */

const repo = 'acme/shop'
const runId = '0d9d7b4e-5d2e-5c4b-9f3a-1b2c3d4e5f60'
let bench: Bench
let tick: BenchTick
let number: number
let card: Card
beforeEach(async () => {
  bench = await createBench()
  number = await readyIssue(bench)
  card = cardOf({ runId, repo, issue: number, epoch: 'LE_1' })
  tick = bench.tick()
})

const contextNow = async (): Promise<ApplyContext> =>
  applyContext(tick, { repo, number }, runId, await bench.facts(repo, number))
const write = (value: Card, context: ApplyContext) => applyEffects([{ kind: 'card.write', card: value }], context)
const comments = () => bench.issue(repo, number).comments
const text = (value: Card) => renderCard(value, { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false })
const calls = (operation: string) => bench.calls.filter((call) => call === operation).length

describe('the text', () => {
  const sha = 'a'.repeat(40)
  const outcome = { kind: 'frozen', reason: 'stagnant', detail: '', at: 0, untold: false } as const
  const head = { sha, seenAt: 0, pathsClear: true }
  const reds = [{ head: sha, signature: 's', failing: ['test'], after: 0 }]

  it.each([
    ['by push', {}, true],
    ['by push, where a red base may be built on', { requireGreenBase: false }, false],
    ['by pull request', { landing: 'pull-request' }, false],
  ] as const)('of red work that landed %s says whether the repo waits', async (_how, policy, waits) => {
    const { policy: plain } = tick
    const changed = { ...plain, repo: (name: string) => ({ ...plain.repo(name), ...policy }) }
    tick = bench.tick({ policy: changed })
    await write({ ...card, head, reds, outcome }, await contextNow())
    expect(comments()[0]?.body.includes('no other issue of this repo starts')).toBe(waits)
  })
})

describe('posting', () => {
  it('looks before and after it posts, once; later writes of the tick edit that comment', async () => {
    const context = await contextNow()
    await write(card, context)
    await write({ ...card, phase: 'green' }, context)
    expect([calls('look'), calls('comment'), calls('editComment')]).toEqual([2, 1, 1])
    expect(bench.cards(repo, number)).toMatchObject([{ phase: 'green' }])
  })

  it('does not post what another tick has posted since the look, nor write over it', async () => {
    const context = await contextNow()
    bench.world.people.comment(repo, number, text({ ...card, phase: 'green' }), 'afk')
    expect(await write(card, context)).toEqual({ kind: 'failed', category: 'conflict' })
    expect(calls('comment')).toBe(0)
    expect(bench.cards(repo, number)).toMatchObject([{ phase: 'green' }])
  })

  it('what another tick has posted word for word is as good as posted', async () => {
    const context = await contextNow()
    bench.world.people.comment(repo, number, text(card), 'afk')
    expect(await write(card, context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['card.write replayed'])
    expect(comments()).toHaveLength(1)
  })

  it('posts nothing when it cannot look', async () => {
    bench.fail('look', 'unavailable')
    const context = await contextNow()
    expect(await write(card, context)).toEqual({ kind: 'failed', category: 'unavailable' })
    expect(comments()).toEqual([])
  })

  it('nor when the issue itself is not to be read', async () => {
    const { tracker } = tick.world
    const gone = applyContext({ ...tick, world: { ...tick.world, tracker } }, { repo, number: 99 }, runId, null)
    expect(await write(card, gone)).toEqual({ kind: 'failed', category: 'not-found' })
    expect(calls('comment')).toBe(0)
  })

  it('a lost answer is found by the next tick, and not repeated', async () => {
    const { tracker } = tick.world
    let lost = true
    tick = bench.tick(
      {},
      {
        tracker: {
          ...tracker,
          comment: async (issue, body) => {
            const id = await tracker.comment(issue, body)
            if (lost) await tracker.comment({ repo: 'acme/nowhere', number: 1 }, body)
            return id
          },
        },
      },
    )
    expect(await write(card, await contextNow())).toMatchObject({ kind: 'failed' })
    lost = false
    expect(await write(card, await contextNow())).toEqual({ kind: 'done' })
    expect(comments()).toHaveLength(1)
  })
})

describe('editing', () => {
  it('is left out when the text is the same', async () => {
    bench.world.people.comment(repo, number, text(card), 'afk')
    const context = await contextNow()
    expect(await write(card, context)).toEqual({ kind: 'done' })
    expect(tick.effects()).toEqual(['card.write replayed'])
    expect(calls('editComment')).toBe(0)
    await write({ ...card, tokens: 500_000 }, context)
    expect(calls('editComment')).toBe(1)
  })

  it('finds the card of its own run among those of others', async () => {
    const earlier = cardOf({ runId: '11111111-1111-5111-8111-111111111111', repo, issue: number, epoch: 'LE_0' })
    bench.world.people.comment(repo, number, text(earlier), 'afk')
    bench.world.people.comment(repo, number, text(card), 'afk')
    await write({ ...card, phase: 'green' }, await contextNow())
    expect(bench.cards(repo, number).map(({ phase }) => phase)).toEqual(['worktree', 'green'])
  })

  it('writes over a card that somebody tampered with', async () => {
    const { id } = bench.world.people.comment(repo, number, text(card), 'afk')
    bench.world.people.editComment(repo, id, text(card).replace('"tokens":0', '"tokens":9'), 'mona')
    await write(card, await contextNow())
    expect(comments()).toHaveLength(1)
    expect(comments()[0]?.body).toBe(text(card))
  })

  it('never touches a stranger’s comment with the same marker', async () => {
    bench.world.people.comment(repo, number, text(card), 'stranger')
    await write({ ...card, phase: 'green' }, await contextNow())
    expect(comments().map(({ body }) => body)).toEqual([text(card), text({ ...card, phase: 'green' })])
  })

  it('deletes the doubles of its run, the oldest stays', async () => {
    const first = bench.world.people.comment(repo, number, text(card), 'afk')
    await bench.pass(1)
    bench.world.people.comment(repo, number, text({ ...card, phase: 'green' }), 'afk')
    await bench.pass(1)
    bench.world.people.comment(repo, number, text({ ...card, phase: 'CI' }), 'afk')
    await write({ ...card, phase: 'pushed' }, await contextNow())
    expect(comments().map(({ id }) => id)).toEqual([first.id])
    expect(bench.cards(repo, number)).toMatchObject([{ phase: 'pushed' }])
  })

  it('a card that was deleted in the meantime is a failure, and the next tick posts it again', async () => {
    const { id } = bench.world.people.comment(repo, number, text(card), 'afk')
    const context = await contextNow()
    bench.world.people.deleteComment(repo, id)
    expect(await write({ ...card, phase: 'green' }, context)).toEqual({ kind: 'failed', category: 'not-found' })
    expect(await write({ ...card, phase: 'green' }, await contextNow())).toEqual({ kind: 'done' })
    expect(comments()).toHaveLength(1)
  })
})

describe('two at once', () => {
  /** Another process writes right before this one does. */
  const withOther = (operation: 'comment' | 'look', other: () => void) => {
    const { tracker } = bench.tick().world
    let written = false
    const first = <Args extends readonly unknown[], Value>(call: (...args: Args) => Promise<Value>) => {
      return async (...args: Args): Promise<Value> => {
        if (!written) other()
        written = true
        return call(...args)
      }
    }
    tick = bench.tick({}, { tracker: { ...tracker, [operation]: first(tracker[operation] as never) } })
  }
  const outcome = { kind: 'frozen', reason: 'budget', detail: '', at: 1, untold: false } as const

  it('both posting: the later takes its own away, and goes on with the oldest', async () => {
    withOther('comment', () => bench.world.people.comment(repo, number, text(card), 'afk'))
    const context = await contextNow()
    expect(await write(card, context)).toEqual({ kind: 'done' })
    expect(comments()).toHaveLength(1)
    await write({ ...card, phase: 'green' }, context)
    expect(comments()).toHaveLength(1)
    expect(bench.cards(repo, number)).toMatchObject([{ phase: 'green' }])
  })

  it.each([
    ['comment', 'while this one posts'],
    ['look', 'before this one looks once more'],
  ] as const)('an outcome that the other has written (%s: %s) is not undone', async (operation, _when) => {
    withOther(operation, () => bench.world.people.comment(repo, number, text({ ...card, outcome }), 'afk'))
    expect(await write(card, await contextNow())).toEqual({ kind: 'failed', category: 'conflict' })
    expect(bench.cards(repo, number)).toMatchObject([{ outcome }])
    expect(tick.failures.exitCode()).toBe(1)
  })

  it('a card that the other has changed since it was read is left as it is', async () => {
    const { id } = bench.world.people.comment(repo, number, text(card), 'afk')
    const context = await contextNow()
    bench.world.people.editComment(repo, id, text({ ...card, phase: 'CI' }), 'afk')
    expect(await write({ ...card, phase: 'green' }, context)).toEqual({ kind: 'failed', category: 'conflict' })
    expect(bench.cards(repo, number)).toMatchObject([{ phase: 'CI' }])
    expect(await write({ ...card, phase: 'green' }, await contextNow())).toEqual({ kind: 'done' })
  })

  it('and both having written the same is as good as done', async () => {
    const { id } = bench.world.people.comment(repo, number, text(card), 'afk')
    const context = await contextNow()
    bench.world.people.editComment(repo, id, text({ ...card, phase: 'green' }), 'afk')
    expect(await write({ ...card, phase: 'green' }, context)).toEqual({ kind: 'done' })
    expect(calls('editComment')).toBe(0)
  })
})
