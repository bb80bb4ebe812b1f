/** A request in the words of Kubernetes' authorization: what RBAC decides on, and what tests look for. */
export interface ApiRequest {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string | null
  readonly name: string | null
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** Null for a path that is not a resource of some API group's version. */
export function parseRequest(method: string, path: string): ApiRequest | null {
  const match = /^\/(?:api\/v1|apis\/([^/]+)\/v1)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(path)
  if (match === null) return null
  const [, group = '', namespace, resource = '', name] = match
  const read = name === undefined ? 'list' : 'get'
  return {
    verb: method === 'GET' ? read : (VERBS[method] ?? method.toLowerCase()),
    group,
    resource,
    namespace: namespace === undefined ? null : decodeURIComponent(namespace),
    name: name === undefined ? null : decodeURIComponent(name),
  }
}
