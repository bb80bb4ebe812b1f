import type { KubeApi } from './kube-api.ts'

/** A ServiceAccount's token by the TokenRequest API, as the kubelet asks for it. */
export async function tokenOf(api: KubeApi, account: string): Promise<string> {
  const path = `/api/v1/namespaces/afk/serviceaccounts/${account}/token`
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
  return (await api.get(path, { method: 'POST', body })).status.token as string
}
