import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Line } from '../../src/app/report.ts'
import { createClusterStage, type ClusterStage } from './cluster-stage.ts'
import { programs, root } from './manifests.ts'
import { modulePaths, runForm, type Form, type FormRan, type Program } from './run-form.ts'

/** SPEC 14: the bundle behaves as the sources do. It is built into a folder with nothing around it, as in the image. */
const work = mkdtempSync(join(tmpdir(), 'afk-bundle-'))
const folder = join(work, 'app')
const sources: Form = { kind: 'sources' }
const bundle: Form = { kind: 'bundle', folder }
const build = (to: string) =>
  execFileSync(process.execPath, [`${root}build.ts`, to], { encoding: 'utf8', stdio: 'pipe' })

beforeAll(() => void build(folder), 60_000)
afterAll(() => rmSync(work, { recursive: true }))

/** Packages whose code is in the chunks that a run loaded, by their source maps. */
function packagesIn(ran: FormRan): readonly string[] {
  const chunks = modulePaths(ran).filter((path) => path.startsWith(`${folder}/`))
  const names = chunks.flatMap((chunk) => {
    const map = globSync(`${chunk}.map`).map((path) => JSON.parse(readFileSync(path, 'utf8')) as { sources: string[] })
    return map
      .flatMap((one) => one.sources)
      .flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
  })
  return [...new Set(names)].toSorted()
}

const bytesOf = (ran: FormRan) =>
  modulePaths(ran)
    .filter((path) => path.startsWith(`${folder}/`))
    .reduce((sum, path) => sum + statSync(path).size, 0)

/**
 * Lines without what differs between any two ticks: their times, the ports of the sandbox, and which of the issues that are watched at
 * the same time comes first. Within an issue the order stands.
 */
function timeless(lines: readonly Line[]): readonly unknown[] {
  const bare = lines.map(({ tick: _tick, ms: _ms, ...line }) => line)
  return bare
    .toSorted((one, other) => placeIn(one).localeCompare(placeIn(other)))
    .map((line) => JSON.parse(JSON.stringify(line).replaceAll(/127\.0\.0\.1:\d+/g, 'sandbox')) as unknown)
}

function placeIn({ repo }: { readonly [field: string]: unknown }): string {
  return typeof repo === 'string' ? repo : ''
}

/** What ws and debug, inside the Kubernetes client, ask for between `try` and `catch`, and do without. */
const optional = ['bufferutil', 'utf-8-validate', 'supports-color']

