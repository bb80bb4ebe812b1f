import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseAnswer } from '../../../src/adapters/t3/parse.ts'
import { shellAnswer, threadAnswer } from '../../../src/adapters/t3/schemas.ts'
import { summaryOf } from '../../../src/adapters/t3/summary.ts'
import { viewOf } from '../../../src/adapters/t3/view.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { readGates } from '../../../src/config/gates.ts'
import { PortError } from '../../../src/ports/errors.ts'
import { campaign } from './campaign.ts'
import { spoilJson, spoilOften } from './hostile.ts'

const timeout = 600_000
const secret = 'ghp_secretsecretsecretsecretsecret0000000'

function sample(name: string): unknown {
  const found = JSON.parse(readFileSync(new URL(`../../samples/t3/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >
  return found['body'] ?? found['response'] ?? found
}

/** What the adapter makes of an answer: a view, or a contract error that shows no value of it. */
function readable(read: () => unknown): string | null {
  try {
    read()
    return null
  } catch (error) {
    if (!(error instanceof PortError) || error.category !== 'contract') return `threw ${String(error)}`
    return error.message.length > 2000 ? 'an endless message' : null
  }
}

it('T3: answers with anything in them', { timeout }, async () => {
  const shell = sample('shell-snapshot-sample')
  const threads = ['thread-two-turns', 'thread-provider-error-401', 'thread-pending-approval'].map(sample)
  const problems = await campaign('T3 answers', 10_000, (random) => {
    const which = Math.floor(random() * 4)
    const source = which === 3 ? shell : threads[which]
    let body = spoilJson(source, random)
    for (let times = Math.floor(random() * 3); times > 0; times -= 1) body = spoilJson(body, random)
    return readable(() => {
      if (which === 3) return parseAnswer(shellAnswer, body, 'threads', 'test').threads.map(summaryOf)
      return viewOf(parseAnswer(threadAnswer, body, 'detail', 'test').thread, 1_795_232_590_000)
    })
  })
  expect(problems).toEqual([])
})

const yaml = `readyLabel: ready-for-agent
pickupDelaySeconds: 60
fixForward: { maxAttempts: 3 }
agentLogins: [afk-agent]
repos:
  acme/shop:
    requiredChecks: [test]
    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "{sha}" } }
    commands: { setup: [[npm, ci]], test: [[npm, test]], lint: [[npm, run, lint]] }
`

it('configuration files: a configuration or a list of problems, and no secret in it', { timeout }, async () => {
  const problems = await campaign('configuration files', 3000, async (random) => {
    const text = spoilOften(yaml, random)
    const env = {
      AFK_KILL_SWITCH: 'off',
      AFK_ALLOWLIST: 'acme/shop',
      AFK_GITHUB_TOKEN: secret,
      AFK_T3_URL: 'http://127.0.0.1:1',
      AFK_T3_TOKEN: secret,
      AFK_LOCK: 'none',
      AFK_CONFIG_FILE: '/afk.yaml',
    }
    const loaded = await loadConfig(env, { read: () => text })
    if (loaded.ok) return null
    if (loaded.problems.length === 0) return 'refused without a reason'
    return JSON.stringify(loaded.problems).includes(secret) ? 'a secret in a problem' : null
  })
  expect(problems).toEqual([])
})

it('YAML bombs are refused in time', { timeout }, async () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`)
    .join('\n')}\n`
  const deep = `repos: ${'['.repeat(20_000)}`
  for (const text of [bomb, deep, `? ${'{'.repeat(5000)}`, `readyLabel: ${'&a '.repeat(1000)}x`]) {
    const started = performance.now()
    const loaded = await loadConfig(
      { AFK_ALLOWLIST: 'acme/shop', AFK_KILL_SWITCH: 'off', AFK_CONFIG_FILE: '/afk.yaml' },
      { read: () => text },
    )
    expect(loaded.ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(5000)
  }
})

it('gates: open only by the plainest words', { timeout }, async () => {
  const problems = await campaign('gates', 100_000, (random) => {
    const env = {
      AFK_KILL_SWITCH: spoilOften(random() < 0.5 ? 'false' : 'on', random),
      AFK_ALLOWLIST: spoilOften('acme/shop, acme/api', random),
    }
    const gates = readGates(env, { read: () => '' })
    if (!gates.ok || !gates.open) return null
    if (!['false', '0', 'no', 'off'].includes(env.AFK_KILL_SWITCH.trim().toLowerCase())) return 'opened by another word'
    return gates.allowlist.every(({ fullName }) => /^[A-Za-z0-9][\w-]*\/[\w.-]+$/.test(fullName))
      ? null
      : 'no repo name'
  })
  expect(problems).toEqual([])
})
