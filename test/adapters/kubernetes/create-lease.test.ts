import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLease } from '../../../src/adapters/kubernetes/create-lease.ts'
import type { KubernetesWorld } from './world.ts'
import { aCluster } from './world.ts'

let world: KubernetesWorld
beforeEach(async () => {
  world = await aCluster()
  world.cluster.state.addLease('afk', 'afk-poller')
})
afterEach(async () => world.close())

function lockOf(holder: string, more: Partial<Parameters<typeof createLease>[0]> = {}) {
  return createLease({
    ...world.options,
    namespace: 'afk',
    name: 'afk-poller',
    holder,
    durationSeconds: 70,
    ...more,
  })
}

const spec = () => world.cluster.state.lease('afk', 'afk-poller')?.spec

function requireLease() {
  const lease = world.cluster.state.lease('afk', 'afk-poller')
  return lease ?? expect.fail('the test needs a lease')
}

/** What another holder would have written. */
function seed(more: Record<string, unknown>): void {
  const lease = requireLease()
  const { leases, nextVersion } = world.cluster.state
  leases.set('afk/afk-poller', {
    ...lease,
    metadata: { ...lease.metadata, resourceVersion: nextVersion() },
    spec: { ...lease.spec, ...more },
  })
}

describe('what is written', () => {
  it("is the holder, its duration and the API server's own time with six decimals", async () => {
    expect(await lockOf('pod-a').acquire()).toMatchObject({ held: true })
    expect(spec()).toEqual({
      holderIdentity: expect.stringMatching(/^pod-a_[0-9a-f-]{36}$/),
      leaseDurationSeconds: 70,
      // The Date header has whole seconds.
      acquireTime: '2031-05-06T07:08:09.000000Z',
      renewTime: '2031-05-06T07:08:09.000000Z',
      leaseTransitions: 1,
    })
  })

  it('leaves labels and foreign fields alone', async () => {
    const lease = requireLease()
    const metadata = { ...lease.metadata, labels: { app: 'afk' }, annotations: { note: 'x' } }
    world.cluster.state.leases.set('afk/afk-poller', {
      ...lease,
      metadata,
      spec: { ...lease.spec, strategy: 'OldestEmulationVersion' },
    })
    await lockOf('pod-a').acquire()
    expect(world.cluster.state.lease('afk', 'afk-poller')?.metadata).toMatchObject({
      labels: { app: 'afk' },
      annotations: { note: 'x' },
    })
    expect(spec()).toMatchObject({ strategy: 'OldestEmulationVersion' })
  })

  it('names nobody after the release', async () => {
    const lock = await lockOf('pod-a').acquire()
    if (lock.held) await lock.release()
    expect(spec()).toMatchObject({ holderIdentity: '', leaseTransitions: 1 })
  })

  it('needs a get and an update to take it, an update to give it back, and nothing else', async () => {
    const lock = await lockOf('pod-a').acquire()
    if (lock.held) await lock.release()
    expect(world.cluster.requests.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)).toEqual([
      'get leases afk-poller',
      'update leases afk-poller',
      'update leases afk-poller',
    ])
  })
})

describe('when it ends', () => {
  it("is judged on the API server's clock, whatever the pod's says", async () => {
    await lockOf('pod-a').acquire()
    const wrong = { wallClock: () => 0 }
    expect(await lockOf('pod-b', wrong).acquire()).toMatchObject({ held: false })
    world.pass(71)
    expect(await lockOf('pod-b', wrong).acquire()).toMatchObject({ held: true })
  })

  it("follows the holder's own duration, not ours", async () => {
    await lockOf('pod-a', { durationSeconds: 300 }).acquire()
    world.pass(100)
    expect(await lockOf('pod-b').acquire()).toMatchObject({ held: false })
  })

  it.each([
    ['an empty holder', { holderIdentity: '', renewTime: '2031-05-06T07:08:09.000000Z', leaseDurationSeconds: 70 }],
    ['a holder that never said until when', { holderIdentity: 'someone' }],
    ['a holder without a duration', { holderIdentity: 'someone', renewTime: '2031-05-06T07:08:09.000000Z' }],
  ])('takes over from %s', async (_what, more) => {
    seed(more)
    expect(await lockOf('pod-a').acquire()).toMatchObject({ held: true })
  })

  it('reads times of another offset', async () => {
    seed({ holderIdentity: 'someone', renewTime: '2031-05-06T09:08:00.000000+02:00', leaseDurationSeconds: 70 })
    expect(await lockOf('pod-a').acquire()).toEqual({ held: false, by: 'someone' })
  })
})

