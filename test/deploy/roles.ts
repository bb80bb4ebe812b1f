import { readFileSync } from 'node:fs'
import type { Rule } from '../sandbox/kubernetes/rbac.ts'
import { deploy, ofKind, parseManifests, rendered, type Manifest } from './manifests.ts'

/** Where the component for rollouts is put in these tests. */
const watched = 'shop'

/** What the manifests grant to an account of afk: the base's Roles, and the component's in one namespace. */
export function rolesOf(serviceAccount: string): readonly Rule[] {
  const component = parseManifests(readFileSync(`${deploy}/components/watch-deployments/role.yaml`, 'utf8'))
  return [...grantsOf(rendered('base'), serviceAccount), ...grantsOf(component.map(inNamespace), serviceAccount)]
}

function inNamespace(manifest: Manifest): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, namespace: watched } }
}

/** Follows RoleBindings from an account in the namespace afk to the rules of their Roles. */
export function grantsOf(manifests: readonly Manifest[], serviceAccount: string): readonly Rule[] {
  return ofKind(manifests, 'RoleBinding').flatMap(({ metadata, roleRef, subjects }) => {
    const bound = (subjects as { kind: string; name: string; namespace?: string }[]).some(
      ({ kind, name, namespace }) => kind === 'ServiceAccount' && name === serviceAccount && namespace === 'afk',
    )
    if (!bound) return []
    const role = ofKind(manifests, roleRef.kind).find(
      (candidate) => candidate.metadata.name === roleRef.name && candidate.metadata.namespace === metadata.namespace,
    )
    if (role === undefined) throw new Error(`${metadata.name} binds ${roleRef.name}, which is not there`)
    return (role['rules'] as Rule[]).map((rule) => ({ ...rule, namespace: metadata.namespace ?? '' }))
  })
}
