import type { ApiRequest } from './request.ts'
import type { Answer } from './status.ts'
import { failure } from './status.ts'

/** One rule of a Role (with `namespace`) or a ClusterRole (without), in the field names of the manifests. */
export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly namespace?: string
}

export interface Account {
  /** `system:serviceaccount:afk:afk-poller` */
  readonly user: string
  readonly rules: readonly Rule[]
}

/**
 * RBAC's evaluation: some rule allows it, or it is denied. A rule with `resourceNames` never allows `create` or `list`, because the
 * name is unknown when those are authorized (Kubernetes docs, RBAC, *Referring to resources*).
 */
export function isAllowed(account: Account, request: ApiRequest): boolean {
  return account.rules.some(
    (rule) =>
      includes(rule.apiGroups, request.group) &&
      includes(rule.resources, request.resource) &&
      includes(rule.verbs, request.verb) &&
      (rule.namespace === undefined || rule.namespace === request.namespace) &&
      (rule.resourceNames === undefined ||
        rule.resourceNames.length === 0 ||
        (request.name !== null && rule.resourceNames.includes(request.name))),
  )
}

export function forbidden(account: Account, request: ApiRequest): Answer {
  const { group, resource, name, verb, namespace } = request
  const what = `${group === '' ? resource : `${resource}.${group}`}${name === null ? '' : ` "${name}"`}`
  const where = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const message = `${what} is forbidden: User "${account.user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  return failure(403, 'Forbidden', message, { name: name ?? '', group, kind: resource })
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value)
}
