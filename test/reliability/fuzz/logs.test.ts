import { afterEach, expect, it, vi } from 'vitest'
import { createLogs } from '../../../src/adapters/github/logs.ts'
import { cleanTerminal } from '../../../src/core/prompt/terminal-text.ts'
import { maskSecrets } from '../../../src/core/prompt/mask.ts'
import type { Check } from '../../../src/core/model.ts'
import { campaign } from './campaign.ts'
import { pick, pieces, spoil, spoilOften } from './hostile.ts'
import { readLater } from './read.ts'
import { clientThat } from './client-that.ts'
import { withoutTimeouts } from './without-timeouts.ts'

const timeout = 600_000

afterEach(() => {
  vi.unstubAllGlobals()
})

const stamp = '2026-11-21T03:00:00.1234567Z '
const log = [
  `\uFEFF${stamp}##[group]Run npm test`,
  `${stamp}\u001B[36;1mnpm test\u001B[0m`,
  `${stamp} 10%\r 50%\r100%`,
  `${stamp}\u001B]8;;https://ci.example\u0007log\u001B]8;;\u0007`,
  `${stamp}FAIL cart.test.ts`,
  '##[error]Process completed with exit code 1.',
].join('\n')

const check: Check = { name: 'test', kind: 'check-run', conclusion: 'failure', url: null, workflowRun: 3, job: 7 }

it('log tails: at most so many lines, and never an error page', { timeout }, async () => {
  let body: readonly Uint8Array[] = []
  let status = 200
  withoutTimeouts()
  vi.stubGlobal('fetch', async () => ({ ok: status === 200, status, body }))
  const client = clientThat(async () => ({ status: 302, headers: { location: 'https://logs.example/x' }, data: '' }))
  const tailOf = async (lines: number) => (await createLogs(client)('acme/shop', [check], lines))[0]?.text
  body = [Buffer.from(log)]
  expect(await tailOf(2)).toBe('FAIL cart.test.ts\n##[error]Process completed with exit code 1.')
  let told = 0
  let replaced = 0
  const problems = await campaign('log tails', (random, noted) => {
    const bytes = Buffer.from(noted(spoilOften(log, random)))
    // Bytes that are no UTF-8: half a character, one from another encoding, what a tool prints of a binary.
    const broken = random() < 0.5 ? 0 : 1 + Math.floor(random() * 4)
    for (let left = Math.min(broken, bytes.length); left > 0; left -= 1)
      bytes[Math.floor(random() * bytes.length)] = 0x80 + Math.floor(random() * 0x80)
    // In pieces that may halve a character.
    const cut = Math.floor(random() * (bytes.length + 1))
    body = [bytes.subarray(0, cut), bytes.subarray(cut)]
    status = random() < 0.95 ? 200 : pick([403, 404, 410, 500], random)
    const lines = 1 + Math.floor(random() * 8)
    return readLater(async () => {
      const tail = await tailOf(lines)
      if (tail === undefined || tail.split('\n').length > lines) throw new Error(`more than ${lines} lines`)
      if (status !== 200 && tail !== '') throw new Error('a page of errors is no log')
      if (!tail.isWellFormed()) throw new Error('half a character is left')
      if (tail !== '') told += 1
      if (tail.includes('\uFFFD') && broken > 0) replaced += 1
      return tail
    })
  })
  expect(problems).toEqual([])
  expect(told).toBeGreaterThan(1000)
  expect(replaced).toBeGreaterThan(1000)
})

it('terminals: what is cleaned is clean, and stays as it is', { timeout }, async () => {
  expect(cleanTerminal(' 10%\r 50%\r100%\n\u001B[36;1mnpm\u001B[0m')).toBe('100%\nnpm')
  const problems = await campaign('terminals', (random, noted) => {
    const clean = cleanTerminal(noted(spoilOften(pick(pieces, random) + log.slice(0, 150), random)))
    if (/(?![\t\n])\p{Cc}/u.test(clean)) return 'a control character is left'
    if (!clean.isWellFormed()) return 'half a character is left'
    return cleanTerminal(clean) === clean ? null : 'cleaned again it is another'
  })
  expect(problems).toEqual([])
})

it('masks: no secret is left, whatever stands around it', { timeout }, async () => {
  const problems = await campaign('masks', (random, noted) => {
    const core = letters(30, random)
    const planted = pick(secrets, random)(core)
    // A colour in the middle of it, as a tool that highlights would put there.
    const at = planted.indexOf(core) + Math.floor(random() * core.length)
    const drawn = random() < 0.2 ? `${planted.slice(0, at)}\u001B[1m${planted.slice(at)}` : planted
    const before = spoil(log.slice(0, 60), random)
    const text = noted(
      `${before}${pick(['\n', ' ', '\t'], random)}${drawn}${pick([...ends, '\n'], random)}${pick(pieces, random)}`,
    )
    const masked = maskSecrets(cleanTerminal(text))
    return masked.includes(core) ? `it is left: ${masked}` : null
  })
  expect(problems).toEqual([])
})

const ends = ['"', "'", ' ', ',', ')', '\r\n', '\u001B[0m']

/** Forms in which tools and people print secrets. */
const secrets: readonly ((core: string) => string)[] = [
  (core) => `ghp_${core}`,
  (core) => `github_pat_${core}`,
  (core) => `glpat-${core}`,
  (core) => `xoxb-${core}`,
  (core) => `npm_${core}`,
  (core) => `sk-ant-${core}`,
  (core) => `eyJhbGciOiJIUzI1NiJ9.${core}.${core}`,
  (core) => `password=${core}`,
  (core) => `"apiKey": "${core}"`,
  (core) => `AWS_SECRET_ACCESS_KEY: ${core}`,
  (core) => `Authorization: Bearer ${core}`,
  (core) => `https://user:${core}@host.example/x`,
  (core) => `-----BEGIN RSA PRIVATE KEY-----\n${core}\n-----END RSA PRIVATE KEY-----`,
]

function letters(count: number, random: () => number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  let text = ''
  while (text.length < count) text += alphabet[Math.floor(random() * alphabet.length)]
  return text
}