describe('what is built', () => {
  const files = () => globSync('**/*.cjs', { cwd: folder }).toSorted()

  it('is a program each, and chunks, each with its source map', () => {
    expect(files().filter((file) => !file.includes('/'))).toEqual(['cli.cjs', 'poller.cjs', 'watcher.cjs'])
    for (const file of files()) {
      const text = readFileSync(join(folder, file), 'utf8')
      const mapped = text.includes('//# sourceMappingURL=')
      // Chunks that only pass names on, and rolldown's own few lines, have nothing to map.
      if (text.length > 1000 && !file.includes('/rolldown-runtime-')) expect(mapped, file).toBe(true)
      if (mapped) expect(statSync(join(folder, `${file}.map`)).size).toBeGreaterThan(0)
    }
  })

  it('is minified CommonJS that needs no package and knows no place of this machine', () => {
    for (const file of files()) {
      const text = readFileSync(join(folder, file), 'utf8')
      expect(text, file).not.toContain(root)
      expect(text, file).not.toMatch(/^(?:import|export) /m)
      // The prompt's sentences keep their line ends.
      expect(text.split('\n').length, file).toBeLessThan(text.length / 500 + 100)
      const required = [...text.matchAll(/\brequire\((["'`])([^"'`]+)\1\)/g)].map(([, , name = '']) => name)
      expect(
        required.filter((name) => !name.startsWith('.') && !isBuiltIn(name) && !optional.includes(name)),
        file,
      ).toEqual([])
    }
  })

  it('is the same again', () => {
    const again = join(work, 'again')
    build(again)
    const digests = (of: string) =>
      globSync('**/*.cjs', { cwd: of })
        .toSorted()
        .map(
          (file) =>
            `${file} ${createHash('sha256')
              .update(readFileSync(join(of, file)))
              .digest('hex')}`,
        )
    expect(digests(again)).toEqual(digests(folder))
  })

  it('is not written over what is there', () => {
    expect(() => build(folder)).toThrow(/not there yet/)
  })
})

function isBuiltIn(name: string): boolean {
  return name.startsWith('node:') || process.getBuiltinModule(name) !== undefined
}

describe.each(programs)('the %s behind shut gates', (program) => {
  it('says the same in both forms, and loads next to nothing', async () => {
    const [plain, bundled] = [await runForm(sources, program, {}), await runForm(bundle, program, {})]
    expect(bundled.code).toBe(0)
    expect(timeless(bundled.lines)).toEqual(timeless(plain.lines))
    expect(bundled.lines).toHaveLength(1)
    expect(bundled.seen.connections).toEqual([])
    expect(packagesIn(bundled)).toEqual([])
    expect(modulePaths(bundled).length).toBeLessThanOrEqual(3)
    expect(bytesOf(bundled)).toBeLessThan(16_000)
  })

  it('refuses a wrong gate and a wrong configuration in the same words', async () => {
    const open = { AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: 'acme/shop', AFK_LOCK: 'none' }
    for (const env of [{ AFK_DRAIN: 'perhaps' }, { ...open, AFK_MAX_CONCURRENT_RUNS: 'many' }]) {
      const [plain, bundled] = [await runForm(sources, program, env), await runForm(bundle, program, env)]
      expect([plain.code, bundled.code]).toEqual([2, 2])
      expect(timeless(bundled.lines)).toEqual(timeless(plain.lines))
    }
  })
})

describe('the desk', () => {
  it.each([['--help'], ['doctor', '--help'], ['no-such-command']])(
    'says the same to %s %s, but how to call it',
    (...words) => {
      const say = (file: string) => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], {
          env: {},
          cwd: '/',
          encoding: 'utf8',
        })
        return { status, stdout, stderr }
      }
      const bundled = say(join(folder, 'cli.cjs'))
      const plain = say(`${root}src/cli.ts`)
      const called = (text: string) => text.replaceAll('npm run -s afk --', 'afk')
      expect(bundled).toEqual({ ...plain, stdout: called(plain.stdout), stderr: called(plain.stderr) })
      expect(bundled.stdout + bundled.stderr).toContain('afk')
    },
  )
})

describe('behind open gates', () => {
  const stories = new Map<Form['kind'], { world: ClusterStage; ticks: { program: Program; ran: FormRan }[] }>()

  /** Three issues in three repos: dispatched, worked on, rolled out, landed or escalated. */
  async function play(form: Form) {
    const world = await createClusterStage()
    const ticks: { program: Program; ran: FormRan }[] = []
    for (const repo of ['acme/shop', 'acme/api', 'acme/web']) world.stage.ready(repo)
    await world.stage.pass(120)
    for (let round = 0; round < 2; round += 1) {
      for (const program of programs) ticks.push({ program, ran: await world.run(form, program) })
      await world.stage.pass(60)
      world.rollOut()
    }
    stories.set(form.kind, { world, ticks })
  }
  beforeAll(async () => {
    await Promise.all([play(sources), play(bundle)])
  }, 120_000)
  afterAll(() => Promise.all([...stories.values()].map(({ world }) => world.close())))

  const story = (kind: Form['kind']) => {
    const found = stories.get(kind)
    if (found === undefined) throw new Error(`the ${kind} were not played`)
    return found
  }

  it('the same ticks say the same, line by line, and end with the same code', () => {
    const told = (kind: Form['kind']) =>
      story(kind).ticks.map(({ program, ran }) => ({
        program,
        code: ran.code,
        stderr: ran.stderr,
        lines: timeless(ran.lines),
      }))
    expect(told('bundle')).toEqual(told('sources'))
    const decisions = story('bundle').ticks.flatMap(({ ran }) => ran.lines.map((line) => line['decision']))
    expect(decisions).toEqual(expect.arrayContaining(['dispatch', 'land', 'escalate']))
  })

  it('the same requests reach GitHub, T3 and the cluster, under the same name', () => {
    const asked = (kind: Form['kind']) => {
      const { world } = story(kind)
      return {
        github: world.stage.github.requests
          // Comments are numbered in the order in which runs that are looked after at the same time write them.
          .map(
            ({ method, path, operation }) => `${method} ${path.replace(/\/comments\/\d+/, '/comments/N')} ${operation}`,
          )
          .toSorted(),
        t3: world.stage.t3.requests.map(({ method, path }) => `${method} ${path}`).toSorted(),
        cluster: world.cluster.requests
          .map(({ verb, resource, name, userAgent }) => `${verb} ${resource}/${String(name)} ${userAgent}`)
          .toSorted(),
        slack: world.slack.requests.map(({ method, userAgent }) => `${method} ${userAgent}`),
      }
    }
    expect(asked('bundle')).toEqual(asked('sources'))
    for (const one of [...asked('bundle').cluster, ...asked('bundle').slack])
      expect(one).toMatch(/ afk\/\d+\.\d+\.\d+(?: |$)/)
    expect(asked('bundle').slack.length).toBeGreaterThan(0)
    expect(asked('bundle').github.length).toBeGreaterThan(10)
  })

  it('Kubernetes and Slack load only for a tick that uses them', () => {
    const [, , , last] = story('bundle').ticks
    if (last === undefined) throw new Error('expected four ticks')
    expect(packagesIn(last.ran)).toEqual(expect.arrayContaining(['@kubernetes/client-node', '@slack/web-api', 'yaml']))
    const [first] = story('bundle').ticks
    expect(first && packagesIn(first.ran)).not.toContain('@slack/web-api')
  })

  it('without lease, file and doorbell neither they nor YAML load', async () => {
    const { world } = story('bundle')
    const { AFK_CONFIG_FILE: _file, AFK_LEASE_NAMESPACE: _namespace, ...env } = world.env('poller')
    const ran = await runForm(bundle, 'poller', { ...env, AFK_LOCK: 'none' })
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    const packages = packagesIn(ran)
    expect(packages).toContain('zod')
    for (const name of ['@kubernetes/client-node', '@slack/web-api', 'execa', 'yaml'])
      expect(packages).not.toContain(name)
    expect(bytesOf(ran)).toBeLessThan(350_000)
  })

  it("a Lease with plain credentials is taken without the vendor's client", async () => {
    const { world } = story('bundle')
    const { AFK_CONFIG_FILE: _file, ...env } = world.env('poller')
    const before = world.cluster.requests.length
    const ran = await runForm(bundle, 'poller', env)
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    expect(world.cluster.requests.slice(before).map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      'get leases',
      'update leases',
      'update leases',
    ])
    for (const name of ['@kubernetes/client-node', 'undici', 'execa']) expect(packagesIn(ran)).not.toContain(name)
  })
})
