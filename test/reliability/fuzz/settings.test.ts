import { expect, it } from 'vitest'
import { readEnvTunables } from '../../../src/config/env-tunables.ts'
import { readGates } from '../../../src/config/gates.ts'
import { TUNABLES } from '../../../src/config/tunables.ts'
import { campaign } from './campaign.ts'
import { pick, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'

const timeout = 600_000

it('gates: open only by the plainest words', { timeout }, async () => {
  const problems = await campaign('gates', (random) => {
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

const variables = TUNABLES.flatMap(({ env, kind }) => (env === undefined ? [] : [{ env, kind }]))
const plain = ['60', '1.5', 'true', 'no', 'a, b', 'admin,write', 'ready-for-agent', 'push', '1e3', '-0', '0x10', ' 7 ']

it('tunables in the environment: a value of their own kind, or a problem', { timeout }, async () => {
  let good = 0
  const problems = await campaign('tunables', (random) => {
    const { env, kind } = pick(variables, random)
    const raw = random() < 0.4 ? pick(plain, random) : spoilOften(pick(plain, random), random).slice(0, 300)
    const { layer, problems: found } = readEnvTunables({ [env]: raw })
    if (found.length > 0) return found.some(({ source }) => source !== `env ${env}`) ? 'another source' : null
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
