import { delimiter } from 'node:path'

/** How the API server is reached and who asks. */
export type ClusterAccess =
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'kubeconfig'; readonly files: readonly string[] }

/**
 * From the environment: `KUBECONFIG` if set (several files as kubectl takes them), else the pod's service account, else undefined.
 * Never the client's own default, which falls back to `localhost:8080` and then speaks to whatever listens there.
 */
export function findClusterAccess(env: Readonly<Record<string, string | undefined>>): ClusterAccess | undefined {
  const files = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file.trim() !== '')
  if (files.length > 0) return { kind: 'kubeconfig', files }
  return env['KUBERNETES_SERVICE_HOST'] === undefined || env['KUBERNETES_SERVICE_HOST'] === ''
    ? undefined
    : { kind: 'in-cluster' }
}
