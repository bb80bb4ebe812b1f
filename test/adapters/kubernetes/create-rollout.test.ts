import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRollout } from '../../../src/adapters/kubernetes/create-rollout.ts'
import type { FaultKind } from '../../sandbox/kubernetes/faults.ts'
import { stuckRollout } from '../../sandbox/kubernetes/rollout-steps.ts'
import type { KubernetesWorld } from './world.ts'
import { aCluster } from './world.ts'

let world: KubernetesWorld
beforeEach(async () => void (world = await aCluster()))
afterEach(async () => world.close())

const web = { namespace: 'shop', workload: 'Deployment', name: 'web' } as const
const db = { namespace: 'shop', workload: 'StatefulSet', name: 'db' } as const

describe('a rollout, seen while it goes on', () => {
  it('of a Deployment: not observed, old pods still there, partial, done', async () => {
    const rollout = createRollout(world.options)
    world.cluster.state.deploy({ ...web, kind: 'Deployment', image: 'web:old', replicas: 2 })
    world.pass(600)
    world.cluster.state.deploy({ ...web, kind: 'Deployment', image: 'web:new', replicas: 2 })
    const at = async (seconds: number) => {
      world.pass(seconds)
      return rollout.workload(web)
    }
    // The image is the new one at once: it alone says nothing.
    const common = { kind: 'workload', image: 'web:new', generation: 2, replicas: 2, deadlineExceeded: false }
    expect(await at(0)).toMatchObject({
      ...common,
      observedGeneration: 1,
      updated: 2,
      ready: 2,
      available: 2,
      total: 2,
    })
    expect(await at(1)).toMatchObject({
      ...common,
      observedGeneration: 2,
      updated: 1,
      ready: 2,
      available: 2,
      total: 3,
    })
    expect(await at(10)).toMatchObject({ ...common, updated: 2, ready: 2, total: 3 })
    expect(await at(10)).toMatchObject({ ...common, updated: 2, ready: 2, available: 2, total: 2 })
  })

  it('of a StatefulSet: pods of two revisions, then of one', async () => {
    const rollout = createRollout(world.options)
    world.cluster.state.deploy({ ...db, kind: 'StatefulSet', image: 'db:old', replicas: 3 })
    world.pass(600)
    expect(await rollout.workload(db)).toMatchObject({ updated: 3, total: 3 })
    world.cluster.state.deploy({ ...db, kind: 'StatefulSet', image: 'db:new', replicas: 3 })
    world.pass(1)
    expect(await rollout.workload(db)).toMatchObject({
      generation: 2,
      observedGeneration: 2,
      updated: 1,
      image: 'db:new',
    })
    world.pass(60)
    expect(await rollout.workload(db)).toMatchObject({ updated: 3, ready: 3, available: 3, total: 3 })
  })

  it('that exceeds its deadline says so, and no longer once a newer generation waits to be observed', async () => {
    const rollout = createRollout(world.options)
    world.cluster.state.deploy({ ...web, kind: 'Deployment', image: 'web:bad', replicas: 2, steps: stuckRollout(2) })
    world.pass(599)
    expect(await rollout.workload(web)).toMatchObject({ deadlineExceeded: false })
    world.pass(1)
    expect(await rollout.workload(web)).toMatchObject({ deadlineExceeded: true, updated: 1, total: 3 })
    world.cluster.state.deploy({
      ...web,
      kind: 'Deployment',
      image: 'web:good',
      replicas: 2,
      steps: [
        { afterSeconds: 0, updated: 1, ready: 2, available: 2, total: 3, unobserved: true, deadlineExceeded: true },
      ],
    })
    expect(await rollout.workload(web)).toMatchObject({ generation: 2, observedGeneration: 1, deadlineExceeded: false })
  })

  it('of a workload without pods yet reads absent counters as zero', async () => {
    world.cluster.state.deploy({
      ...web,
      kind: 'Deployment',
      image: 'web:1',
      steps: [{ afterSeconds: 0, updated: 0, ready: 0, available: 0, total: 0 }],
    })
    expect(await createRollout(world.options).workload(web)).toMatchObject({
      replicas: 1,
      updated: 0,
      ready: 0,
      available: 0,
      total: 0,
    })
  })
})

