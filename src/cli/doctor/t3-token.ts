import { fail, ok, type Check } from './check.ts'
import { expiryFinding, lasting } from './expiry.ts'

/** What afk asks of T3: it reads, and it sends commands. */
const needed = ['orchestration:read', 'orchestration:operate']

export const t3Token: Check = {
  name: 't3-token',
  area: 't3',
  opens: true,
  run: async ({ probe, now }) => {
    const { authenticated, scopes, expiresAt } = await probe.executor.session()
    const remedy = 'issue a token with `t3 auth session issue` and replace the one in AFK_T3_TOKEN or its file'
    if (!authenticated) return [fail('', 'T3 does not accept the token: it is wrong, expired or revoked', remedy)]
    const missing = scopes === null ? [] : needed.filter((scope) => !scopes.includes(scope))
    if (missing.length > 0)
      return [fail('', `the token lacks the scope ${missing.join(' and ')}`, `issue one with ${needed.join(' ')}`)]
    const ends = expiryFinding('the token for T3', expiresAt, now(), remedy)
    return [ends ?? ok('', `may read and operate, ${lasting(expiresAt, now())}`)]
  },
}
