import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GATE_NAMES, readGates } from '../../src/config/gates.ts'
import { loadConfig } from '../../src/config/load.ts'
import { SECRET_VARIABLES } from '../../src/config/secrets.ts'
import { SETTING_VARIABLES } from '../../src/config/settings.ts'
import { TUNABLES } from '../../src/config/tunables.ts'
import {
  deploy,
  named,
  ofKind,
  parseManifests,
  podOf,
  programs,
  rendered,
  renderings,
  type Rendering,
} from './manifests.ts'

/** SPEC 4: the schema is the single source, and deploy/ is held to it. */

const known: readonly string[] = [
  ...GATE_NAMES,
  ...SETTING_VARIABLES.map(([name]) => name),
  ...SECRET_VARIABLES.map(([name]) => name),
  ...TUNABLES.flatMap(({ env }) => env ?? []),
]
const secretKeys = parseManifests(readFileSync(`${deploy}/secrets.example.yaml`, 'utf8')).map(
  ({ metadata, stringData }) => ({
    secret: metadata.name,
    keys: Object.keys(stringData as object),
  }),
)

/** What a container gets, as the kubelet would make it: variables, and the files of its mounts. */
function containerOf(rendering: Rendering, program: string) {
  const manifests = rendered(rendering)
  const { spec, container } = podOf(named(manifests, 'CronJob', `afk-${program}`))
  const env: Record<string, string> = {}
  for (const { configMapRef } of container.envFrom)
    Object.assign(env, named(manifests, 'ConfigMap', configMapRef.name)['data'])
  for (const { name, value, valueFrom } of container.env) {
    env[name] = value ?? (valueFrom.fieldRef.fieldPath === 'metadata.namespace' ? 'afk' : '')
  }
  const files = new Map<string, string>()
  const secrets = new Set<string>()
  for (const { name, mountPath } of container.volumeMounts) {
    const volume = spec.volumes.find((candidate: { name: string }) => candidate.name === name)
    if (volume?.configMap) {
      const data = named(manifests, 'ConfigMap', volume.configMap.name)['data'] as Record<string, string>
      for (const [key, text] of Object.entries(data)) files.set(`${mountPath}/${key}`, text)
    }
    for (const { secret } of volume?.projected?.sources ?? []) secrets.add(secret.name)
  }
  const read = (path: string): string => {
    const text = files.get(path)
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return text
  }
  return { env, files, secrets, container, read }
}

describe.each(renderings)('%s', (rendering) => {
  describe.each(programs)('the %s', (program) => {
    const { env, files, secrets, container } = containerOf(rendering, program)

    it('gets variables that the schema knows, each from one place', () => {
      expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual([])
      const direct = container.env.map(({ name }: { name: string }) => name)
      const settings = Object.keys(named(rendered(rendering), 'ConfigMap', 'afk-settings')['data'])
      expect(direct.filter((name: string) => settings.includes(name))).toEqual([])
    })

    it('gets its gates as files of one folder, all three, and from nothing else', () => {
      const gates = GATE_NAMES.filter((name) => name !== 'AFK_GATES_DIR')
      const folder = env['AFK_GATES_DIR']
      expect([...files.keys()].filter((path) => path.startsWith(`${folder}/`)).toSorted()).toEqual(
        gates.map((name) => `${folder}/${name}`).toSorted(),
      )
      expect(gates.filter((name) => name in env)).toEqual([])
    })

    it('finds every file that a variable names in a mount', () => {
      for (const [name, path] of Object.entries(env).filter(([key, value]) => key.endsWith('_FILE') && value !== '')) {
        const [folder, key] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)]
        const mounts = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)
        expect(mounts, name).toContain(folder)
        if (folder === '/etc/afk/config') expect([...files.keys()]).toContain(path)
        else expect(exampleKeys(), name).toContain(key)
      }
      expect(secretKeys.map(({ secret }) => secret).toSorted()).toEqual([...secrets].toSorted())
    })

    it('mounts whole folders, read only, none twice', () => {
      const mounts = container.volumeMounts as { mountPath: string; readOnly?: boolean; subPath?: string }[]
      expect(mounts.filter(({ readOnly, subPath }) => readOnly !== true || subPath !== undefined)).toEqual([])
      expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length)
    })
  })
})

