import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GATE_NAMES } from '../../src/config/gates.ts'
import { SECRET_VARIABLES } from '../../src/config/secrets.ts'
import { SETTING_VARIABLES } from '../../src/config/settings.ts'
import { TUNABLES } from '../../src/config/tunables.ts'
import { updateCommand } from './generated-section.ts'
import { namedIn } from './named-things.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const exists = (path: string): boolean =>
  /[*{]/u.test(path) ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path))

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const variables: readonly string[] = [
  ...GATE_NAMES,
  ...TUNABLES.flatMap(({ env }) => env ?? []),
  ...SETTING_VARIABLES.map(([name]) => name),
  ...SECRET_VARIABLES.map(([name]) => name),
]

describe.each(['README.md', 'CONTRIBUTING.md', 'test/sandbox/README.md'])('%s', (page) => {
  const named = namedIn(read(page))

  it('names only scripts that package.json has', () => {
    expect(named.scripts.filter((script) => !Object.hasOwn(scripts, script))).toEqual([])
  })

  it('names only tools that npm ci installs', () => {
    expect(named.tools.filter((tool) => !existsSync(join(root, 'node_modules/.bin', tool)))).toEqual([])
  })

  it('names only paths that exist', () => {
    expect(named.paths.filter((path) => !exists(path))).toEqual([])
  })

  it('links only to files that exist', () => {
    expect(named.links.filter((link) => !exists(join(dirname(page), link.replace(/#.*$/u, ''))))).toEqual([])
  })

  it('names only variables that afk or its tests read', () => {
    const known = [...variables, 'AFK_TEST_KUBECONFIG']
    expect(named.variables.filter((name) => !known.includes(name))).toEqual([])
  })

  it('names nothing of the machine it was written on', () => {
    expect(read(page)).not.toMatch(/\.\.\/shared|\/work\/|\/tmp\/|\/root\/|\/home\//u)
  })
})

describe('README.md', () => {
  const page = read('README.md')

  it('has the two commands, word for word, each a line of its own', () => {
    const lines = page.split('\n')
    expect(lines).toContain('    npm ci && npm run demo')
    expect(lines).toContain('    npm test')
  })

  it('is searched as it should be: the finders see what stands there', () => {
    const named = namedIn(page)
    expect(named.scripts).toEqual(expect.arrayContaining(['demo', 'test', 'poller', 'watcher']))
    expect(named.paths).toEqual(expect.arrayContaining(['src/core/', 'test/programs/inert.test.ts']))
    expect(named.links).toEqual(expect.arrayContaining(['CONTRIBUTING.md', 'LICENSE']))
    expect(named.variables).toEqual(expect.arrayContaining(['AFK_KILL_SWITCH', 'AFK_ALLOWLIST']))
  })
})

describe('CONTRIBUTING.md', () => {
  it('says how the generated parts of the README are brought up to date', () => {
    expect(read('CONTRIBUTING.md')).toContain(updateCommand)
  })
})

describe('namedIn', () => {
  it('finds scripts, tools, paths, links and variables, each once', () => {
    const page = [
      'Run `npm run --silent poller`, npm run demo -- --keep, npm test and `npx vitest run test/a.test.ts`.',
      'See src/nowhere.ts, `test/**/*.timing.test.ts`, [this](LICENSE), [that](https://example.com/src/x.ts), src/nowhere.ts.',
      '`AFK_DRAIN=true` and AFK_T3_URL; not AFK-RESULT, not acme/shop, not owner/src/x.',
    ].join('\n')
    expect(namedIn(page)).toEqual({
      scripts: ['poller', 'demo', 'test'],
      tools: ['vitest'],
      paths: ['test/a.test.ts', 'src/nowhere.ts', 'test/**/*.timing.test.ts'],
      links: ['LICENSE'],
      variables: ['AFK_DRAIN', 'AFK_T3_URL'],
    })
  })
})
