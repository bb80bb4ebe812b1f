import { afterEach, expect, it, vi } from 'vitest'
import { readLease } from '../../../src/adapters/kubernetes/lease-state.ts'
import { readFailure } from '../../../src/adapters/kubernetes/read-failure.ts'
import { readWorkload } from '../../../src/adapters/kubernetes/workload-facts.ts'
import { posted, reacted } from '../../../src/adapters/slack/create-slack.ts'
import { readAnswer } from '../../../src/adapters/slack/outcome.ts'
import { createSlackProbe } from '../../../src/adapters/slack/probe.ts'
import { campaign, type Attempt } from './campaign.ts'
import { canary, pick, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { readLater } from './read.ts'
import { spoilJson } from './spoil-json.ts'
import { withoutTimeouts } from './without-timeouts.ts'

const timeout = 600_000

afterEach(() => {
  vi.unstubAllGlobals()
})

const slack = [
  { ok: true, channel: 'C1', ts: '1795232590.000100' },
  { ok: true, message: { reactions: [{ name: 'eyes', users: ['U1', 'U2'] }] } },
  { ok: false, error: 'channel_not_found' },
  { ok: false, error: 'ratelimited' },
]

it('Slack answers: a value, or a failure in one line that quotes no body', { timeout }, async () => {
  let good = 0
  const problems = await campaign('Slack answers', (random, noted) => {
    const json = JSON.stringify(spoilJson(pick(slack, random), random)) ?? ''
    const body = random() < 0.2 ? spoilOften(json, random) : json
    const status = random() < 0.9 ? 200 : pick([302, 400, 401, 403, 429, 500], random)
    const retryAfter = random() < 0.9 ? null : pick(['5', '-1', 'soon', '99999999', ''], random)
    const answer = noted({ kind: 'answer', status, retryAfter, body } as const)
    const outcome =
      random() < 0.5 ? readAnswer('chat.postMessage', posted, answer) : readAnswer('reactions.get', reacted, answer)
    if (outcome.ok) good += 1
    else if (outcome.message.length > 600 || outcome.message.includes(canary)) return outcome.message
    else if (/[\u0000-\u001F\u007F-\u009F<>]/.test(outcome.message)) return outcome.message
    return strangeIn(outcome)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

const lease = {
  metadata: { name: 'afk', resourceVersion: '7' },
  spec: {
    holderIdentity: 'poller-1',
    leaseDurationSeconds: 30,
    acquireTime: '2026-11-21T03:00:00.000000Z',
    renewTime: '2026-11-21T03:00:10.000000Z',
    leaseTransitions: 2,
  },
}

const deployment = {
  metadata: { name: 'web', generation: 3 },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
  status: {
    observedGeneration: 3,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
  },
}

it('Leases: who holds it until when, or the field that is not as expected', { timeout }, async () => {
  expect(readLease(lease)).toMatchObject({ ok: true, lease: { holder: 'poller-1', endsAt: 1_795_230_040_000 } })
  let good = 0
  const problems = await campaign('Leases', (random, noted) => {
    const read = readLease(noted(spoilJson(lease, random)))
    if (!read.ok) return wrongPlace(read.where)
    good += 1
    const { holder, endsAt, resourceVersion } = read.lease
    if (holder === '' || resourceVersion === '') return 'a name of nobody'
    // Else it would be compared with the clock, and be neither before nor after it.
    if (endsAt !== null && !Number.isFinite(endsAt)) return `ends at ${endsAt}`
    return strangeIn({ ...read.lease, object: null })
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it('workloads: facts, or the field that is not as expected', { timeout }, async () => {
  const target = { namespace: 'shop', workload: 'Deployment', name: 'web' } as const
  expect(readWorkload(target, deployment)).toMatchObject({ ok: true, facts: { kind: 'workload', image: 'web:1' } })
  let good = 0
  const problems = await campaign('workloads', (random, noted) => {
    const named = random() < 0.2 ? { ...target, container: 'web' } : target
    const workload = random() < 0.3 ? 'StatefulSet' : 'Deployment'
    const read = readWorkload({ ...named, workload }, noted(spoilJson(deployment, random)))
    if (!read.ok) return wrongPlace(read.where)
    if (read.facts.kind === 'workload') good += 1
    return strangeIn(read.facts)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

/** Names of the schema's own fields alone. */
function wrongPlace(where: string): string | null {
  return /^(?:[\w.-]+|\(root\))(?:, (?:[\w.-]+|\(root\)))*$/.test(where) && where.length <= 300
    ? null
    : `where: ${where}`
}

it('Kubernetes failures: a category and one line, whatever the body is', { timeout }, async () => {
  const status = JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'x' })
  const problems = await campaign('Kubernetes failures', (random, noted) => {
    const code = pick([400, 401, 403, 404, 409, 422, 429, 500], random)
    const body = random() < 0.5 ? spoilOften(status, random) : spoilJson(JSON.parse(status), random)
    const headers = spoilJson({ 'retry-after': '5' }, random)
    const { message, retryAfter } = readFailure(Object.assign(new Error('refused'), noted({ code, body, headers })))
    if (retryAfter !== null && !(retryAfter >= 0)) return `waits for ${retryAfter}`
    if (message.includes(canary)) return message
    return message.length > 300 || /[\u0000-\u001F\u007F-\u009F]/.test(message) ? message : null
  })
  expect(problems).toEqual([])
})

const probed = [
  { ok: true, team: 'Acme', user: 'afk', channel: { name: 'afk', is_member: true, is_archived: false } },
  { ok: false, error: 'missing_scope' },
  { ok: false, error: 'invalid_auth' },
]

it('what the doctor hears of Slack: data, or a failure that quotes no body', { timeout }, async () => {
  let body = ''
  let status = 200
  let scopes: string | null = 'chat:write, reactions:read'
  const headers = { get: () => scopes }
  withoutTimeouts()
  vi.stubGlobal('fetch', async () => ({ status, headers, text: async () => body }))
  const probe = createSlackProbe({
    token: { read: () => 'xoxb-1' },
    apiUrl: 'https://slack.example/api/',
    channel: 'C0123456789',
    userAgent: 'afk/test',
    deadline: () => 60_000,
  })
  let good = 0
  const attempt: Attempt = (random, noted) => {
    body = noted(JSON.stringify(spoilJson(pick(probed, random), random)) ?? '')
    status = random() < 0.9 ? 200 : pick([302, 401, 403, 429, 500], random)
    scopes = random() < 0.5 ? null : spoilOften('chat:write, reactions:read', random)
    return readLater(async () => {
      const found = await (random() < 0.5 ? probe.account() : probe.channel())
      good += 1
      return found
    })
  }
  expect(await campaign('Slack, as the doctor asks it', attempt)).toEqual([])
  expect(good).toBeGreaterThan(1000)
})