describe('a race', () => {
  it('lost to a holder that lives is held by that one', async () => {
    const meanwhile = () =>
      seed({ holderIdentity: 'pod-b', renewTime: '2031-05-06T07:08:09.000000Z', leaseDurationSeconds: 70 })
    world.cluster.faults.add({ kind: 'race', match: { verb: 'update' }, times: 1, meanwhile })
    expect(await lockOf('pod-a').acquire()).toEqual({ held: false, by: 'pod-b' })
    expect(world.cluster.requests.map(({ verb, status }) => `${verb} ${status}`)).toEqual([
      'get 200',
      'update 409',
      'get 200',
    ])
    expect(spec()).toMatchObject({ holderIdentity: 'pod-b' })
  })

  it('lost to one that is gone again is won at the second look', async () => {
    const meanwhile = () => seed({ holderIdentity: '' })
    world.cluster.faults.add({ kind: 'race', match: { verb: 'update' }, times: 1, meanwhile })
    expect(await lockOf('pod-a').acquire()).toMatchObject({ held: true })
  })

  it('lost twice is held by another', async () => {
    world.cluster.faults.add({ kind: '409', match: { verb: 'update' }, times: 2 })
    expect(await lockOf('pod-a').acquire()).toEqual({ held: false, by: expect.stringContaining('another') })
  })
})

describe('a lost answer', () => {
  it('of the taking is recognised: it is held, and can be given back', async () => {
    world.cluster.faults.add({ kind: 'lost-answer', match: { verb: 'update' }, times: 1 })
    const lock = await lockOf('pod-a').acquire()
    expect(lock.held).toBe(true)
    expect(spec()).toMatchObject({ holderIdentity: expect.stringMatching(/^pod-a_/), leaseTransitions: 1 })
    if (lock.held) await lock.release()
    expect(spec()).toMatchObject({ holderIdentity: '' })
  })

  it('of the release is no failure, and gives nothing of the next holder away', async () => {
    const lock = await lockOf('pod-a').acquire()
    world.cluster.faults.add({ kind: 'lost-answer', match: { verb: 'update' }, times: 1 })
    if (lock.held) await lock.release()
    expect(spec()).toMatchObject({ holderIdentity: '' })
  })
})

describe('failures', () => {
  it('a Lease that is not there is a config error that names the manifests', async () => {
    await expect(lockOf('pod-a', { name: 'afk-watcher' }).acquire()).rejects.toMatchObject({
      port: 'lock',
      category: 'config',
      message: expect.stringMatching(/Lease afk\/afk-watcher does not exist.*deploy\/base.*AFK_LEASE_NAMESPACE/),
    })
  })

  it('a missing right is forbidden, with the remedy', async () => {
    world.cluster.state.grant(world.cluster.token, [])
    await expect(lockOf('pod-a').acquire()).rejects.toMatchObject({
      category: 'forbidden',
      message: expect.stringContaining('RoleBinding'),
    })
  })

  it('a right to read alone is forbidden too', async () => {
    world.cluster.state.grant(world.cluster.token, [
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
    ])
    await expect(lockOf('pod-a').acquire()).rejects.toMatchObject({ category: 'forbidden' })
    expect(spec()).toEqual({})
  })

  it('a hanging server is a timeout', async () => {
    world.cluster.faults.add({ kind: 'hang' })
    const started = performance.now()
    await expect(lockOf('pod-a', { timeout: 100, deadline: () => 500 }).acquire()).rejects.toMatchObject({
      category: 'unavailable',
      message: expect.stringContaining('timeout'),
    })
    expect(performance.now() - started).toBeLessThan(8_000)
  })

  it('a write that never reaches the server is tried once more, then unavailable', async () => {
    world.cluster.faults.add({ kind: 'reset', match: { verb: 'update' } })
    await expect(lockOf('pod-a').acquire()).rejects.toMatchObject({ category: 'unavailable' })
    expect(world.cluster.requests.filter(({ verb }) => verb === 'update')).toHaveLength(2)
  })

  it('an answer that is no Lease is a contract error', async () => {
    seed({ renewTime: 'yesterday' })
    await expect(lockOf('pod-a').acquire()).rejects.toMatchObject({
      category: 'contract',
      message: expect.stringContaining('spec.renewTime'),
    })
  })

  it('a release that fails is told, and works past the deadline', async () => {
    let left = 3_000
    const lock = await lockOf('pod-a', { deadline: () => left }).acquire()
    left = -5
    if (lock.held) await lock.release()
    expect(spec()).toMatchObject({ holderIdentity: '' })
    left = 3_000
    const again = await lockOf('pod-a').acquire()
    world.cluster.faults.add({ kind: '500', match: { verb: 'update' } })
    await expect(again.held ? again.release() : Promise.resolve()).rejects.toMatchObject({
      operation: 'release',
      category: 'unavailable',
    })
  })

  it.each([0, 1.5, -1, Number.NaN])('a duration of %s is refused at once', (durationSeconds) => {
    expect(() => lockOf('pod-a', { durationSeconds })).toThrow(/whole seconds/)
  })
})
