import type { Manifest } from '../deploy/manifests.ts'
import { discover, pathOf, type Resource } from './discovery.ts'
import type { Answer, KubeApi } from './kube-api.ts'

/**
 * Server-side apply of one manifest, with unknown and double fields refused. Dry: all but the last step, with admission and validation.
 */
export async function applyStrictly(api: KubeApi, manifest: object, how: 'dry' | 'real' = 'dry'): Promise<Answer> {
  const { apiVersion, kind, metadata } = manifest as Manifest
  const resource = (await discover(api)).find((one) => one.kind === kind && versionOf(one) === apiVersion)
  if (resource === undefined) throw new Error(`the API server knows no ${kind} of ${apiVersion}`)
  const options = `fieldManager=afk-test&force=true&fieldValidation=Strict${how === 'dry' ? '&dryRun=All' : ''}`
  return api.ask(`${pathOf(resource, metadata.namespace, metadata.name)}?${options}`, {
    method: 'PATCH',
    body: manifest,
    // JSON is YAML.
    type: 'application/apply-patch+yaml',
  })
}

/** In the order of kubectl: what others need first. */
export async function applyAll(api: KubeApi, manifests: readonly Manifest[]): Promise<void> {
  const namespacesFirst = manifests.toSorted((one, other) => rank(one) - rank(other))
  for (const manifest of namespacesFirst) {
    const { status, body } = await applyStrictly(api, manifest, 'real')
    if (status >= 300) throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${status} ${String(body.message)}`)
  }
}

function rank({ kind }: Manifest): number {
  return kind === 'Namespace' ? 0 : kind === 'CronJob' ? 2 : 1
}

function versionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`
}
