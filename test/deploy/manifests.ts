import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'

/** A manifest as parsed: plain data. */
export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever a manifest says; each test looks at its own part, and a wrong shape fails it
  readonly [field: string]: any
}

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const deploy = `${root}deploy`
export const renderings = ['base', 'example'] as const
export type Rendering = (typeof renderings)[number]
export const sourceOf: Readonly<Record<Rendering, string>> = { base: 'base', example: 'overlays/example' }

function goldenFile(rendering: Rendering): string {
  return fileURLToPath(new URL(`goldens/${rendering}.golden`, import.meta.url))
}

/** What `kubectl apply -k` would apply, from the golden file that `kustomize.test.ts` compares with kubectl's own output. */
export function rendered(rendering: Rendering): readonly Manifest[] {
  return parseManifests(readFileSync(goldenFile(rendering), 'utf8'))
}

/** As Kubernetes' parser reads it: YAML 1.1, so that an unquoted `yes` is what it would be there. */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => {
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) throw fault
    return document.toJS() as Manifest
  })
}

export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind)
}

export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const [found, ...more] = ofKind(manifests, kind).filter(({ metadata }) => metadata.name === name)
  if (found === undefined || more.length > 0)
    throw new Error(`expected one ${kind} ${name}, got ${more.length + (found ? 1 : 0)}`)
  return found
}

export const programs = ['poller', 'watcher'] as const

/** The pod of a CronJob's tick. */
export function podOf(cronJob: Manifest) {
  const { metadata, spec } = cronJob['spec'].jobTemplate.spec.template
  const [container, ...more] = spec.containers
  if (container === undefined || more.length > 0) throw new Error(`expected one container in ${cronJob.metadata.name}`)
  return { labels: (metadata.labels ?? {}) as Record<string, string>, spec, container }
}
