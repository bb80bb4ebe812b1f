import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { KubeConfig } from '@kubernetes/client-node'

export interface Answer {
  readonly status: number
  /** Parsed; the text itself where it is no JSON, such as a watch's many objects. */
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the API server answers; each test looks at its own part, and a wrong shape fails it
  readonly body: any
  /** What the server warns of (`Warning` headers): unknown fields, Pod Security. */
  readonly warnings: readonly string[]
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly type?: string
}

/** An API server, and who asks: the kubeconfig's administrator, or the owner of a token. */
export interface KubeApi {
  readonly server: URL
  readonly ca: Buffer
  /** Any status is an answer. */
  readonly ask: (path: string, ask?: Ask) => Promise<Answer>
  /** The body of an answer 2xx; throws what the server says otherwise. */
  readonly get: (path: string, ask?: Ask) => Promise<Answer['body']>
  readonly as: (token: string) => KubeApi
  readonly close: () => void
}

/** Plain requests, not afk's adapter: what that one does is looked at from beside. */
export function openApi(kubeconfig: string): KubeApi {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  if (!cluster || !user) throw new Error(`${kubeconfig}: expected a current context with cluster and user, got none`)
  const ca = either(cluster.caData, cluster.caFile)
  const cert = either(user.certData, user.certFile)
  const key = either(user.keyData, user.keyFile)
  if (ca === undefined) throw new Error(`${kubeconfig}: expected certificate-authority data, got none`)
  if (cert === undefined && user.token === undefined) {
    throw new Error(`${kubeconfig}: expected a token or a client certificate, got neither`)
  }
  return apiOf(new URL(cluster.server), ca, { ...(cert && { cert }), ...(key && { key }) }, user.token)
}

function either(data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data !== undefined) return Buffer.from(data, 'base64')
  return file === undefined ? undefined : readFileSync(file)
}

function apiOf(server: URL, ca: Buffer, client: { cert?: Buffer; key?: Buffer }, token: string | undefined): KubeApi {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca, ...client })
  const ask: KubeApi['ask'] = (path, { method = 'GET', body, type = 'application/json' } = {}) =>
    new Promise((resolve, reject) => {
      const headers = {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': type }),
      }
      const asked = request(new URL(path, server), { method, agent, headers, timeout: 20_000 }, (response) => {
        text(response).then((said) => {
          const warnings = [response.headers['warning'] ?? []].flat().map(String)
          resolve({ status: response.statusCode ?? 0, body: parsed(said), warnings })
        }, reject)
      })
      asked.once('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer`)))
      asked.once('error', reject)
      asked.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return {
    server,
    ca,
    ask,
    get: async (path, more) => {
      const { status, body } = await ask(path, more)
      if (status >= 200 && status < 300) return body
      throw new Error(`${more?.method ?? 'GET'} ${path}: ${status} ${String(body?.message ?? body)}`)
    },
    as: (other) => apiOf(server, ca, {}, other),
    close: () => agent.destroy(),
  }
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    return said
  }
}
