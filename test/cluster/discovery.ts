import type { KubeApi } from './kube-api.ts'

/** One resource that the API server serves, in the words of its discovery. */
export interface Resource {
  /** Empty for the core. */
  readonly group: string
  readonly version: string
  /** Plural; `pods/log` for a subresource. */
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

/** Every resource in its preferred version. */
export async function discover(api: KubeApi): Promise<readonly Resource[]> {
  const { groups } = (await api.get('/apis')) as { groups: { preferredVersion: { groupVersion: string } }[] }
  const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)]
  const lists = await Promise.all(versions.map(async (version) => api.get(`${prefix(version)}/${version}`)))
  return (lists as { groupVersion: string; resources: Omit<Resource, 'group' | 'version'>[] }[]).flatMap(
    ({ groupVersion, resources }) => {
      const [version = '', group = ''] = groupVersion.split('/').toReversed()
      return resources.map(({ name, kind, namespaced, verbs }) => ({ group, version, name, kind, namespaced, verbs }))
    },
  )
}

/** Path of an object, or of the collection without a name. A subresource stands behind the name. */
export function pathOf(
  { group, version, name, namespaced }: Resource,
  namespace: string | undefined,
  object?: string,
): string {
  const groupVersion = group === '' ? version : `${group}/${version}`
  const [plural = '', sub] = name.split('/')
  const within = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''
  const behind = [plural, object, sub].filter((part) => part !== undefined).join('/')
  return `${prefix(groupVersion)}/${groupVersion}${within}/${behind}`
}

function prefix(groupVersion: string): string {
  return groupVersion.includes('/') ? '/apis' : '/api'
}
