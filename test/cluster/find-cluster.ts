import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where a real API server comes from: the binaries to start one, or somebody's that may be thrown away. */
export type ClusterSource =
  | { readonly kind: 'assets'; readonly etcd: string; readonly apiServer: string }
  | { readonly kind: 'kubeconfig'; readonly file: string }

export const howToRun = `set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd, or AFK_TEST_KUBECONFIG to the kubeconfig of an administrator of a cluster to throw away`

/** Undefined when neither variable is set. One that is set and leads nowhere is an error: a typing mistake must not skip anything. */
export function findCluster(env: Readonly<Record<string, string | undefined>>): ClusterSource | undefined {
  const file = env['AFK_TEST_KUBECONFIG'] ?? ''
  if (file !== '') return { kind: 'kubeconfig', file: required('AFK_TEST_KUBECONFIG', file) }
  const assets = env['KUBEBUILDER_ASSETS'] ?? ''
  if (assets === '') return undefined
  const binary = (name: string) => required('KUBEBUILDER_ASSETS', join(assets, name))
  return { kind: 'assets', etcd: binary('etcd'), apiServer: binary('kube-apiserver') }
}

function required(variable: string, path: string): string {
  if (existsSync(path)) return path
  throw new Error(`${variable}: expected ${path} to be there, got nothing; ${howToRun}`)
}
