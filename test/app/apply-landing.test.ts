import { beforeEach, describe, expect, it } from 'vitest'
import { applyContext, applyEffects, type Applied } from '../../src/app/apply.ts'
import type { Effect } from '../../src/core/effects.ts'
import { type Category, PortError } from '../../src/ports/errors.ts'
import type { ReviewThread } from '../../src/core/pull-model.ts'
import { afk, maria } from '../builders/issue.ts'
import { aPull } from '../builders/people.ts'
import { t0 } from '../builders/time.ts'
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
