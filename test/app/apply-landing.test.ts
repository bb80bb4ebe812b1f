import { beforeEach, describe, expect, it } from 'vitest'
import { applyContext, applyEffects, type Applied } from '../../src/app/apply.ts'
import type { Effect } from '../../src/core/effects.ts'
import { type Category, PortError } from '../../src/ports/errors.ts'
import type { ReviewThread } from '../../src/core/pull-model.ts'
import { afk, maria } from '../builders/issue.ts'
import { aPull } from '../builders/people.ts'
import { sha, t0 } from '../builders/time.ts'
import { createBench, type Bench } from './bench.ts'

/** SPEC 15.4: what was answered by a push is resolved, and said in its place. */

const repo = 'acme/shop'
const resolve: Effect = { kind: 'review.resolve', pull: 2, thread: 'PRRT_1', body: 'Addressed.' }
const question = { author: maria, body: 'Why?', at: t0, own: false }
const answer = { author: afk, body: 'Addressed.', at: t0 + 1000, own: true }
let conversation: ReviewThread
let bench: Bench
let said: string[]
beforeEach(async () => {
  bench = await createBench()
  said = []
  conversation = { id: 'PRRT_1', resolved: true, path: 'src/a.ts', line: 1, url: '', comments: [question] }
})

async function resolving(category: Category | null): Promise<Applied> {
  const { pulls } = bench.tick().world
  const tick = bench.tick(
    {},
    {
      pulls: {
        ...pulls,
        view: async () => aPull({ threads: [conversation] }),
        resolveThread: async () => {
          if (category !== null) throw new PortError('tracker', 'resolveThread', category, 'no')
          said.push('resolved')
        },
        replyToThread: async (_repo, _number, _thread, body) => void said.push(body),
      },
    },
  )
  return applyEffects([resolve], applyContext(tick, { repo, number: 1 }, 'run', null))
}

describe('a merge', () => {
  const note = (body: string): Effect => ({ kind: 'comment.say', on: 1, tag: `<!-- ${body} -->`, body })
  const effects: readonly Effect[] = [
    {
      kind: 'pull.merge',
      number: 2,
      head: sha('a'),
      method: 'squash',
      title: 'Title',
      message: '',
      ifRefused: [note('refused')],
      ifConflict: [note('conflict')],
    },
    note('merged'),
  ]
  const merging = async (category: Category | null) => {
    bench.world.people.open(repo, { author: 'mona', title: 'Prices' })
    const { pulls } = bench.tick().world
    const merge = async () => {
      if (category !== null) throw new PortError('tracker', 'merge', category, 'no')
      return 'merged' as const
    }
    const tick = bench.tick({}, { pulls: { ...pulls, merge } })
    const applied = await applyEffects(effects, applyContext(tick, { repo, number: 1 }, 'run', null))
    const [comment, ...more] = (await pulls.comments(repo, 1)).map(({ body }) => body.split('\n')[0])
    expect(more).toEqual([])
    return [applied.kind, comment, tick.failures.exitCode()]
  }

  it.each<[Category | null, string, string | undefined, number]>([
    [null, 'done', 'merged', 0],
    ['refused', 'refused', 'refused', 0],
    ['forbidden', 'refused', 'refused', 0],
    ['conflict', 'failed', 'conflict', 1],
    ['unavailable', 'failed', undefined, 1],
  ])('that ends with %s is %s', async (category, kind, words, exit) => {
    expect(await merging(category)).toEqual([kind, words, exit])
  })
})

