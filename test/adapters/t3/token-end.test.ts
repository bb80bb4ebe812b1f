import { expect, it } from 'vitest'
import { tokenEndOf } from '../../../src/adapters/t3/token-end.ts'

/** The claims of a token as T3 issues it (`t3 auth session issue`), with a made-up signature. */
const end = Date.UTC(2026, 11, 21, 3, 40, 0, 192)
const claims = {
  v: 1,
  kind: 'session',
  sid: '0',
  sub: 'cli',
  scopes: ['orchestration:read'],
  method: 'bearer-access-token',
  iat: end - 1,
  exp: end,
}
const token = (payload: unknown) => `${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`

it('reads the end that the token claims, in milliseconds', () => {
  expect(tokenEndOf(token(claims))).toBe(end)
})

it.each([
  ['seconds, as other tokens have them', token({ ...claims, exp: Math.floor(end / 1000) })],
  ['no time at all', token({ ...claims, exp: 'soon' })],
  ['no claims', token(null)],
  ['no JSON', 'c2FuZGJveA.c2ln'],
  ['no signature', token(claims).split('.')[0] ?? ''],
  ['a JSON web token', `e30.${token(claims)}`],
  ['nothing', ''],
  ['beyond all time', token({ ...claims, exp: 1e300 })],
])('knows nothing of a token with %s', (_what, other) => {
  expect(tokenEndOf(other)).toBeNull()
})
