import { describe, expect, it } from 'vitest'
import { maskSecrets } from '../../src/core/prompt/mask.ts'
import { cleanTerminal } from '../../src/core/prompt/terminal-text.ts'

// Put together here, so that no scanner takes this file for a leak.
const letters = 'AbCdEf0123456789AbCdEf0123456789AbCd'
const pem = (what: string): string => `-----${what} RSA PRIVATE KEY-----`
const base64Line = 'MIIEowIBAAKCAQEAx5Vv0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v'

describe('maskSecrets', () => {
  it.each([
    ['GitHub, classic', `ghp_${letters}`],
    ['GitHub, OAuth', `gho_${letters}`],
    ['GitHub, App', `ghs_${letters}`],
    ['GitHub, fine-grained', `github_pat_11ABCDEFG0_${letters}`],
    ['GitLab', `glpat-${letters}`],
    ['Slack, bot', `xoxb-123456789012-123456789012-${letters}`],
    ['Slack, app', `xapp-1-A111-222-${letters}`],
    ['AWS key id', ['AKIA', 'ABCDEFGH23456789'].join('')],
    ['npm', `npm_${letters}`],
    ['Google', `AIza${letters}`],
    ['Google access', `ya29.${letters}`],
    ['Anthropic', `sk-ant-api03-${letters}`],
    ['Stripe', `sk_live_${letters}`],
    ['JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${letters}`],
    ['executor token', `eyJ2IjoxLCJzaWQiOiJhYmMifQ.${letters}`],
  ])('masks a token by its look: %s', (_, secret) => {
    expect(maskSecrets(`before ${secret} after`)).toBe('before [masked] after')
  })

  it.each([
    ['Authorization: Bearer abc.def', 'Authorization: [masked]'],
    [`curl -H "authorization: Basic dXNlcjpwYXNz" https://x`, 'curl -H "authorization: [masked]" https://x'],
    ['{"Authorization":"token abcdef"}', '{"Authorization":"[masked]"}'],
    ['Cookie: a=b; c=d', 'Cookie: [masked]'],
    [`sent bearer ${letters}!`, 'sent bearer [masked]!'],
    ['password=hunter2 next', 'password=[masked] next'],
    ['DB_PASSWORD="two words" next', 'DB_PASSWORD=[masked] next'],
    ["dbPassword = 'two words'", 'dbPassword = [masked]'],
    ['AWS_SECRET_ACCESS_KEY=wJalr/K7MDENG+bPxRfi', 'AWS_SECRET_ACCESS_KEY=[masked]'],
    ['?access_token=abc&x=1', '?access_token=[masked]&x=1'],
    ['"client_secret": "abc"', '"client_secret": [masked]'],
    [String.raw`{\"token\":\"abcdef\"}`, String.raw`{\"token\":[masked]}`],
    ['api-key: abcdefgh', 'api-key: [masked]'],
    ['secret := "x"', 'secret := [masked]'],
    ['password == "x"', 'password == [masked]'],
    ["'token' => 'x'", "'token' => [masked]"],
    ['git clone https://user:pa55@github.com/a/b', 'git clone https://[masked]@github.com/a/b'],
    ['https://x-access-token@github.com', 'https://[masked]@github.com'],
    ['https://hooks.slack.com/services/T00000000/B00000000/XXXX', 'https://hooks.slack.com/services/[masked]'],
  ])('masks what stands at a telling place: %s', (text, expected) => {
    expect(maskSecrets(text)).toBe(expected)
  })

  it.each([
    'expected 3 to be 4 at src/cart.test.ts:12:5',
    'SyntaxError: Unexpected token: }',
    'disk-usage-of-the-whole-machine is high',
    'https://github.com/acme/shop/actions/runs/7',
    'Basic auth is off',
    'commit 0123456789abcdef0123456789abcdef01234567',
    'tokens: 1234',
    'mail a@b.example',
  ])('leaves alone: %s', (text) => {
    expect(maskSecrets(text)).toBe(text)
  })

  it('masks private keys, whole, without an end and without a beginning', () => {
    const key = `${pem('BEGIN')}\n${base64Line}\n${base64Line}\nab==\n${pem('END')}`
    expect(maskSecrets(`a\n${key}\nb\n${key}\nc`)).toBe('a\n[masked private key]\nb\n[masked private key]\nc')
    expect(maskSecrets(`a\n${pem('BEGIN')}\n${base64Line}\nb`)).toBe('a\n[masked private key]')
    expect(maskSecrets(`ok\n05:34 ${base64Line}\n${base64Line}\n${pem('END')}\nb`)).toBe('ok\n[masked private key]\nb')
    expect(maskSecrets(`${base64Line}\n${key}`)).toBe(`${base64Line}\n[masked private key]`)
    // The last line of a key is short, and so are those of a small one.
    expect(maskSecrets(`ok, then\n05:34 ${base64Line}\nab==\n${pem('END')}\nb`)).toBe(
      'ok, then\n[masked private key]\nb',
    )
    expect(maskSecrets(`ok, then\n${base64Line.slice(0, 30)}\n${pem('END')}`)).toBe('ok, then\n[masked private key]')
    expect(maskSecrets(`${base64Line}\n${pem('END')} a ${key}`)).toBe('[masked private key] a [masked private key]')
  })
})

describe('cleanTerminal', () => {
  it.each([
    ['colours', '\u001B[1;31mred\u001B[0m', 'red'],
    ['8-bit colours', '\u009B31mred', 'red'],
    ['titles', '\u001B]0;title\u0007text', 'text'],
    ['hyperlinks', '\u001B]8;;https://x\u001B\\link\u001B]8;;\u001B\\', 'link'],
    ['8-bit titles', '\u009D0;title\u009Ctext', 'text'],
    ['device strings', '\u001BPq#0\u001B\\text', 'text'],
    ['a title that never ends keeps the next line', '\u001B]0;title\ntext', '\ntext'],
    ['other escapes', '\u001B(Btext\u001B7\u001B', 'text'],
    ['progress bars', '10%\r50%\r100%\ndone', '100%\ndone'],
    ['a bar that is wiped', 'done\r\u001B[K\r', 'done'],
    ['a line of nothing', '\r \r\nx', '\nx'],
    ['line ends of Windows', 'a\r\nb\r\r\nc', 'a\nb\nc'],
    ['control characters', 'a\u0000\u0008\u0007b\tc', 'ab\tc'],
    ['halves of characters', 'a\uD800b', 'a\uFFFDb'],
  ])('removes %s', (_, text, expected) => {
    expect(cleanTerminal(text)).toBe(expected)
  })
})
