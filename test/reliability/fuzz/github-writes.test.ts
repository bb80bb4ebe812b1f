import { expect, it } from 'vitest'
import { createPulls } from '../../../src/adapters/github/pulls.ts'
import { createRerun } from '../../../src/adapters/github/rerun.ts'
import type { Client } from '../../../src/adapters/github/client.ts'
import { campaign } from './campaign.ts'
import { canary, pick } from './hostile.ts'
import { readLater } from './read.ts'
import { clientThat } from './client-that.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 600_000
const repo = 'acme/shop'
const head = 'a'.repeat(40)
const me = async () => ({ login: 'afk', kind: 'user' }) as const
const words = { head, method: 'squash', title: 'Mend', message: 'It' } as const

const standing = {
  data: {
    rateLimit: { cost: 1, remaining: 4999, limit: 5000, resetAt: '2026-11-21T04:00:00Z' },
    viewer: { login: 'afk' },
    item0: {
      pullRequest: {
        id: 'PR_1',
        state: 'OPEN',
        isDraft: false,
        isInMergeQueue: false,
        isMergeQueueEnabled: false,
        headRefOid: head,
        mergeStateStatus: 'CLEAN',
        reviewDecision: 'APPROVED',
        baseRef: { refUpdateRule: { requiresLinearHistory: false } },
      },
    },
  },
}
const queued = structuredClone(standing)
queued.data.item0.pullRequest.isMergeQueueEnabled = true

/** Each write with what GitHub answers to it, in order; the last answer is that of all that follows. */
const writes: readonly { readonly ask: (client: Client) => Promise<unknown>; readonly answers: readonly unknown[] }[] =
  [
    {
      ask: (client) => createPulls(client, me).merge(repo, 7, words),
      answers: [standing, rest({ merged: true, sha: head })],
    },
    {
      ask: (client) => createPulls(client, me).merge(repo, 7, words),
      answers: [queued, { data: { enqueue: {} } }, queued],
    },
    { ask: (client) => createPulls(client, me).react(repo, 5, '+1'), answers: [rest({ id: 9 })] },
    {
      ask: (client) => createPulls(client, me).resolveThread(repo, 7, 'T'),
      answers: [{ data: { resolve: { thread: {} } } }],
    },
    {
      ask: (client) => createPulls(client, me).replyToThread(repo, 7, 'T', 'x'),
      answers: [{ data: null, errors: [{ type: 'FORBIDDEN', message: canary }] }],
    },
    {
      ask: (client) => createRerun(client)(repo, 3),
      answers: [rest({ run_attempt: 1, status: 'completed' }), rest({}), rest({ run_attempt: 2, status: 'queued' })],
    },
  ]

it('answers to writes: done, or a failure that quotes nothing of them', { timeout }, async () => {
  const done = new Set<unknown>()
  let answers: readonly unknown[] = []
  let asked = 0
  const client = clientThat(async () => {
    asked += 1
    if (asked > 20) throw new Error('asks without end')
    return answers[Math.min(asked, answers.length) - 1]
  })
  const problems = await campaign('answers to writes', async (random, noted) => {
    const write = pick(writes, random)
    answers = random() < 0.02 ? write.answers : noted(spoiledOne(write.answers, random))
    asked = 0
    return readLater(async () => {
      const value = await write.ask(client)
      done.add(write)
      return value
    })
  })
  expect(problems).toEqual([])
  // All but the one that is refused.
  expect(done.size).toBeGreaterThanOrEqual(writes.length - 1)
})

function spoiledOne(answers: readonly unknown[], random: () => number): readonly unknown[] {
  const at = Math.floor(random() * answers.length)
  const answer = answers[at]
  const isRest = typeof answer === 'object' && answer !== null && 'headers' in answer && 'data' in answer
  return answers.with(at, isRest ? { ...answer, data: spoilJson(answer.data, random) } : spoilJson(answer, random))
}

function rest(data: unknown) {
  return { status: 200, headers: {}, data }
}
