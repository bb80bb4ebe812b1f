import type { LeaseObject } from './leases.ts'
import { newLease } from './leases.ts'
import type { Account, Rule } from './rbac.ts'
import type { Deploy, Workload } from './workloads.ts'
import { redeploy } from './workloads.ts'

export interface SandboxClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The cluster's content, and how a test changes it behind the API's back. */
export interface ClusterState {
  readonly clock: SandboxClock
  readonly workloads: Map<string, Workload>
  readonly leases: Map<string, LeaseObject>
  /** As the API shows them. */
  readonly cronJobs: Map<string, Record<string, unknown>>
  readonly events: Record<string, unknown>[]
  readonly accounts: Map<string, Account>
  /** Applies a new image: a new generation of the workload, whose rollout follows its steps by the clock. */
  readonly deploy: (deploy: Deploy) => void
  readonly remove: (kind: Deploy['kind'], namespace: string, name: string) => void
  readonly addCronJob: (namespace: string, name: string) => void
  readonly addLease: (namespace: string, name: string) => void
  readonly lease: (namespace: string, name: string) => LeaseObject | undefined
  /** Gives a token an identity and its rules; a token without is unknown (401). */
  readonly grant: (token: string, rules: readonly Rule[], user?: string) => void
  readonly nextVersion: () => string
  readonly nextUid: () => string
}

export function createState(clock: SandboxClock): ClusterState {
  let version = 1_000
  const nextVersion = () => String((version += 1))
  const nextUid = () => `00000000-0000-4000-8000-${nextVersion().padStart(12, '0')}`
  const workloads = new Map<string, Workload>()
  const leases = new Map<string, LeaseObject>()
  const accounts = new Map<string, Account>()
  const cronJobs = new Map<string, Record<string, unknown>>()
  return {
    clock,
    workloads,
    leases,
    cronJobs,
    events: [],
    accounts,
    deploy: (deploy) => {
      const key = workloadKey(deploy.kind, deploy.namespace, deploy.name)
      workloads.set(key, redeploy(workloads.get(key), deploy, clock.now(), nextUid()))
    },
    remove: (kind, namespace, name) => void workloads.delete(workloadKey(kind, namespace, name)),
    addCronJob: (namespace, name) => {
      const metadata = { name, namespace, uid: nextUid(), resourceVersion: nextVersion() }
      cronJobs.set(`${namespace}/${name}`, { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: {} })
    },
    addLease: (namespace, name) =>
      void leases.set(`${namespace}/${name}`, newLease(namespace, name, nextUid(), nextVersion(), clock.now())),
    lease: (namespace, name) => leases.get(`${namespace}/${name}`),
    grant: (token, rules, user = 'system:serviceaccount:afk:afk') => void accounts.set(token, { user, rules }),
    nextVersion,
    nextUid,
  }
}

export function workloadKey(kind: Deploy['kind'], namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`
}
