import { expect, it } from 'vitest'
import { readEnvTunables } from '../../../src/config/env-tunables.ts'
import { readGates, type Gates } from '../../../src/config/gates.ts'
import type { ConfigProblems, Problem } from '../../../src/config/problems.ts'
import { readSecrets } from '../../../src/config/secrets.ts'
import { readSettings } from '../../../src/config/settings.ts'
import { TUNABLES } from '../../../src/config/tunables.ts'
import { campaign } from './campaign.ts'
import { pick, spoil, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'

const timeout = 600_000
const off = ['false', '0', 'no', 'off']
const on = ['true', '1', 'yes', 'on']

it('gates in variables: open only by the plainest words', { timeout }, async () => {
  expect(readGates({ AFK_KILL_SWITCH: 'off', AFK_ALLOWLIST: 'acme/shop' }, { read: () => '' })).toMatchObject({
    open: true,
  })
  let open = 0
  const problems = await campaign('gates in variables', (random, noted) => {
    const env = noted(gateValues(random))
    const gates = readGates(env, { read: () => 'false' })
    if (gates.ok && gates.open) open += 1
    return wrongGates(gates, env, /^env AFK_\w+$/)
  })
  expect(problems).toEqual([])
  expect(open).toBeGreaterThan(1000)
})

it('gates in files: each by its own file, and shut by what cannot be read', { timeout }, async () => {
  let open = 0
  const problems = await campaign('gates in files', (random, noted) => {
    const values = gateValues(random)
    const gone = random() < 0.2 ? pick(Object.keys(values), random) : ''
    noted({ values, gone })
    const read = (path: string) => {
      const name = path.replace('/gates/', '')
      if (name !== gone) return values[name as keyof typeof values]
      throw Object.assign(new Error(values.AFK_ALLOWLIST), { code: pick(['ENOENT', 'EACCES', 'EIO', 7], random) })
    }
    // Of the variables none counts.
    const env = { AFK_GATES_DIR: '/gates/', AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: 'evil/evil', AFK_DRAIN: 'false' }
    const gates = readGates(env, { read })
    if (gates.ok && gates.open) open += 1
    if (gates.ok && gone === 'AFK_KILL_SWITCH' && !gates.killSwitch) return 'a switch that is gone counts as off'
    if (gates.ok && gone === 'AFK_DRAIN' && !gates.drain) return 'a drain that is gone counts as off'
    if (gates.ok && gone === 'AFK_ALLOWLIST' && gates.open) return 'open without a list'
    return wrongGates(gates, { ...values, ...(gone === '' ? {} : { [gone]: '' }) }, /^\/gates\/AFK_\w+:1$/)
  })
  expect(problems).toEqual([])
  expect(open).toBeGreaterThan(1000)
})

function gateValues(random: () => number) {
  const value = (plain: string) => (random() < 0.5 ? plain : spoil(plain, random))
  return {
    AFK_KILL_SWITCH: value(pick([...off, 'FALSE', ' off\n', 'true'], random)),
    AFK_ALLOWLIST: random() < 0.5 ? 'acme/shop, acme/api' : spoilOften('acme/shop, acme/api', random),
    AFK_DRAIN: value(pick([...off, ...on, ''], random)),
  }
}

function wrongGates(
  gates: Gates | ConfigProblems,
  values: ReturnType<typeof gateValues>,
  source: RegExp,
): string | null {
  if (!gates.ok) return wrongProblems(gates.problems, source)
  const word = (text: string) => text.trim().toLowerCase()
  if (gates.open && !off.includes(word(values.AFK_KILL_SWITCH))) return 'opened by another word'
  if (!gates.drain && on.includes(word(values.AFK_DRAIN))) return 'a drain that is not heard'
  const bad = gates.allowlist.find(({ fullName }) => !/^[A-Za-z0-9][\w-]*\/[\w.-]+$/.test(fullName))
  if (bad !== undefined) return `no repo: ${bad.fullName}`
  const named = values.AFK_ALLOWLIST.split(/[\s,]+/)
  return gates.allowlist.every(({ fullName }) => named.includes(fullName)) ? null : 'a repo that nobody named'
}

/** Each says where, and nothing that a terminal would obey. */
function wrongProblems(problems: readonly Problem[], source: RegExp): string | null {
  if (problems.length === 0) return 'refused without a reason'
  for (const problem of problems) {
    if (!source.test(problem.source)) return `another source: ${problem.source}`
    if (problem.got.length > 900) return 'an endless problem'
    if (/\p{Cc}|\p{Cf}/u.test(problem.got)) return `a terminal would obey ${JSON.stringify(problem.got)}`
    if (problem.got.includes(secret)) return 'a secret in a problem'
  }
  return null
}

const secret = 'ghp_secretsecretsecretsecretsecret0000000'

const endpoints = {
  AFK_GITHUB_API_URL: 'https://github.example/api/v3/',
  AFK_T3_URL: 'http://127.0.0.1:3773',
  AFK_T3_PUBLIC_URL: 'https://t3.example/desk',
  AFK_SLACK_API_URL: 'https://slack.com/api/',
  AFK_SLACK_CHANNEL: 'C0123456789',
  AFK_SLACK_MENTION: 'U0123456789',
  AFK_TICK_DEADLINE_SECONDS: '45',
  AFK_LOCK: 'lease',
  AFK_LEASE_NAMESPACE: 'afk',
  AFK_LOG_LEVEL: 'info',
  AFK_GITHUB_TOKEN: secret,
  AFK_T3_TOKEN_FILE: '/run/t3',
  AFK_SLACK_BOT_TOKEN: 'xoxb-1234567890',
  AFK_GITHUB_APP_ID: '12345',
  AFK_GITHUB_APP_PRIVATE_KEY_FILE: '/run/key.pem',
}
const apps = ['AFK_GITHUB_APP_ID', 'AFK_GITHUB_APP_PRIVATE_KEY_FILE']
const ofEnv = /^env AFK_\w+$|^\/.*:1$/

it('endpoints and secrets: settings, or problems that show no secret', { timeout }, async () => {
  let good = 0
  const problems = await campaign('endpoints and secrets', (random, noted) => {
    const entries = Object.entries(endpoints).filter(([name]) => random() < (apps.includes(name) ? 0.2 : 0.95))
    const at = Math.floor(random() * entries.length)
    const spoiled = random() < 0.8
    const env = noted(
      Object.fromEntries(
        entries.map(([name, value], index) => [name, spoiled && index === at ? spoil(value, random) : value]),
      ),
    )
    const text = random() < 0.9 ? secret : spoil(secret, random)
    const { settings, problems: wrong } = readSettings(env)
    const { secrets, problems: lost } = readSecrets(env, { read: () => text })
    if ((settings === undefined) !== wrong.length > 0 || (secrets === undefined) !== lost.length > 0)
      return 'neither settings nor problems'
    const all = [...wrong, ...lost]
    if (all.length > 0) return wrongProblems(all, ofEnv)
    good += 1
    if (JSON.stringify([settings, secrets]).includes(secret)) return 'a secret shows itself'
    if (!/^https?:\/\/[^@?#]+$/.test(settings?.t3.url ?? '')) return `an address: ${settings?.t3.url}`
    return strangeIn(settings)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

const variables = TUNABLES.flatMap(({ env, kind }) => (env === undefined ? [] : [{ env, kind }]))
const plain = ['60', '1.5', 'true', 'no', 'a, b', 'admin,write', 'ready-for-agent', 'push', '1e3', '-0', '0x10', ' 7 ']

it('tunables in the environment: a value of their own kind, or a problem', { timeout }, async () => {
  let good = 0
  const problems = await campaign('tunables', (random, noted) => {
    const { env, kind } = pick(variables, random)
    const raw = noted(random() < 0.4 ? pick(plain, random) : spoilOften(pick(plain, random), random).slice(0, 300))
    const { layer, problems: found } = readEnvTunables({ [env]: raw })
    if (found.length > 0) return wrongProblems(found, new RegExp(`^env ${env}$`))
    good += layer.size
    const [setting] = layer.values()
    const ofKind = setting === undefined || typeOfKind(kind, setting.value)
    return strangeIn(layer) ?? (ofKind ? null : `${env} is ${JSON.stringify(setting.value)}`)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function typeOfKind(kind: string, value: unknown): boolean {
  if (kind === 'number') return Number.isFinite(value)
  if (kind === 'boolean') return typeof value === 'boolean'
  return kind === 'list' ? Array.isArray(value) : true
}
