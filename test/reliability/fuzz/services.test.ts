import { expect, it } from 'vitest'
import { readLease } from '../../../src/adapters/kubernetes/lease-state.ts'
import { readFailure } from '../../../src/adapters/kubernetes/read-failure.ts'
import { readWorkload } from '../../../src/adapters/kubernetes/workload-facts.ts'
import { posted, reacted } from '../../../src/adapters/slack/create-slack.ts'
import { readAnswer } from '../../../src/adapters/slack/outcome.ts'
import { campaign } from './campaign.ts'
import { pick, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 600_000

const slack = [
  { ok: true, channel: 'C1', ts: '1795232590.000100' },
  { ok: true, message: { reactions: [{ name: 'eyes', users: ['U1', 'U2'] }] } },
  { ok: false, error: 'channel_not_found' },
  { ok: false, error: 'ratelimited' },
]

it('Slack answers: a value, or a failure in one line that quotes no body', { timeout }, async () => {
  let good = 0
  const problems = await campaign('Slack answers', (random) => {
    const json = JSON.stringify(spoilJson(pick(slack, random), random)) ?? ''
    const body = random() < 0.2 ? spoilOften(json, random) : json
    const status = random() < 0.9 ? 200 : pick([302, 400, 401, 403, 429, 500], random)
    const retryAfter = random() < 0.9 ? null : pick(['5', '-1', 'soon', '99999999', ''], random)
    const answer = { kind: 'answer', status, retryAfter, body } as const
    const outcome =
      random() < 0.5 ? readAnswer('chat.postMessage', posted, answer) : readAnswer('reactions.get', reacted, answer)
    if (outcome.ok) good += 1
    else if (outcome.message.length > 600 || /[\u0000-\u001F\u007F-\u009F<>]/.test(outcome.message))
      return outcome.message
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

it('Kubernetes objects: facts, or the field that is not as expected', { timeout }, async () => {
  const target = { namespace: 'shop', workload: 'Deployment', name: 'web' } as const
  let good = 0
  const problems = await campaign('Kubernetes objects', (random) => {
    const isLease = random() < 0.5
    const object = spoilJson(isLease ? lease : deployment, random)
    const answer = isLease ? readLease(object) : readWorkload(target, object)
    if (!answer.ok) return answer.where === '' || answer.where.length > 300 ? `where: ${answer.where}` : null
    good += 1
    return 'facts' in answer ? strangeIn(answer.facts) : strangeIn({ ...answer.lease, object: null })
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it('Kubernetes failures: a category and one line, whatever the body is', { timeout }, async () => {
  const status = JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'x' })
  const problems = await campaign('Kubernetes failures', (random) => {
    const code = pick([400, 401, 403, 404, 409, 422, 429, 500], random)
    const body = random() < 0.5 ? spoilOften(status, random) : spoilJson(JSON.parse(status), random)
    const headers = spoilJson({ 'retry-after': '5' }, random)
    const { message, retryAfter } = readFailure(Object.assign(new Error('refused'), { code, body, headers }))
    if (retryAfter !== null && !(retryAfter >= 0)) return `waits for ${retryAfter}`
    return message.length > 300 || /[\u0000-\u001F\u007F-\u009F]/.test(message) ? message : null
  })
  expect(problems).toEqual([])
})
