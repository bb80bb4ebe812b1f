import type { Program } from '../deploy/run-form.ts'
import type { KubeApi } from './kube-api.ts'

export interface Lease {
  readonly metadata: { readonly resourceVersion: string }
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

const collection = '/apis/coordination.k8s.io/v1/namespaces/afk/leases'
const pathOf = (program: Program) => `${collection}/afk-${program}`

export async function leaseOf(api: KubeApi, program: Program): Promise<Lease> {
  return (await api.get(pathOf(program))) as Lease
}

/** Every state that it went through since that one, oldest first, as a watch tells them afterwards. */
export async function statesSince(api: KubeApi, program: Program, { metadata }: Lease): Promise<readonly Lease[]> {
  const query = `watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dafk-${program}&resourceVersion=${metadata.resourceVersion}`
  const answer = await api.ask(`${collection}?${query}`)
  const lines = typeof answer.body === 'string' ? answer.body.split('\n') : [JSON.stringify(answer.body)]
  return lines.filter((line) => line.trim() !== '').map((line) => (JSON.parse(line) as { object: Lease }).object)
}

/** Somebody else's, held since so many seconds. */
export async function holdBySomebody(api: KubeApi, program: Program, secondsAgo: number): Promise<void> {
  const time = new Date(Date.now() - secondsAgo * 1000).toISOString().replace('Z', '000Z')
  const spec = { holderIdentity: 'somebody_else', leaseDurationSeconds: 70, acquireTime: time, renewTime: time }
  const type = 'application/merge-patch+json'
  await api.get(pathOf(program), { method: 'PATCH', body: { spec }, type })
}
