import { readFileSync } from 'node:fs'
import type { ClusterAccess } from './cluster-access.ts'
import { isLoopback } from './loopback.ts'

/** An API server that is reached without a plugin and without a proxy, by a token or a client certificate. */
export interface PlainServer {
  readonly address: URL
  readonly token: string | null
  readonly tls: {
    readonly ca?: string | Buffer
    readonly cert?: string | Buffer
    readonly key?: string | Buffer
    readonly servername?: string
  }
}

/** Where a pod finds its own account (Kubernetes docs, *Accessing the Kubernetes API from a Pod*). */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The server that `access` leads to, its credentials read afresh: tokens rotate. Null for whatever is not plain, faults and what may be
 * unsafe too: the vendor's client then says what is wrong (`load-config.ts`).
 */
export async function findPlainServer(access: ClusterAccess): Promise<PlainServer | null> {
  if (access.kind === 'in-cluster') return fromPod()
  const [file, ...more] = access.files
  if (file === undefined || more.length > 0) return null
  const { readPlainKubeconfig } = await import('./plain-kubeconfig.ts')
  const server = readPlainKubeconfig(file)
  return server !== null && isSafe(server.address) ? server : null
}

function fromPod(): PlainServer | null {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env
  const address = URL.parse(`https://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`)
  if (address === null) return null
  try {
    return {
      address,
      token: readFileSync(`${accountFolder}/token`, 'utf8').trim(),
      tls: { ca: readFileSync(`${accountFolder}/ca.crt`) },
    }
  } catch {
    return null
  }
}

/** SPEC 13: a token goes over TLS, or stays on this machine. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
