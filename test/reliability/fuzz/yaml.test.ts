import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readPlainKubeconfig } from '../../../src/adapters/kubernetes/plain-kubeconfig.ts'
import { triggersOf } from '../../../src/cli/doctor/workflow-triggers.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { readYamlFile } from '../../../src/config/yaml-file.ts'
import { campaign, type Attempt } from './campaign.ts'
import { pick, spoil, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { startCpuClock } from '../../tools/cpu-clock.ts'

/*
 * Text of YAML alone costs a hundred times what its content does, nearly all of it in the vendor's parser, so that CI samples it. The
 * part that is afk's gets its hundred thousand in `contents.test.ts` and `settings.test.ts`.
 */
const files = { bounded: 100_000, full: 200_000 }
const wholes = { bounded: 300, full: 100_000 }

const timeout = 1_200_000
const folder = mkdtempSync(join(tmpdir(), 'afk-fuzz-'))
const warnings: string[] = []
const warn = (warning: Error) => void warnings.push(warning.message)

beforeAll(() => {
  process.on('warning', warn)
})

/** The parser has warnings of its own, which quote the file that they are about. */
afterEach(async () => {
  // They come when nothing else is to be done.
  await setImmediate()
  expect(warnings).toEqual([])
})

afterAll(() => {
  process.off('warning', warn)
  rmSync(folder, { recursive: true, force: true })
})

const secret = 'ghp_secretsecretsecretsecretsecret0000000'

/** What YAML alone has: anchors, merges, tags, bombs, flow in block, several documents. */
const yamlPieces: readonly string[] = [
  '&a ',
  '*a',
  '\n<<: *a',
  '!!binary ',
  '!!set ',
  '!!timestamp ',
  '\n---\n',
  '\n...\n',
  '? ',
  '- ',
  ': ',
  '\n  ',
  '\t',
  '{a: &a [x,x], b: &b [*a,*a], c: [*b,*b,*b,*b]}',
  '[[[[[[[[[[',
  '{{{{{{{{{{',
  '|\n  ',
  '>-\n ',
  '"\\uD800"',
  '0x1F',
  '1e999',
  '.nan',
  '~',
  '__proto__: ',
  'constructor: {prototype: {polluted: true}}',
  '%YAML 1.1\n---\n',
  '# ',
]

/** One to four changes, most of them of YAML's own kind. */
function spoilYaml(text: string, random: () => number): string {
  let spoiled = text
  for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
    const at = Math.floor(random() * (spoiled.length + 1))
    spoiled =
      random() < 0.6 ? spoiled.slice(0, at) + pick(yamlPieces, random) + spoiled.slice(at) : spoil(spoiled, random)
  }
  return spoiled.slice(0, 400)
}

const documents = ['a: 1\nb: [x]\n', 'a: { b: "c" }\n', '- x\n- y: z\n', 'a: &a x\nb: *a\n', 'a: |\n  text\n']

it('YAML files: plain data, or a problem with its line', { timeout }, async () => {
  let good = 0
  const problems = await campaign(
    'YAML files',
    async (random, noted) => {
      const text = noted(spoilYaml(pick(documents, random), random).slice(0, 36))
      const file = await readYamlFile('/afk.yaml', { read: () => text })
      if ('problems' in file) {
        const [first] = file.problems
        return first !== undefined && /^\/afk\.yaml:\d+$/.test(first.source) ? null : `no line: ${first?.source}`
      }
      good += 1
      return strangeIn(file.content) ?? (/^\/afk\.yaml:\d+$/.test(file.sourceOf(['a', 'b'])) ? null : 'no line')
    },
    files,
  )
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

const whole = `readyLabel: ready-for-agent
fixForward: { maxAttempts: 3 }
repos:
  acme/shop:
    requiredChecks: [test]
    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "{sha}" } }
    commands: { setup: [[npm, ci]], test: [[npm, test]], lint: [[npm, run, lint]] }
`

it('whole configurations: no secret in a problem', { timeout }, async () => {
  const env = {
    AFK_KILL_SWITCH: 'off',
    AFK_ALLOWLIST: 'acme/shop',
    AFK_GITHUB_TOKEN: secret,
    AFK_T3_URL: 'http://127.0.0.1:1',
    AFK_T3_TOKEN: secret,
    AFK_LOCK: 'none',
    AFK_CONFIG_FILE: '/afk.yaml',
  }
  expect(await loadConfig(env, { read: () => whole })).toMatchObject({ ok: true })
  const attempt: Attempt = async (random, noted) => {
    const text = noted(spoilOften(whole, random))
    const loaded = await loadConfig(env, { read: () => text })
    if (loaded.ok) return JSON.stringify(loaded.config).includes(secret) ? 'a secret shows itself' : null
    if (loaded.problems.length === 0) return 'refused without a reason'
    return JSON.stringify(loaded.problems).includes(secret) ? 'a secret in a problem' : null
  }
  expect(await campaign('whole configurations', attempt, wholes)).toEqual([])
})

it('YAML bombs are refused in time', { timeout }, async () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`)
    .join('\n')}\n`
  const deep = `repos: ${'['.repeat(20_000)}`
  for (const text of [bomb, deep, `? ${'{'.repeat(5000)}`, `readyLabel: ${'&a '.repeat(1000)}x`]) {
    const cpuMs = startCpuClock()
    const loaded = await loadConfig(
      { AFK_ALLOWLIST: 'acme/shop', AFK_KILL_SWITCH: 'off', AFK_CONFIG_FILE: '/afk.yaml' },
      { read: () => text },
    )
    expect(loaded.ok).toBe(false)
    expect(await triggersOf(text, 'main')).toBe('unreadable')
    expect(readKubeconfig(text)).toBeNull()
    // What is not linear takes minutes.
    expect(cpuMs()).toBeLessThan(10_000)
  }
})

const workflow = "on:\n  push:\n    branches: ['ma*', '!main']\n"
const kubeconfig =
  '{current-context: a,contexts: [{name: a,context: {cluster: b,user: c}}],clusters: [{name: b,cluster: {server: "https://k:6443"}}],users: [{name: c,user: {token: t}}]}'

it('workflow files as text: read or unreadable, never thrown at', { timeout }, async () => {
  expect(await triggersOf(workflow, 'main')).toEqual({ push: false, pull: false })
  const attempt: Attempt = async (random, noted) => {
    const triggers = await triggersOf(noted(spoilYaml(workflow, random)), 'main')
    return triggers === 'unreadable' || typeof triggers.push === 'boolean' ? null : 'neither yes nor no'
  }
  expect(await campaign('workflow files as text', attempt, wholes)).toEqual([])
})

it('kubeconfigs as text: a server or nothing, never thrown at', { timeout }, async () => {
  expect(readKubeconfig(kubeconfig)).toMatchObject({ token: 't' })
  const attempt: Attempt = (random, noted) => {
    const server = readKubeconfig(noted(spoilYaml(kubeconfig, random)))
    return server === null || server.address instanceof URL ? null : 'no address'
  }
  expect(await campaign('kubeconfigs as text', attempt, wholes)).toEqual([])
})

/** It is read from a file. */
function readKubeconfig(text: string) {
  writeFileSync(join(folder, 'config'), text)
  return readPlainKubeconfig(join(folder, 'config'))
}
