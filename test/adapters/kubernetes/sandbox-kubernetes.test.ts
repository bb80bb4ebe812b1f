import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAllowed } from '../../sandbox/kubernetes/rbac.ts'
import type { KubernetesWorld } from './world.ts'
import { aCluster } from './world.ts'

let world: KubernetesWorld
beforeEach(async () => void (world = await aCluster()))
afterEach(async () => world.close())

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/afk/leases'

async function api(method: string, path: string, body?: unknown, token = world.cluster.token) {
  const response = await fetch(world.cluster.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(5_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, date: response.headers.get('date'), text, json }
}

describe('the Kubernetes sandbox', () => {
  it('dates its answers by the clock it was given', async () => {
    expect((await api('GET', `${LEASES}/none`)).date).toBe('Tue, 06 May 2031 07:08:09 GMT')
  })

  it('answers errors with Status objects', async () => {
    expect((await api('GET', `${LEASES}/none`)).json).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      code: 404,
      message: 'leases.coordination.k8s.io "none" not found',
    })
    expect((await api('GET', `${LEASES}/none`, undefined, 'stranger')).json).toMatchObject({
      reason: 'Unauthorized',
      code: 401,
    })
    expect((await api('GET', '/api/v1/namespaces/afk/secrets/s')).json).toMatchObject({
      reason: 'Forbidden',
      message:
        'secrets "s" is forbidden: User "system:serviceaccount:afk:afk" cannot get resource "secrets" in API group "" in the namespace "afk"',
    })
    expect((await api('GET', '/elsewhere')).json).toMatchObject({
      code: 403,
      message: 'forbidden: User "system:serviceaccount:afk:afk" cannot get path "/elsewhere"',
    })
  })

  it('replaces a Lease only at the version that was read', async () => {
    world.cluster.state.addLease('afk', 'l')
    const { json: read } = await api('GET', `${LEASES}/l`)
    expect((await api('PUT', `${LEASES}/l`, { ...read, spec: { holderIdentity: 'a' } })).status).toBe(200)
    expect((await api('PUT', `${LEASES}/l`, { ...read, spec: { holderIdentity: 'b' } })).json).toMatchObject({
      reason: 'Conflict',
      code: 409,
    })
    expect((await api('GET', `${LEASES}/l`)).json['spec']).toEqual({ holderIdentity: 'a' })
  })

  it.each([
    ['three decimals', { renewTime: '2031-05-06T07:08:09.000Z' }, 400],
    ['a duration of zero', { leaseDurationSeconds: 0 }, 422],
  ])('refuses a Lease with %s', async (_what, spec, status) => {
    world.cluster.state.addLease('afk', 'l')
    const { json: read } = await api('GET', `${LEASES}/l`)
    expect((await api('PUT', `${LEASES}/l`, { ...read, spec })).status).toBe(status)
  })

  it('refuses an update that carries no version', async () => {
    world.cluster.state.addLease('afk', 'l')
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: {} }
    expect((await api('PUT', `${LEASES}/l`, body)).json).toMatchObject({
      code: 422,
      message: expect.stringContaining('must be specified for an update'),
    })
  })

  it('takes an Event from whoever may create one, about something in a namespace, and whole', async () => {
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { generateName: 'afk-poller-' },
      eventTime: '2031-05-06T07:08:09.250000Z',
      type: 'Normal',
      reason: 'Dispatched',
      action: 'Dispatched',
      reportingController: 'afk',
      reportingInstance: 'afk-poller-1',
      regarding: { kind: 'CronJob', name: 'afk-poller', namespace: 'afk' },
    }
    const path = '/apis/events.k8s.io/v1/namespaces/afk/events'
    expect((await api('POST', path, event)).status).toBe(403)
    world.cluster.state.grant('events', [{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] }])
    expect((await api('POST', path, event, 'events')).status).toBe(201)
    const about = { kind: 'CronJob', name: 'afk-poller' }
    expect((await api('POST', path, { ...event, regarding: about }, 'events')).status).toBe(422)
    for (const field of ['eventTime', 'type', 'reason', 'action', 'reportingController', 'reportingInstance']) {
      expect((await api('POST', path, { ...event, [field]: undefined }, 'events')).status, field).toBe(422)
    }
    expect((await api('POST', path, { ...event, eventTime: '2031-05-06T07:08:09.250Z' }, 'events')).status).toBe(400)
    expect((await api('POST', path, { ...event, deprecatedCount: 1 }, 'events')).status).toBe(422)
    expect(world.cluster.state.events).toHaveLength(1)
  })

  it('tells an account what it may, without any right needed to ask', async () => {
    const ask = async (resourceAttributes: Record<string, string>) =>
      (await api('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { resourceAttributes } }))
        .json['status']
    expect(
      await ask({ verb: 'get', group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' }),
    ).toMatchObject({ allowed: true })
    expect(
      await ask({ verb: 'delete', group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' }),
    ).toEqual({ allowed: false })
  })

  it('records what was asked, by whom, and what came of it', async () => {
    await api('GET', '/apis/apps/v1/namespaces/shop/deployments/web')
    await api('GET', '/apis/apps/v1/namespaces/shop/deployments')
    expect(world.cluster.requests).toMatchObject([
      { verb: 'get', group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web', status: 404 },
      { verb: 'list', group: 'apps', resource: 'deployments', namespace: 'shop', name: null, status: 403 },
    ])
  })
})

it('RBAC by name allows get and update of that name, and never create', () => {
  const rule = {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get', 'update', 'create'],
    resourceNames: ['afk-poller'],
    namespace: 'afk',
  }
  const account = { user: 'u', rules: [rule] }
  const request = { group: 'coordination.k8s.io', resource: 'leases', namespace: 'afk', name: 'afk-poller' }
  expect(isAllowed(account, { ...request, verb: 'update' })).toBe(true)
  expect(isAllowed(account, { ...request, verb: 'update', name: 'other' })).toBe(false)
  expect(isAllowed(account, { ...request, verb: 'get', namespace: 'default' })).toBe(false)
  expect(isAllowed(account, { ...request, verb: 'create', name: null })).toBe(false)
})
