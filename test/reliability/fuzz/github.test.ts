import { describe, expect, it } from 'vitest'
import { busyGitHub } from './busy-github.ts'
import { campaign } from './campaign.ts'
import { pick } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { wrongWith } from './read.ts'
import { clientThat, recordGitHub } from './recorded-github.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 1_800_000

describe('GitHub answers with anything in them', () => {
  it('every question gets data, or breaks the contract', { timeout }, async () => {
    const { lab, asked: about } = await busyGitHub()
    const recorded = await recordGitHub(lab, about)
    expect(recorded.filter(({ answers }) => answers.length === 0)).toEqual([])
    const readable = new Set<string>()
    const problems = await campaign('GitHub answers', async (random) => {
      const { name, ask, answers } = pick(recorded, random)
      const which = Math.floor(random() * answers.length)
      let asked = 0
      // One answer is spoiled; whatever is asked beyond what was recorded is not there.
      const client = clientThat(async (key) => {
        const at = answers.findIndex((said) => said.key === key)
        const answer = answers[at]?.answer
        asked += 1
        if (asked > 50) throw new Error('asks without end')
        return at === which && asked <= answers.length ? spoiled(answer, random) : answer
      })
      try {
        const value = await ask(client)
        readable.add(name)
        const strange = strangeIn(value)
        return strange === null ? null : `${name}: ${strange}`
      } catch (error) {
        const wrong = wrongWith(error)
        return wrong === null ? null : `${name}: ${wrong}`
      }
    })
    expect(problems).toEqual([])
    expect(readable.size).toBe(recorded.length)
  })
})

/** Of REST the body, of GraphQL the whole answer. */
function spoiled(answer: unknown, random: () => number): unknown {
  const isRest = typeof answer === 'object' && answer !== null && 'headers' in answer && 'data' in answer
  return isRest ? { ...answer, data: spoilJson(answer.data, random) } : spoilJson(answer, random)
}
