import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterSource } from './find-cluster.ts'
import { freePorts } from './free-ports.ts'
import { startServer } from './start-server.ts'

export interface ApiServer {
  /** A kubeconfig of an administrator. */
  readonly kubeconfig: string
  readonly close: () => Promise<void>
}

/**
 * A kube-apiserver with an etcd of its own on loopback, with the admission plugins that are on by default (Pod Security, quota, limits)
 * and RBAC. Controllers there are none: no pod starts, no quota is counted, no status is written but by the test. Its serving
 * certificate it makes itself; the key that signs service accounts' tokens is made here.
 */
export async function startApiServer({ etcd, apiServer }: ClusterSource & { kind: 'assets' }): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'afk-api-server-'))
  const path = (name: string) => join(folder, name)
  const [client = 0, peer = 0, secure = 0] = await freePorts(3)
  const admin = randomBytes(24).toString('hex')
  writeFileSync(path('tokens.csv'), `${admin},admin,admin,"system:masters"\n`, { mode: 0o600 })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(path('service-accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })

  const store = startServer(etcd, path('etcd.log'), {
    'data-dir': path('etcd'),
    'listen-client-urls': `http://127.0.0.1:${client}`,
    'advertise-client-urls': `http://127.0.0.1:${client}`,
    'listen-peer-urls': `http://127.0.0.1:${peer}`,
    'initial-advertise-peer-urls': `http://127.0.0.1:${peer}`,
    'initial-cluster': `default=http://127.0.0.1:${peer}`,
    'unsafe-no-fsync': 'true',
  })
  const server = startServer(apiServer, path('api-server.log'), {
    'etcd-servers': `http://127.0.0.1:${client}`,
    'bind-address': '127.0.0.1',
    'secure-port': String(secure),
    // A service address of loopback is none: nobody is to find the server by it.
    'endpoint-reconciler-type': 'none',
    'cert-dir': path('certificates'),
    'authorization-mode': 'RBAC',
    'token-auth-file': path('tokens.csv'),
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-signing-key-file': path('service-accounts.key'),
    'service-account-key-file': path('service-accounts.key'),
    'service-cluster-ip-range': '10.0.0.0/24',
    'allow-privileged': 'true',
  })
  const close = async () => {
    await server.stop()
    await store.stop()
    rmSync(folder, { recursive: true })
  }
  try {
    const certificate = path('certificates/apiserver.crt')
    await server.until(`https://127.0.0.1:${secure}/readyz`, certificate, admin)
    const kubeconfig = path('kubeconfig')
    writeFileSync(kubeconfig, kubeconfigText(secure, readFileSync(certificate), admin), { mode: 0o600 })
    return { kubeconfig, close }
  } catch (error) {
    await close()
    throw error
  }
}

function kubeconfigText(port: number, certificate: Buffer, token: string): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: test
    cluster:
      server: https://127.0.0.1:${port}
      certificate-authority-data: ${certificate.toString('base64')}
users:
  - name: admin
    user:
      token: ${token}
contexts:
  - name: test
    context: { cluster: test, user: admin }
current-context: test
`
}