describe('failures', () => {
  const deploy = () => world.cluster.state.deploy({ ...web, kind: 'Deployment', image: 'web:1' })

  it.each<[FaultKind, string, RegExp]>([
    ['401', 'auth', /401.*service account or KUBECONFIG/],
    ['429', 'rate', /429 TooManyRequests/],
    ['500', 'unavailable', /500 InternalError/],
    ['502', 'unavailable', /502/],
    ['hang', 'unavailable', /timeout/],
    ['slow', 'unavailable', /timeout/],
    ['reset', 'unavailable', /no answer/],
    ['truncated-json', 'contract', /no JSON/],
    ['html', 'contract', /no Deployment/],
  ])('%s -> %s', async (kind, category, says) => {
    deploy()
    world.cluster.faults.add({ kind, ms: 2_000, retryAfter: 30 })
    await expect(
      createRollout({ ...world.options, timeout: 150, deadline: () => 1_500 }).workload(web),
    ).rejects.toMatchObject({
      name: 'PortError',
      port: 'rollout',
      operation: 'workload',
      category,
      message: expect.stringMatching(says),
      retryAfter: kind === '429' ? 30 : null,
    })
  })

  it.each<FaultKind>(['500', '502', 'reset', 'hang', '429'])('repeats a read after one %s', async (kind) => {
    deploy()
    world.cluster.faults.add({ kind, times: 1, retryAfter: 1 })
    expect(await createRollout(world.options).workload(web)).toMatchObject({ kind: 'workload' })
    expect(world.cluster.requests).toHaveLength(2)
  })

  it('takes a 404 that Kubernetes did not say for a broken address, not for a missing workload', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const elsewhere = `server: http://127.0.0.1:${(server.address() as AddressInfo).port}`
    writeFileSync(world.kubeconfigFile, world.cluster.kubeconfig().replace(/server: \S+/, elsewhere))
    await expect(createRollout(world.options).workload(web)).rejects.toMatchObject({ category: 'contract' })
    server.closeAllConnections()
    await once(server.close(), 'close')
  })

  it('reads the credentials again, once, when they are refused', async () => {
    deploy()
    writeFileSync(world.kubeconfigFile, world.cluster.kubeconfig('old-token'))
    await expect(createRollout(world.options).workload(web)).rejects.toMatchObject({ category: 'auth' })
    expect(world.cluster.requests.map(({ status }) => status)).toEqual([401, 401])
  })

  it('goes on with the new credentials after a rotation', async () => {
    deploy()
    writeFileSync(world.kubeconfigFile, world.cluster.kubeconfig('old-token'))
    const meanwhile = () => writeFileSync(world.kubeconfigFile, world.cluster.kubeconfig())
    world.cluster.faults.add({ kind: 'race', times: 1, meanwhile })
    expect(await createRollout(world.options).workload(web)).toMatchObject({ kind: 'workload' })
    expect(world.cluster.requests.map(({ status }) => status)).toEqual([401, 200])
  })

  it('starts nothing when the tick has no time left', async () => {
    await expect(createRollout({ ...world.options, deadline: () => 0 }).workload(web)).rejects.toMatchObject({
      category: 'unavailable',
    })
    expect(world.cluster.requests).toEqual([])
  })

  it.each([
    ['a file that is none', () => 'clusters: [', /KUBECONFIG: expected readable/],
    [
      'no context',
      () => 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n',
      /expected a server address.*current context/,
    ],
    [
      'TLS without verification',
      () => world.cluster.kubeconfig().replace('http://', 'https://'),
      /insecure-skip-tls-verify/,
    ],
    [
      'plain http to another machine',
      () => world.cluster.kubeconfig().replace(/http:\/\/[\d.]+/, 'http://kube.example'),
      /expected https/,
    ],
  ])('refuses %s as a config error that names the file', async (_what, text, says) => {
    writeFileSync(world.kubeconfigFile, text())
    const error = await createRollout(world.options)
      .workload(web)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ category: 'config', message: expect.stringMatching(says) })
    expect((error as Error).message).toContain(`(${world.kubeconfigFile})`)
    expect(world.cluster.requests).toEqual([])
  })

  it('outside a pod, the service account is a config error and not a guess at localhost', async () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined)
    vi.stubEnv('KUBERNETES_SERVICE_PORT', undefined)
    const rollout = createRollout({ ...world.options, access: { kind: 'in-cluster' } })
    await expect(rollout.workload(web)).rejects.toMatchObject({ category: 'config' })
    vi.unstubAllEnvs()
  })

  it('never puts the token or an answer into an error', async () => {
    world.cluster.faults.add({ kind: '500' })
    const error: unknown = await createRollout(world.options)
      .workload(web)
      .catch((thrown: unknown) => thrown)
    const all = `${String(error)} ${(error as Error).stack ?? ''} ${JSON.stringify(error)} ${String((error as Error).cause)}`
    expect(all).not.toContain(world.cluster.token)
    expect(all).not.toContain('etcdserver')
  })
})

it('asks for exactly one object, with our user agent', async () => {
  world.cluster.state.deploy({ ...web, kind: 'Deployment', image: 'web:1' })
  await createRollout(world.options).workload(web)
  expect(world.cluster.requests).toEqual([
    {
      verb: 'get',
      group: 'apps',
      resource: 'deployments',
      namespace: 'shop',
      name: 'web',
      user: 'system:serviceaccount:afk:afk',
      userAgent: 'afk/0.1.0',
      status: 200,
    },
  ])
})
