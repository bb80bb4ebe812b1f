import { afterEach, describe, expect, it } from 'vitest'
import { adminScopes, tokenText } from '../sandbox/t3/auth.ts'
import { addToken } from '../sandbox/github/state/users.ts'
import { startT3Server, type T3Server } from '../sandbox/t3/server.ts'
import { createStage, type Stage } from './stage.ts'

/** A token that ends within seven days is a warning in every summary of both programs, and costs no request. */

const repo = 'acme/shop'
const day = 24 * 3_600_000
let stage: Stage
let t3: T3Server | null = null
afterEach(async () => {
  await t3?.close()
  await stage.close()
  t3 = null
})

describe('a token that ends', () => {
  it('is told by both programs for both services, and asked about by none', async () => {
    stage = await createStage({ repos: [repo] })
    const now = stage.world.github.clock.now()
    const short = 'ghp_short00000000000000000000000000000000'
    addToken(stage.world.github, short, 'afk', { expiresAt: now + 3 * day + 1000 })
    const ending = tokenText('afk', now + 6 * day + 1000)
    t3 = await startT3Server(stage.world.t3, { tokens: { [ending]: adminScopes } })
    const env = { AFK_GITHUB_TOKEN: short, AFK_T3_TOKEN: ending, AFK_T3_URL: t3.url }
    for (const ran of [await stage.poll(env), await stage.watch(env)]) {
      const { summary: lasting } = ran.program === 'poller' ? await stage.poll() : await stage.watch()
      expect(lasting).not.toHaveProperty('warnings')
      expect(ran.summary).toMatchObject({ outcome: 'ok', requests: lasting['requests'] })
      expect(ran.summary['warnings']).toEqual([
        expect.stringMatching(/^the token of afk for GitHub ends in 3 days \(.* UTC\): .*AFK_GITHUB_TOKEN$/),
        expect.stringMatching(/^the token of afk for T3 ends in 6 days \(.* UTC\): .*AFK_T3_TOKEN$/),
      ])
      expect(ran.output).not.toContain(short)
      expect(ran.output).not.toContain(ending)
    }
    expect(t3.requests.map(({ path }) => path)).not.toContain('/api/auth/session')
  })
})
