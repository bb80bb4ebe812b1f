import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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

describe('the overlay in another namespace, as README.md has it', () => {
  it.skipIf(!there)('is the example, moved, but for what belongs to others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'afk-elsewhere-'))
    cpSync(deploy, folder, { recursive: true })
    const ours = join(folder, 'overlays/ours')
    cpSync(join(folder, 'overlays/example'), ours, { recursive: true })
    moveTo(ours, 'robots')
    const moved = parseManifests(execFileSync(kubectl, ['kustomize', ours], { encoding: 'utf8' }))
    rmSync(folder, { recursive: true })
    const byName = (all: readonly Manifest[]) => all.toSorted((one, other) => idOf(one).localeCompare(idOf(other)))
    const expected = rendered('example').map((one) => JSON.parse(renamed(JSON.stringify(one), 'robots')) as Manifest)
    expect(byName(moved)).toEqual(byName(expected))
    // Not a tautology: what watches a rollout stays where that is, for the account that has moved.
    expect(named(moved, 'RoleBinding', 'afk-watcher-rollouts')).toMatchObject({
      metadata: { namespace: 'shop' },
      subjects: [{ name: 'afk-watcher', namespace: 'robots' }],
    })
    expect(JSON.stringify(moved)).not.toMatch(/namespace(?:":|=\\)"afk/)
  })
})

const idOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`

/** Every mention of the namespace, and the Namespace itself. */
function renamed(json: string, namespace: string): string {
  const all = json.replaceAll('"namespace":"afk"', `"namespace":"${namespace}"`)
  const expressions = all.replaceAll(String.raw`namespace=\"afk\"`, String.raw`namespace=\"${namespace}\"`)
  return json.includes('"kind":"Namespace"')
    ? expressions.replace('"name":"afk"', `"name":"${namespace}"`)
    : expressions
}

function moveTo(ours: string, namespace: string): void {
  const [top, shop] = ['', 'shop/'].map((place) =>
    parseManifests(readFileSync(`${ours}/${place}kustomization.yaml`, 'utf8')).at(0),
  )
  if (top === undefined || shop === undefined) throw new Error('the example has lost a kustomization')
  const { patches, configMapGenerator, generatorOptions, images, apiVersion, kind } = top
  mkdirSync(`${ours}/afk`)
  for (const file of ['gates.yaml', 'settings.yaml', 'api-server.yaml', 'afk.yaml'])
    renameSync(`${ours}/${file}`, `${ours}/afk/${file}`)
  const write = (place: string, fields: object) =>
    writeFileSync(`${ours}/${place}kustomization.yaml`, JSON.stringify({ apiVersion, kind, ...fields }))
  write('afk/', { namespace, resources: ['../../../base'], patches, configMapGenerator, generatorOptions, images })
  write('', { resources: ['afk', 'shop'], components: ['alerts'] })
  const subject = [{ op: 'replace', path: '/subjects/0/namespace', value: namespace }]
  const target = { kind: 'RoleBinding', name: 'afk-watcher-rollouts' }
  write('shop/', { ...shop, patches: [...shop['patches'], { target, patch: JSON.stringify(subject) }] })
  cpSync(`${ours}/../../components/alerts`, `${ours}/alerts`, { recursive: true })
  const rules = `${ours}/alerts/prometheus-rule.yaml`
  const text = readFileSync(rules, 'utf8').replaceAll('namespace="afk"', `namespace="${namespace}"`)
  writeFileSync(rules, text.replace('namespace: afk', `namespace: ${namespace}`))
}

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
