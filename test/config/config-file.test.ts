import { describe, expect, it } from 'vitest'

import { readConfigFile } from '../../src/config/config-file.ts'
import { someFiles, systemError } from './support.ts'
import { startCpuClock } from '../tools/cpu-clock.ts'

const PATH = '/etc/afk.yaml'

function read(text: string | Error) {
  return readConfigFile(PATH, someFiles({ [PATH]: text }))
}

async function valuesOf(text: string) {
  const { layer, repos, problems } = await read(text)
  expect(problems).toEqual([])
  const plain = (of: typeof layer) => Object.fromEntries([...of].map(([name, { value }]) => [name, value]))
  return { shared: plain(layer), repos: Object.fromEntries(repos.map((entry) => [entry.repo.key, plain(entry.layer)])) }
}

describe('readConfigFile: what is fine', () => {
  it('no file, an empty one, one of comments', async () => {
    const nothing = { layer: new Map(), repos: [], problems: [] }
    expect(await readConfigFile(undefined, someFiles())).toEqual(nothing)
    expect(await read('')).toEqual(nothing)
    expect(await read('# nothing yet\n---\n')).toEqual(nothing)
  })

  it('the example of SPEC 4', async () => {
    const example = `
pickupDelaySeconds: 120
fixForward: { maxAttempts: 3 }
repos:
  acme/shop:
    requiredChecks: [test]
    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "{sha}" } }
    commands: { setup: [[npm, ci]], test: [[npm, test]], lint: [[npm, run, lint]] }
`
    expect(await valuesOf(example)).toEqual({
      shared: { pickupDelaySeconds: 120, 'fixForward.maxAttempts': 3 },
      repos: {
        'acme/shop': {
          requiredChecks: ['test'],
          rollout: { kubernetes: { namespace: 'shop', kind: 'Deployment', name: 'web', image: '{sha}' } },
          commands: { setup: [['npm', 'ci']], test: [['npm', 'test']], lint: [['npm', 'run', 'lint']] },
        },
      },
    })
  })

  it('blank values are unset', async () => {
    expect(await valuesOf('stallSeconds:\nfixForward:\n  maxAttempts:\nrepos:\n  a/b:\n  c/d:\n    model:\n')).toEqual({
      shared: {},
      repos: { 'a/b': {}, 'c/d': {} },
    })
  })

  it('a few aliases, and the sources of the values', async () => {
    const { repos } = await read('repos:\n  a/b: &one\n    ci: none\n  c/d: *one\n')
    expect(repos.map(({ layer, source }) => [layer.get('ci'), source])).toEqual([
      [{ value: 'none', source: '/etc/afk.yaml:3' }, '/etc/afk.yaml:2'],
      [{ value: 'none', source: '/etc/afk.yaml:3' }, '/etc/afk.yaml:4'],
    ])
  })
})