/** Keys of the example Secrets, those in a comment too. */
function exampleKeys(): readonly string[] {
  const text = readFileSync(`${deploy}/secrets.example.yaml`, 'utf8')
  return [...text.matchAll(/^ {2}(?:# )?([a-z0-9.-]+): </gm)].map(([, key = '']) => key)
}

describe('as it stands', () => {
  it.each(renderings)('the %s is shut twice over, and lets no gate be unset', (rendering) => {
    const { env, read } = containerOf(rendering, 'poller')
    expect(readGates(env, { read })).toMatchObject({
      ok: true,
      open: false,
      killSwitch: true,
      allowlist: [],
      drain: false,
    })
  })

  it('no secret is needed for a pod to start', () => {
    for (const cronJob of ofKind(rendered('base'), 'CronJob')) {
      const { spec, container } = podOf(cronJob)
      const sources = spec.volumes.flatMap(
        (volume: { projected?: { sources: unknown[] } }) => volume.projected?.sources ?? [],
      )
      expect(sources).toHaveLength(3)
      for (const { secret } of sources) expect(secret.optional).toBe(true)
      expect(container.envFrom.every((from: object) => !('secretRef' in from))).toBe(true)
      expect(spec.volumes.every((volume: object) => !('secret' in volume))).toBe(true)
    }
  })

  it.each(programs)(
    'the base, armed by nothing but its gates, tells the %s what is missing, and nothing that is wrong',
    async (program) => {
      const { env, read } = containerOf('base', program)
      const open = { AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: 'acme/shop' }
      const loaded = await loadConfig(
        { ...env, KUBERNETES_SERVICE_HOST: '10.0.0.1' },
        {
          read: (path) => open[path.split('/').at(-1) as keyof typeof open] ?? read(path),
        },
      )
      expect(loaded.ok ? [] : loaded.problems.map(({ path }) => path).toSorted()).toEqual([
        'AFK_GITHUB_TOKEN_FILE',
        'AFK_T3_TOKEN_FILE',
        'AFK_T3_URL',
      ])
    },
  )

  it.each(programs)('the example, armed and with its secrets, is a whole configuration for the %s', async (program) => {
    const { env, read } = containerOf('example', program)
    const { privateKey } = await makeKey()
    const given: Record<string, string> = {
      AFK_KILL_SWITCH: 'false',
      AFK_ALLOWLIST: 'acme/shop, acme/api',
      't3-token': 't3-token-value',
      'slack-bot-token': 'xoxb-1-2-3',
      'github-app.pem': privateKey,
    }
    const loaded = await loadConfig(
      { ...env, KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      {
        read: (path) => given[path.split('/').at(-1) ?? ''] ?? read(path),
      },
    )
    expect(loaded.ok ? [] : loaded.problems).toEqual([])
    if (!loaded.ok) return
    expect(loaded.warnings).toEqual([])
    expect(loaded.config.allowlist).toHaveLength(2)
    expect(loaded.config.settings.lock).toEqual({ kind: 'lease', namespace: 'afk' })
    expect(loaded.config.policy.repo('acme/shop').rollout).toMatchObject({
      kind: 'kubernetes',
      namespace: 'shop',
      name: 'web',
    })
  })
})

async function makeKey() {
  const { generateKeyPairSync } = await import('node:crypto')
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

describe('one place for what a user sets', () => {
  it('the settings hold every setting and secret that is not the same everywhere', () => {
    const { data } = named(rendered('base'), 'ConfigMap', 'afk-settings')
    // Said by the CronJobs, the same wherever they run, or a value that never belongs into a ConfigMap.
    const elsewhere = [
      'AFK_LEASE_NAMESPACE',
      'AFK_CONFIG_FILE',
      'AFK_LOCK',
      'AFK_TICK_DEADLINE_SECONDS',
      'AFK_LOG_LEVEL',
      'AFK_RECORD_DIR',
      'AFK_SLACK_API_URL',
    ]
    const values = ['AFK_GITHUB_TOKEN', 'AFK_T3_TOKEN', 'AFK_SLACK_BOT_TOKEN']
    const expected = [...SETTING_VARIABLES, ...SECRET_VARIABLES].map(([name]) => name)
    expect(Object.keys(data as object).toSorted()).toEqual(
      expected.filter((name) => !elsewhere.includes(name) && !values.includes(name)).toSorted(),
    )
  })

  it('nothing of the base names a person, a company or an address', () => {
    const text = rendered('base')
      .map((manifest) => JSON.stringify(manifest))
      .join('\n')
    expect(text).not.toMatch(/acme|example|https?:|ghcr|docker\.io/)
  })
})
