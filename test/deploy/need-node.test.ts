import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { builtProgram } from '../tools/built-programs.ts'
import { root } from './manifests.ts'

/** A Node that is too old, and a checkout without its packages, are told in one line, by the scripts and by the bundles. */
const work = mkdtempSync(join(tmpdir(), 'afk-need-node-'))
afterAll(() => rmSync(work, { recursive: true }))

const guard = join(root, 'need-node.cjs')
const bundles = ['poller', 'watcher', 'cli'].map((name) => join(dirname(builtProgram('poller')), `${name}.cjs`))
const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
  engines: { node: string }
}
const needed = Number(/^>=(\d+)$/u.exec(engines.node)?.[1])

function say(words: readonly string[], node = process.execPath) {
  const { status, stdout, stderr } = spawnSync(node, words, { env: {}, cwd: root, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** A preload by which this Node passes for another. */
function passingFor(version: string): string {
  const file = join(work, `as-${version}.cjs`)
  const versions = JSON.stringify({ ...process.versions, node: version })
  writeFileSync(file, `Object.defineProperty(process, 'versions', { value: ${versions} })\n`)
  return file
}

const tooOld = (version: string, remedy: string) => ({
  status: 2,
  stdout: '',
  stderr: `afk needs Node ${needed} (this is ${version})${remedy}\n`,
})
const ofSources = ': run "npm ci" here, it brings one, and start by npm'

describe('the sources', () => {
  it('are guarded in every script that starts them', () => {
    const starts = Object.values(scripts).filter((line) => /\bnode\b/u.test(line))
    expect(starts.length).toBeGreaterThan(5)
    for (const line of starts) expect(line).toMatch(/^node -r \.\/need-node\.cjs [\w./-]+\.ts$/u)
  })

  it.each([`${needed - 1}.11.0`, '20.20.2', '8.17.0'])('are not loaded by Node %s', (version) => {
    const said = say(['-r', passingFor(version), '-r', guard, 'src/poller.ts'])
    expect(said).toEqual(tooOld(version, ofSources))
  })

  it.each([`${needed}.0.0`, '101.0.0'])('are loaded by Node %s', (version) => {
    const { status, stdout, stderr } = say(['-r', passingFor(version), '-r', guard, 'src/poller.ts'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('"outcome":"inert"')
  })

  it('want their packages', () => {
    const alone = join(work, 'need-node.cjs')
    copyFileSync(guard, alone)
    const said = say(['-r', alone, '-p', '1'])
    expect(said).toEqual({ status: 2, stdout: '', stderr: 'afk needs its packages: run "npm ci" here\n' })
  })
})

describe('the bundles', () => {
  it.each(bundles)('%s is not run by an older Node', (bundle) => {
    const said = say(['-r', passingFor('20.20.2'), bundle])
    expect(said).toEqual(tooOld('20.20.2', ''))
  })
})

/** Nodes of this machine that really are older; there may be none. */
const older = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path))
  .map((path) => ({ path, version: say(['-p', 'process.versions.node'], path).stdout.trim() }))
  .filter(({ version }) => Number.parseInt(version, 10) < needed)

describe.skipIf(older.length === 0)('an older Node of this machine', () => {
  it.each(older.slice(0, 1))('$version runs neither', ({ path, version }) => {
    const sources = say(['-r', guard, 'src/poller.ts'], path)
    expect(sources).toEqual(tooOld(version, ofSources))
    for (const bundle of bundles) expect(say([bundle], path)).toEqual(tooOld(version, ''))
  })
})
