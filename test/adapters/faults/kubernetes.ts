import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvents } from '../../../src/adapters/kubernetes/create-events.ts'
import { createLease } from '../../../src/adapters/kubernetes/create-lease.ts'
import { createRollout } from '../../../src/adapters/kubernetes/create-rollout.ts'
import type { Lock } from '../../../src/ports/lock.ts'
import { kubeconfigText } from '../../sandbox/kubernetes/kubeconfig.ts'
import { defaultRules, startKubernetes } from '../../sandbox/kubernetes/server.ts'
import type { Exceptions } from './faults.ts'
import { staleToken, type ConnectOptions, type Operations, type Ready, type Row } from './service.ts'

type Cluster = Ready<Awaited<ReturnType<typeof openKubernetes>>>

const eventRules = [
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
]

/** A namespace with a Lease, a CronJob and a Deployment. */
export async function openKubernetes() {
  const cluster = await startKubernetes({ rules: [...defaultRules, ...eventRules] })
  const { state } = cluster
  state.addLease('afk', 'afk-poller')
  state.addCronJob('afk', 'afk-poller')
  state.deploy({ namespace: 'shop', kind: 'Deployment', name: 'web', image: 'web:1', replicas: 1 })
  const folder = mkdtempSync(join(tmpdir(), 'afk-faults-'))
  const connected = {
    upstream: cluster.url,
    connect: (url: string, { deadlineMs, stale }: ConnectOptions) => {
      const file = join(folder, 'config')
      const put = (token: string) => writeFileSync(file, kubeconfigText(url, token))
      put(stale ? staleToken : cluster.token)
      const options = {
        access: { kind: 'kubeconfig', files: [file] },
        userAgent: 'afk/test',
        deadline: () => deadlineMs,
        timeout: deadlineMs,
        namespace: 'afk',
      } as const
      const lock = createLease({ ...options, name: 'afk-poller', holder: 'pod' })
      const ports = {
        rollout: createRollout(options),
        lock: { ...lock, release: () => release(lock) },
        journal: createEvents({ ...options, cronJob: 'afk-poller', instance: 'pod' }),
      }
      return { ports, rotate: () => put(cluster.token), reloads: () => null }
    },
    close: async () => {
      await cluster.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const holder = () => String(state.lease('afk', 'afk-poller')?.spec?.['holderIdentity'] ?? '')
  return { ...connected, holder, events: () => state.events.length }
}

/** What a lock that was taken can do is an operation, too. */
async function release(lock: Lock): Promise<void> {
  const taken = await lock.acquire()
  if (!taken.held) throw new Error(`the Lease is held by ${taken.by}`)
  await taken.release()
}

/** The API server's errors are Status objects. */
export function kubernetesWords(status: number) {
  const reasons: Readonly<Record<number, string>> = {
    403: 'Forbidden',
    404: 'NotFound',
    409: 'Conflict',
    422: 'Invalid',
  }
  const reason = reasons[status] ?? 'InternalError'
  return {
    type: 'application/json',
    body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code: status }),
  }
}

/** The vendor's client follows redirects of itself, without the token; what answers there is no object of Kubernetes'. */
export const kubernetesExceptions: Exceptions = { '301 to another host': 'contract' }

export const rolloutRows: Operations<Cluster> = {
  workload: [
    {
      manner: 'again',
      ask: ({ ports }) => ports.rollout.workload({ namespace: 'shop', workload: 'Deployment', name: 'web' }),
      answers: { kind: 'workload', image: 'web:1' },
      exceptions: {
        '403': { value: { kind: 'forbidden', what: 'Deployment shop/web' } },
        '404': { value: { kind: 'missing', what: 'Deployment shop/web' } },
      },
    },
  ],
}

/** An API server redirects nobody, and the client of the Lease follows nothing. */
const noRedirects: Exceptions = { '301 on the same host': 'refused', '301 to another host': 'refused' }

const acquire: Pick<Row<Cluster>, 'ask' | 'answers' | 'done'> = {
  ask: async ({ ports }) => (await ports.lock.acquire()).held,
  answers: true,
  done: ({ holder }) => (holder().startsWith('pod_') ? 1 : 0),
}

export const lockRows: Operations<Cluster> = {
  acquire: [
    // Somebody has to apply the Lease: the words say so.
    {
      ...acquire,
      part: 'its read',
      manner: 'again',
      aims: (request) => !request.isWrite,
      exceptions: { ...noRedirects, '404': 'config' },
    },
    {
      ...acquire,
      part: 'its write',
      manner: 'once',
      aims: (request) => request.isWrite,
      most: 2,
      exceptions: {
        ...noRedirects,
        '404': 'config',
        // Taken by another in the meantime, twice.
        '409': { value: false },
        // A second look finds the Lease free and takes it, or ours already: the answer alone was lost.
        '500 once': 'done',
        '502 once': 'done',
        'reset once': 'done',
        'reset in the body': 'done',
        'reset in the body once': 'done',
        'done, answers lost': 'done',
        'done, one answer lost': 'done',
      },
    },
  ],
  release: [
    {
      manner: 'again',
      ask: ({ ports }) => ports.lock.release(),
      // After the read and the write that took it.
      aims: ({ isWrite, earlier }) => isWrite && earlier >= 2,
      done: ({ holder }) => (holder() === '' ? 1 : 0),
      exceptions: {
        ...noRedirects,
        // Somebody else's by now, or gone: no longer ours to give back.
        '404': { value: undefined },
        '409': { value: undefined },
      },
    },
  ],
}

const entry = { reason: 'Dispatched', message: 'dispatched acme/shop#1', type: 'Normal' } as const
const record: Pick<Row<Cluster>, 'ask' | 'done'> = {
  ask: ({ ports }) => ports.journal.record(entry),
  done: ({ events }) => events(),
}

export const journalRows: Operations<Cluster> = {
  record: [
    { ...record, part: 'its read', manner: 'once', aims: (request) => !request.isWrite },
    {
      ...record,
      part: 'its write',
      manner: 'once',
      aims: (request) => request.isWrite,
      // A 301 makes a GET of a POST (Fetch standard), and nobody may list Events.
      exceptions: { '301 on the same host': 'forbidden' },
    },
  ],
}
