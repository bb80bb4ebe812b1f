import { createEvent } from './events.ts'
import type { Account } from './rbac.ts'
import { isAllowed } from './rbac.ts'
import { replaceLease } from './leases.ts'
import type { ApiRequest } from './request.ts'
import type { ClusterState } from './state.ts'
import { workloadKey } from './state.ts'
import type { Answer } from './status.ts'
import { failure, notFound } from './status.ts'
import { presentWorkload } from './workloads.ts'

const KINDS = { deployments: 'Deployment', statefulsets: 'StatefulSet' } as const

/** The answer to a request that may be made (authenticated and allowed); writes happen here. */
export function respond(state: ClusterState, account: Account, request: ApiRequest, body: unknown): Answer {
  const { verb, group, resource, namespace, name } = request
  if (
    group === 'apps' &&
    (resource === 'deployments' || resource === 'statefulsets') &&
    verb === 'get' &&
    namespace !== null &&
    name !== null
  ) {
    const workload = state.workloads.get(workloadKey(KINDS[resource], namespace, name))
    return workload === undefined
      ? notFound(group, resource, name)
      : { status: 200, body: presentWorkload(workload, state.clock.now()) }
  }
  if (group === 'coordination.k8s.io' && resource === 'leases' && namespace !== null && name !== null) {
    const stored = state.leases.get(`${namespace}/${name}`)
    if (verb === 'get') return stored === undefined ? notFound(group, resource, name) : { status: 200, body: stored }
    if (verb === 'update') {
      if (stored === undefined) return notFound(group, resource, name)
      const replaced = replaceLease(stored, body, state.nextVersion)
      state.leases.set(`${namespace}/${name}`, replaced.stored)
      return replaced.answer
    }
  }
  if (group === 'batch' && resource === 'cronjobs' && verb === 'get' && namespace !== null && name !== null) {
    const cronJob = state.cronJobs.get(`${namespace}/${name}`)
    return cronJob === undefined ? notFound(group, resource, name) : { status: 200, body: cronJob }
  }
  if (group === 'events.k8s.io' && resource === 'events' && verb === 'create' && namespace !== null)
    return createEvent(state, namespace, body)
  if (group === 'authorization.k8s.io' && resource === 'selfsubjectaccessreviews' && verb === 'create')
    return reviewAccess(account, body)
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
}

function reviewAccess(account: Account, body: unknown): Answer {
  const attributes = record(record(record(body)['spec'])['resourceAttributes'])
  const text = (field: string) => (typeof attributes[field] === 'string' ? attributes[field] : '')
  const allowed = isAllowed(account, {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    namespace: text('namespace') === '' ? null : text('namespace'),
    name: text('name') === '' ? null : text('name'),
  })
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { resourceAttributes: attributes },
      status: allowed ? { allowed, reason: 'RBAC: allowed by a rule of the sandbox' } : { allowed },
    },
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