describe('readConfigFile: problems, with their line', () => {
  const unknown = { expected: 'a name of the configuration table', got: 'an unknown name' }
  const outside = (name: string) => `only the environment sets it: remove it here, and set ${name}`
  const rollout = (text: string) => `repos:\n  a/b:\n    rollout: ${text}`
  const kubernetes = (text: string) => rollout(`{ kubernetes: { ${text} } }`)

  it.each<[string, string, Record<string, unknown>]>([
    ['unknown name', 'x: 1', { path: 'x', ...unknown, remedy: 'remove it', source: `${PATH}:1` }],
    ['unknown name without a value', 'xyz:', { path: 'xyz', ...unknown }],
    [
      'near miss',
      '\npickupDelaySecond: 1',
      { ...unknown, remedy: 'did you mean pickupDelaySeconds?', source: `${PATH}:2` },
    ],
    ['letter case', 'ReadyLabel: x', { ...unknown, remedy: 'did you mean readyLabel?' }],
    ['near miss in a group', 'fixForward:\n  maxAttempt: 1', { path: 'fixForward.maxAttempt', source: `${PATH}:2` }],
    ['name of a group at the top', 'maxAttempts: 3', { remedy: 'did you mean fixForward.maxAttempts?' }],
    ['gate in the file', 'killSwitch: false', { path: 'killSwitch', ...unknown, remedy: outside('AFK_KILL_SWITCH') }],
    ['gate by its variable', 'AFK_DRAIN: true', { path: 'AFK_DRAIN', ...unknown, remedy: outside('AFK_DRAIN') }],
    ['secret in the file', 'githubToken: x', { ...unknown, remedy: outside('AFK_GITHUB_TOKEN') }],
    ['address in a repo', 'repos: {a/b: {t3_url: x}}', { ...unknown, remedy: outside('AFK_T3_URL') }],
    ['tunable by its variable', 'AFK_MODEL: x', { ...unknown, remedy: 'did you mean model?' }],
    ['a list', '- model: x', { path: 'AFK_CONFIG_FILE', expected: 'a mapping of names to values', got: 'a list' }],
    ['a text', 'model', { path: 'AFK_CONFIG_FILE', got: '"model"' }],
    ['repo-only name at the top', 'requiredChecks: []', { remedy: 'move it under repos."owner/name"' }],
    ['global name in a repo', 'repos: {a/b: {maxRunsPerDay: 1}}', { remedy: 'move it to the top level of the file' }],
    ['landing by no known way', 'landing: merge', { got: '"merge"', expected: 'one of push, pull-request' }],
    ['merge by no known hand', 'merge: true', { got: 'true', expected: 'one of auto, human' }],
    ['four rounds', 'review: { rounds: 4 }', { path: 'review.rounds', expected: 'a whole number from 0 to 3' }],
    ['review as a number', 'review: 2', { path: 'review', expected: 'a mapping', got: '2' }],
    ['approval before a push', 'approval: { before: [push] }', { path: 'approval.before[0]', got: '"push"' }],
    ['approval by a mention', 'approval: { by: ["@ada"] }', { path: 'approval.by[0]', got: '"@ada"' }],
    [
      'unknown in approval, in a repo',
      'repos: {a/b: {approval: {after: []}}}',
      { path: 'repos."a/b".approval.after', ...unknown },
    ],
    ['__proto__', '__proto__: { stallSeconds: 1 }', { path: '__proto__', ...unknown }],
    ['constructor', 'constructor: 1', { path: 'constructor', ...unknown }],
    [
      '__proto__ in a group',
      'fixForward: { __proto__: { maxAttempts: 1 } }',
      { path: 'fixForward.__proto__', ...unknown },
    ],
    ['__proto__ as a repo', 'repos: { __proto__: {} }', { path: 'repos.__proto__', got: '"__proto__"' }],
    ['constructor as a repo', 'repos: { constructor: {} }', { got: '"constructor"' }],
    ['merge key', 'repos: { a/b: { <<: {ci: none} } }', { path: 'repos."a/b"."<<"', ...unknown }],
    ['quoted number', 'stallSeconds: "60"', { got: '"60"', remedy: expect.stringContaining('no quotes') }],
    ['hex', 'stallSeconds: 0x10', { got: '"0x10"', expected: 'a number of seconds from 1 to 604800' }],
    ['octal', 'stallSeconds: 0o17', { got: '"0o17"' }],
    ['exponent', 'stallSeconds: 1e3', { got: '"1e3"' }],
    ['nan', 'stallSeconds: .nan', { got: '".nan"' }],
    ['infinity', 'stallSeconds: .inf', { got: '".inf"' }],
    ['out of range', 'stallSeconds: 0', { got: '0', expected: 'a number of seconds from 1 to 604800' }],
    ['yes is text in YAML 1.2', 'notifyDone: yes', { got: '"yes"', expected: 'true or false' }],
    ['number as text', 'model: 5', { got: '5', expected: 'one word' }],
    ['list as text', 'model: [a]', { got: 'a list' }],
    ['text as list', 'trustedActors: octocat', { got: '"octocat"' }],
    ['null in a list', 'trustedActors: [~]', { path: 'trustedActors[0]', got: 'nothing' }],
    ['a group that is none', 'fixForward: 3', { path: 'fixForward', expected: 'a mapping', got: '3' }],
    ['root is a list', '- a', { expected: 'a mapping of names to values', got: 'a list' }],
    ['root is text', 'hello', { expected: 'a mapping of names to values', got: '"hello"' }],
    ['repos is a list', 'repos: [a/b]', { path: 'repos', got: 'a list' }],
    ['repo is text', 'repos: { a/b: yes }', { path: 'repos."a/b"', expected: 'a mapping', got: '"yes"' }],
    ['wildcard repo', 'repos: { "a/*": {} }', { expected: 'owner/name, exactly, without wildcards', got: '"a/*"' }],
    ['repo twice', 'repos:\n  a/b: {}\n  A/B: {}', { path: 'repos."A/B"', got: '"A/B" again', source: `${PATH}:3` }],
    ['rollout of another word', rollout('nope'), { path: 'repos."a/b".rollout', got: '"nope"', source: `${PATH}:3` }],
    ['rollout of two kinds', rollout('{ kubernetes: {}, githubDeployment: {} }'), { path: 'repos."a/b".rollout' }],
    [
      'rollout kind',
      kubernetes('namespace: n, kind: Pod, name: w, image: "{sha}"'),
      { path: 'repos."a/b".rollout.kubernetes.kind' },
    ],
    [
      'rollout without image',
      kubernetes('namespace: n, kind: Deployment, name: w'),
      { path: 'repos."a/b".rollout.kubernetes.image', got: 'nothing' },
    ],
    [
      'image without a commit',
      kubernetes('namespace: n, kind: Deployment, name: w, image: latest'),
      { got: '"latest"' },
    ],
    [
      'image with another hole',
      kubernetes('namespace: n, kind: Deployment, name: w, image: "{sha}-{tag}"'),
      { got: '"{sha}-{tag}"' },
    ],
    [
      'rollout with more',
      kubernetes('namespace: n, kind: Deployment, name: w, image: "{sha}", x: 1'),
      { path: 'repos."a/b".rollout.kubernetes.x' },
    ],
    [
      'environment',
      rollout('{ githubDeployment: { environment: 5 } }'),
      { path: 'repos."a/b".rollout.githubDeployment.environment' },
    ],
    [
      'command as one text',
      'repos: { a/b: { commands: { test: [npm test] } } }',
      { path: 'repos."a/b".commands.test[0]' },
    ],
    ['empty command', 'repos: { a/b: { commands: { test: [[]] } } }', { path: 'repos."a/b".commands.test[0]' }],
    [
      'long instructions',
      `repos: { a/b: { instructions: ${'x'.repeat(20_001)} } }`,
      { got: 'a text of 20001 characters' },
    ],
    [
      'same name twice',
      'stallSeconds: 1\nstallSeconds: 2',
      { got: expect.stringContaining('DUPLICATE_KEY'), source: `${PATH}:2` },
    ],
    ['two documents', 'stallSeconds: 1\n---\nstallSeconds: 2', { got: expect.stringContaining('MULTIPLE_DOCS') }],
    ['unknown tag', 'model: !run x', { got: expect.stringContaining('TAG_RESOLVE_FAILED') }],
    [
      'over 1 MiB',
      `# ${'x'.repeat(1_048_576)}`,
      { path: 'AFK_CONFIG_FILE', expected: 'at most 1048576 bytes', got: '1048578 bytes' },
    ],
  ])('%s', async (_name, text, expected) => {
    const { problems } = await read(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject(expected)
    expect(problems[0]?.source).toMatch(/^\/etc\/afk\.yaml:\d+$/)
  })

  it('YAML that does not parse', async () => {
    const { problems } = await read('a: [1\nb: "x')
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems)
      expect(problem).toMatchObject({ path: 'AFK_CONFIG_FILE', expected: 'YAML without faults' })
  })

  it('a bomb of aliases, quickly', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, at) => `l${at + 1}: &l${at + 1} [${Array.from({ length: 9 }, () => `*l${at}`).join(', ')}]`,
    )
    const cpuMs = startCpuClock()
    const { problems } = await read(`l0: &l0 [x]\n${levels.join('\n')}`)
    expect(cpuMs()).toBeLessThan(2000)
    expect(problems).toMatchObject([
      { expected: expect.stringContaining('aliases'), got: expect.stringContaining('alias') },
    ])
  })

  it('nesting without end is a problem, no crash', async () => {
    const { problems } = await read('['.repeat(100_000))
    expect(problems.length).toBeGreaterThan(0)
  })

  it('nothing of a __proto__ key reaches any object', async () => {
    await read('__proto__: { polluted: 1 }\nrepos: { __proto__: { polluted: 1 }, a/b: { __proto__: { polluted: 1 } } }')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it.each([
    [systemError('ENOENT', PATH), 'no such file (ENOENT)'],
    [systemError('EACCES', PATH), 'a file that cannot be read (EACCES)'],
    [systemError('EISDIR', PATH), 'a folder, and no file (EISDIR)'],
    [new Error('secret words'), 'a file that cannot be read'],
  ])('%s', async (error, got) => {
    expect((await read(error)).problems).toMatchObject([
      { path: 'AFK_CONFIG_FILE', expected: 'a readable file', got, source: PATH },
    ])
  })

  it('all of them at once, each with its line', async () => {
    const { problems } = await read('stallSeconds: 0\nx: 1\nrepos:\n  a/b:\n    model: 5\n    ci: maybe\n  bad: {}\n')
    expect(problems.map(({ path, source }) => [path, source].join(' ')).toSorted()).toEqual([
      `repos."a/b".ci ${PATH}:6`,
      `repos."a/b".model ${PATH}:5`,
      `repos.bad ${PATH}:7`,
      `stallSeconds ${PATH}:1`,
      `x ${PATH}:2`,
    ])
  })
})
