import { afterAll, beforeAll, expect, it } from 'vitest'
import { grantsOf } from '../deploy/roles.ts'
import { rendered } from '../deploy/manifests.ts'
import { startKubernetes, type KubernetesSandbox } from '../sandbox/kubernetes/server.ts'
import type { Bench } from './bench.ts'
import type { Answer, Ask, KubeApi } from './kube-api.ts'
import { tokenOf } from './token.ts'

type Objects = { readonly lease: Answer['body']; readonly cronJob: Answer['body'] }
type Row = readonly [name: string, path: string, ask: (given: Objects) => Ask]

const lease = '/apis/coordination.k8s.io/v1/namespaces/afk/leases/afk-poller'
const events = '/apis/events.k8s.io/v1/namespaces/afk/events'
const cronJob = '/apis/batch/v1/namespaces/afk/cronjobs/afk-poller'

const read: Row[2] = () => ({})
const putSpec =
  (spec: object, metadata: object = {}): Row[2] =>
  (given) => ({ method: 'PUT', body: { ...given.lease, metadata: { ...given.lease.metadata, ...metadata }, spec } })
const postEvent =
  (changes: object): Row[2] =>
  (given) => ({ method: 'POST', body: { ...event(given.cronJob), ...changes } })

/** What afk may ask, rightly and wrongly: whether it is answered, and with which reason. */
const rows: readonly Row[] = [
  ['a Lease', lease, read],
  ['a CronJob', cronJob, read],
  ['another’s Lease', lease.replace('poller', 'watcher'), read],
  ['all Leases', lease.replace('/afk-poller', ''), read],
  ['a Deployment', '/apis/apps/v1/namespaces/shop/deployments/web', read],
  ['a path of no resource', '/nowhere', read],
  ['a Lease as it is', lease, (given) => ({ method: 'PUT', body: given.lease })],
  ['a time of six decimals', lease, putSpec({ acquireTime: '2026-11-21T03:40:00.000000Z' })],
  ['a time of three', lease, putSpec({ acquireTime: '2026-11-21T03:40:00.000Z' })],
  ['a time of none', lease, putSpec({ renewTime: '2026-11-21T03:40:00Z' })],
  ['no seconds', lease, putSpec({ leaseDurationSeconds: 0 })],
  ['an old version', lease, putSpec({}, { resourceVersion: '1' })],
  ['no version', lease, putSpec({}, { resourceVersion: '' })],
  ['another name', lease, putSpec({}, { name: 'afk-watcher' })],
  ['another namespace', lease, putSpec({}, { namespace: 'shop' })],
  ['another kind', lease, (given) => ({ method: 'PUT', body: { ...given.lease, kind: 'Secret' } })],
  ['an Event', events, postEvent({})],
  ['an Event without a time', events, postEvent({ eventTime: undefined })],
  ['an Event at a time of three decimals', events, postEvent({ eventTime: '2026-11-21T03:40:00.000Z' })],
  ['an Event of no action', events, postEvent({ action: '' })],
  ['an Event of nobody', events, postEvent({ reportingController: undefined })],
  ['an Event of a long name', events, postEvent({ reportingInstance: 'p'.repeat(129) })],
  ['an Event of many words', events, postEvent({ note: 'w'.repeat(1025) })],
  ['an Event of a third type', events, postEvent({ type: 'Error' })],
  ['an Event about another namespace', events, postEvent({ regarding: { kind: 'CronJob', namespace: 'shop' } })],
  ['an Event about no namespace', events, postEvent({ regarding: { kind: 'CronJob' } })],
  ['an Event of two words', events, postEvent({ reportingController: 'a f k' })],
  ['an Event of the old fields', events, postEvent({ deprecatedCount: 1 })],
  ['an Event without a name', events, postEvent({ metadata: { namespace: 'afk' } })],
]

/** The sandbox's cluster is no kinder than a real one, and no harder: both answer the same. */
export function sandboxCases(bench: () => Bench): void {
  let sandbox: KubernetesSandbox
  let real: KubeApi

  beforeAll(async () => {
    sandbox = await startKubernetes({ rules: grantsOf(rendered('base'), 'afk-poller') })
    sandbox.state.addLease('afk', 'afk-poller')
    sandbox.state.addCronJob('afk', 'afk-poller')
    real = bench().api.as(await tokenOf(bench().api, 'afk-poller'))
  })
  afterAll(() => {
    real.close()
    return sandbox.close()
  })

  it.each(rows)('%s', async (_name, path, askOf) => {
    const played = await told((at, ask) => askSandbox(sandbox, at, ask), path, askOf)
    expect(played).toEqual(await told(real.ask, path, askOf))
  })
}

/** The objects are read first: what is sent carries their versions. */
async function told(ask: KubeApi['ask'], path: string, askOf: Row[2]) {
  const given = { lease: (await ask(lease)).body, cronJob: (await ask(cronJob)).body }
  const { status, body } = await ask(path, askOf(given))
  if (status < 300) return { status, kind: body.kind }
  return { status, ...(typeof body === 'string' ? { body } : { kind: body.kind, reason: body.reason }) }
}

async function askSandbox(
  { url, token }: KubernetesSandbox,
  path: string,
  { method, body }: Ask = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: method ?? 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, body: json ? JSON.parse(text) : text, warnings: [] }
}

function event({ metadata: { uid, resourceVersion } }: Answer['body']) {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { generateName: 'afk-poller-', namespace: 'afk' },
    eventTime: '2026-11-21T03:40:00.000000Z',
    type: 'Normal',
    reason: 'Tried',
    action: 'Tried',
    note: 'a trial',
    reportingController: 'afk-test',
    reportingInstance: 'afk-test',
    regarding: { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'afk', name: 'afk-poller', uid, resourceVersion },
  }
}