describe('a conversation', () => {
  it('is resolved, and then it is said', async () => {
    expect(await resolving(null)).toEqual({ kind: 'done' })
    expect(said).toEqual(['resolved', 'Addressed.'])
  })

  it('is not answered twice when another process was faster', async () => {
    conversation = { ...conversation, comments: [question, answer] }
    expect(await resolving(null)).toEqual({ kind: 'done' })
    expect(said).toEqual(['resolved'])
  })

  it('is answered anew when somebody has spoken since', async () => {
    conversation = { ...conversation, comments: [question, answer, { ...question, at: t0 + 2000 }] }
    await resolving(null)
    expect(said).toEqual(['resolved', 'Addressed.'])
  })

  it.each(['forbidden', 'refused', 'not-found'] as const)(
    'that this account may not resolve (%s) gets its answer all the same, and fails no tick',
    async (category) => {
      expect(await resolving(category)).toMatchObject({ kind: 'refused', why: expect.stringContaining(category) })
      expect(said).toEqual(['Addressed.'])
    },
  )

  it('is tried again when the service does not answer', async () => {
    expect(await resolving('unavailable')).toEqual({ kind: 'failed', category: 'unavailable' })
    expect(said).toEqual([])
  })
})

describe('a word in a conversation', () => {
  const tag = '<!-- afk:note r no-change -->'
  const effects: readonly Effect[] = [
    { kind: 'review.reply', pull: 2, thread: 'PRRT_1', tag, body: 'Nothing to change.' },
    { kind: 'comment.say', on: 1, tag: '<!-- rest -->', body: 'The rest.' },
  ]
  const told = `Nothing to change.\n\n${tag}`
  const replying = async (category: Category | null, threads: readonly ReviewThread[]) => {
    bench.world.people.open(repo, { author: 'ada', title: 'Prices' })
    const { pulls } = bench.tick().world
    const view = async () => aPull({ threads })
    const replyToThread = async (_repo: string, _number: number, _thread: string, body: string) => {
      if (category !== null) throw new PortError('tracker', 'replyToThread', category, 'no')
      said.push(body)
    }
    const tick = bench.tick({}, { pulls: { ...pulls, view, replyToThread } })
    const { kind } = await applyEffects(effects, applyContext(tick, { repo, number: 1 }, 'run', null))
    return [kind, said, (await pulls.comments(repo, 1)).length]
  }

  it('is said with its tag, and the rest follows', async () => {
    expect(await replying(null, [conversation])).toEqual(['done', [told], 1])
  })

  it('is not said twice, nor where the conversation is gone', async () => {
    const comments = [question, { ...answer, body: `${told}\n` }, { ...question, at: t0 + 2000 }]
    expect(await replying(null, [{ ...conversation, comments }])).toEqual(['done', [], 1])
    expect(await replying(null, [])).toEqual(['done', [], 1])
  })

  it.each(['forbidden', 'refused', 'not-found'] as const)(
    'that this account may not say (%s) holds nothing up',
    async (category) => {
      expect(await replying(category, [conversation])).toEqual(['done', [], 1])
    },
  )

  it('is tried again when the service does not answer', async () => {
    expect(await replying('unavailable', [conversation])).toEqual(['failed', [], 0])
  })
})

describe('a deployment that is let go', () => {
  const note = (body: string): Effect => ({ kind: 'comment.say', on: 1, tag: `<!-- ${body} -->`, body })
  const effects: readonly Effect[] = [
    { kind: 'deployment.allow', workflowRun: 9, environments: [3], comment: '', ifRefused: [note('refused')] },
    note('allowed'),
  ]
  const allowing = async (category: Category | null) => {
    bench.world.people.open(repo, { author: 'mona', title: 'Prices' })
    const { pulls } = bench.tick().world
    const decideDeployment = async () => {
      if (category !== null) throw new PortError('tracker', 'decideDeployment', category, 'no')
    }
    const tick = bench.tick({}, { pulls: { ...pulls, decideDeployment } })
    const applied = await applyEffects(effects, applyContext(tick, { repo, number: 1 }, 'run', null))
    return [applied.kind, (await pulls.comments(repo, 1)).map(({ body }) => body.split('\n')[0])]
  }

  it.each<[Category | null, string, readonly string[]]>([
    [null, 'done', ['allowed']],
    ['refused', 'refused', ['refused']],
    ['forbidden', 'refused', ['refused']],
    ['not-found', 'refused', ['refused']],
    ['unavailable', 'failed', []],
  ])('with the answer %s: %s', async (category, kind, notes) => {
    expect(await allowing(category)).toEqual([kind, notes])
  })
})
