import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deploy, named, parseManifests, rendered, renderings, sourceOf, type Manifest } from './manifests.ts'

/**
 * The goldens are what the other tests of this folder look at. Here they are compared with kubectl's output; after a meant change:
 * `kubectl kustomize deploy/base > test/deploy/goldens/base.golden`, and so for `deploy/overlays/example`.
 */
const kubectl = 'kubectl'
const there = spawnSync(kubectl, ['version', '--client'], { stdio: 'ignore' }).status === 0
if (!there)
  console.warn(
    'SKIPPED: no kubectl here, so the goldens of deploy/ are only compared with its files, not with kustomize',
  )

describe.each(renderings)('%s', (rendering) => {
  it.skipIf(!there)('is what kubectl kustomize makes of it', () => {
    const output = execFileSync(kubectl, ['kustomize', `${deploy}/${sourceOf[rendering]}`], { encoding: 'utf8' })
    // As data: the order of keys and the quotes are the version's of kubectl.
    expect(parseManifests(output)).toEqual(rendered(rendering))
  })

  it('names nothing twice', () => {
    const ids = rendered(rendering).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)
    expect(ids).toEqual([...new Set(ids)])
  })
})

describe('in another namespace', () => {
  it.skipIf(!there)('all of the base moves, and the rights with their accounts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'afk-overlay-'))
    const overlay = { namespace: 'robots', resources: [relative(folder, `${deploy}/base`)] }
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(overlay))
    const moved = parseManifests(execFileSync(kubectl, ['kustomize', folder], { encoding: 'utf8' }))
    rmSync(folder, { recursive: true })
    expect(moved).toHaveLength(rendered('base').length)
    for (const { kind, metadata, subjects = [] } of moved) {
      expect(kind === 'Namespace' ? metadata.name : metadata.namespace, kind).toBe('robots')
      for (const subject of subjects as { namespace: string }[]) expect(subject.namespace).toBe('robots')
    }
  })
})

describe('without kustomize', () => {
  const files = globSync('base/*.yaml', { cwd: deploy }).filter((file) => !file.endsWith('kustomization.yaml'))
  const sources = files.flatMap((file) => parseManifests(readFileSync(`${deploy}/${file}`, 'utf8')))

  it('every manifest of the base is in the golden, with all that it says', () => {
    const golden = rendered('base')
    expect(golden).toHaveLength(sources.length)
    for (const source of sources) {
      const image = source.kind === 'CronJob' ? withTag(source) : source
      expect(named(golden, source.kind, source.metadata.name)).toMatchObject(image)
    }
  })

  it('every file of the base is listed', () => {
    const [kustomization] = parseManifests(readFileSync(`${deploy}/base/kustomization.yaml`, 'utf8'))
    expect(files.map((file) => file.replace('base/', '')).toSorted()).toEqual(
      (kustomization as { resources: string[] } | undefined)?.resources.toSorted(),
    )
  })
})

/** `images:` of the base's kustomization sets the tag. */
function withTag(cronJob: Manifest): Manifest {
  const copy = structuredClone(cronJob)
  copy['spec'].jobTemplate.spec.template.spec.containers[0].image = 'afk:0.1.0'
  return copy
}
