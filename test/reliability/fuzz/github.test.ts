import { describe, expect, it } from 'vitest'
import { busyGitHub } from './busy-github.ts'
import { campaign } from './campaign.ts'
import { canary, pick } from './hostile.ts'
import { readLater } from './read.ts'
import { clientThat } from './client-that.ts'
import { recordGitHub } from './recorded-github.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 1_800_000

describe('GitHub answers with anything in them', () => {
  it('every question gets data, or breaks the contract', { timeout }, async () => {
    const { lab, asked: about } = await busyGitHub()
    const recorded = await recordGitHub(lab, about)
    expect(recorded.filter(({ answers }) => answers.length === 0)).toEqual([])
    const readable = new Set<string>()
    let current: readonly { readonly key: string; readonly answer: unknown }[] = []
    let which = 0
    let asked = 0
    let broken: unknown
    // One answer is spoiled; whatever is asked beyond what was recorded is not there.
    const client = clientThat(async (key) => {
      const at = current.findIndex((said) => said.key === key)
      asked += 1
      if (asked > 50) throw new Error('asks without end')
      return at === which && asked <= current.length ? broken : current[at]?.answer
    })
    const problems = await campaign('GitHub answers', async (random, noted) => {
      const { name, ask, answers } = pick(recorded, random)
      current = answers
      which = Math.floor(random() * answers.length)
      broken = noted(spoiled(answers[which]?.answer, random))
      asked = 0
      const wrong = await readLater(async () => {
        const value = await ask(client)
        readable.add(name)
        return value
      })
      return wrong === null ? null : `${name}: ${wrong}`
    })
    expect(problems).toEqual([])
    expect(readable.size).toBe(recorded.length)
  })
})

/** Of REST the body, of GraphQL the whole answer, now and then with an error beside it. */
function spoiled(answer: unknown, random: () => number): unknown {
  if (typeof answer !== 'object' || answer === null) return spoilJson(answer, random)
  if ('headers' in answer && 'data' in answer) return { ...answer, data: spoilJson(answer.data, random) }
  const broken = random() < 0.1 ? { ...answer, errors: [spoilJson(pick(errors, random), random)] } : answer
  return spoilJson(broken, random)
}

const errors = [
  { type: 'NOT_FOUND', path: ['item0'], message: canary },
  { type: 'constructor', path: ['item0', 'issue', 0], message: canary },
  { type: canary, path: [canary], message: canary },
  { message: canary },
]
