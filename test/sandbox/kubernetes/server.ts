import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Faults } from './faults.ts'
import { createFaults } from './faults.ts'
import { kubeconfigText } from './kubeconfig.ts'
import type { Account, Rule } from './rbac.ts'
import { forbidden, isAllowed } from './rbac.ts'
import type { ApiRequest } from './request.ts'
import { parseRequest } from './request.ts'
import { respond } from './respond.ts'
import { send } from './send.ts'
import type { ClusterState, SandboxClock } from './state.ts'
import { createState } from './state.ts'
import type { Answer } from './status.ts'
import { failure } from './status.ts'

export interface RecordedRequest extends ApiRequest {
  /** `system:serviceaccount:…`, or null for an unknown token. */
  readonly user: string | null
  readonly userAgent: string
  /** What was answered; null when a fault left the request without an answer. */
  readonly status: number | null
}

export interface KubernetesSandbox {
  readonly url: string
  /** Of the account that `rules` belong to. */
  readonly token: string
  readonly state: ClusterState
  readonly faults: Faults
  readonly requests: readonly RecordedRequest[]
  /** The text of a file for `KUBECONFIG`; another token makes it another's. */
  readonly kubeconfig: (token?: string) => string
  readonly close: () => Promise<void>
}

/** What the manifests of afk are to grant at most; a test of the manifests passes its own. */
export const defaultRules: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'update'] },
]

/**
 * A Kubernetes API server on loopback, for what afk and its manifests may touch: Deployments and StatefulSets (read), Leases (get,
 * update with optimistic concurrency), CronJobs (get), Events (create), SelfSubjectAccessReview. Unknown tokens are 401, what no rule allows is 403,
 * errors are Status objects, and every `Date` comes from the clock that is handed in.
 */
export async function startKubernetes(
  options: {
    readonly port?: number
    readonly clock?: SandboxClock
    readonly token?: string
    readonly rules?: readonly Rule[]
  } = {},
): Promise<KubernetesSandbox> {
  const {
    port = 0,
    clock = { now: () => Date.now() },
    token = 'sandbox-kubernetes-token',
    rules = defaultRules,
  } = options
  const state = createState(clock)
  state.grant(token, rules)
  const faults = createFaults()
  const requests: RecordedRequest[] = []
  const server = createServer((request, response) => {
    void serve(state, faults, requests, request, response)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    token,
    state,
    faults,
    requests,
    kubeconfig: (other = token) => kubeconfigText(url, other),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(
  state: ClusterState,
  faults: Faults,
  requests: RecordedRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.sendDate = false
  response.setHeader('date', new Date(state.clock.now()).toUTCString())
  const body = await readBody(request)
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const parsed = parseRequest(request.method ?? 'GET', path)
  const account = state.accounts.get(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')
  if (parsed === null) return send(response, undefined, () => outsideResources(account, request.method, path))
  let status: number | null = null
  await send(response, faults.take(parsed), () => {
    const answer = authorized(state, account, parsed, body)
    status = answer.status
    return answer
  })
  if (response.headersSent) status = response.statusCode
  requests.push({ ...parsed, user: account?.user ?? null, userAgent: request.headers['user-agent'] ?? '', status })
}

function authorized(state: ClusterState, account: Account | undefined, request: ApiRequest, body: unknown): Answer {
  if (account === undefined) return unauthorized
  // Every authenticated account may ask what it may (the default ClusterRole `system:basic-user`).
  const basic = request.resource === 'selfsubjectaccessreviews'
  if (!basic && !isAllowed(account, request)) return forbidden(account, request)
  return respond(state, account, request, body)
}

/** Whether there is something at such a path is told only to whom it may be told. */
function outsideResources(account: Account | undefined, method: string | undefined, path: string): Answer {
  if (account === undefined) return unauthorized
  const verb = (method ?? 'GET').toLowerCase()
  return failure(403, 'Forbidden', `forbidden: User "${account.user}" cannot ${verb} path "${path}"`)
}

const unauthorized = failure(401, 'Unauthorized', 'Unauthorized')

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
