import { describe, expect, it } from 'vitest'

import { loadConfig } from '../../src/config/load.ts'
import type { Env } from '../../src/config/sources.ts'
import { anOpenEnv, someFiles } from './support.ts'

async function configOf(env: Env, yaml?: string) {
  const withFile = yaml === undefined ? env : { ...env, AFK_CONFIG_FILE: '/c.yaml' }
  const loaded = await loadConfig(withFile, someFiles(yaml === undefined ? {} : { '/c.yaml': yaml }))
  if (!loaded.ok) throw new Error(`problems: ${JSON.stringify(loaded.problems, null, 2)}`)
  return loaded
}

async function problemsOf(env: Env, yaml: string) {
  const loaded = await loadConfig({ ...env, AFK_CONFIG_FILE: '/c.yaml' }, someFiles({ '/c.yaml': yaml }))
  return loaded.ok ? [] : loaded.problems
}

describe('loadConfig: which value wins (SPEC 4)', () => {
  it('repo > environment > file > default', async () => {
    const yaml = 'stallSeconds: 10\nmaxNudges: 5\nmaxRunsPerDay: 7\nrepos: { Acme/Shop: { stallSeconds: 30 } }'
    const { config } = await configOf(anOpenEnv({ AFK_STALL_SECONDS: '20', AFK_MAX_RUNS_PER_DAY: '8' }), yaml)
    const { policy } = config
    expect(policy.repo('acme/SHOP').stallSeconds).toBe(30)
    expect(policy.repo('other/repo').stallSeconds).toBe(20)
    expect(policy.repo('other/repo').maxNudges).toBe(5)
    expect(policy.repo('acme/shop').maxNudges).toBe(5)
    expect(policy.repo('acme/shop').maxTurnRetries).toBe(2)
    expect([policy.maxRunsPerDay, policy.maxConcurrentRuns]).toEqual([8, 5])
  })

  it('a group is merged value by value, a list is replaced whole', async () => {
    const yaml = `
fixForward: { maxAttempts: 1, maxSeconds: 2 }
trustedActors: [everyone-knows]
repos: { acme/shop: { fixForward: { maxSeconds: 3 }, trustedActors: [] } }`
    const { config } = await configOf(anOpenEnv({ AFK_FIX_FORWARD_STAGNATION_THRESHOLD: '4' }), yaml)
    expect(config.policy.repo('acme/shop').fixForward).toEqual({
      maxAttempts: 1,
      maxSeconds: 3,
      stagnationThreshold: 4,
    })
    expect(config.policy.repo('acme/shop').trustedActors).toEqual([])
    expect(config.policy.repo('other/repo').trustedActors).toEqual(['everyone-knows'])
  })

  it('names like those of object prototypes are repos like any other', async () => {
    const { config } = await configOf(anOpenEnv())
    for (const name of ['__proto__', 'constructor', 'toString']) expect(config.policy.repo(name).maxNudges).toBe(1)
  })

  it.each([
    ['none', { kind: 'none' }],
    ['{ githubDeployment: { environment: production } }', { kind: 'githubDeployment', environment: 'production' }],
    [
      '{ kubernetes: { namespace: shop, kind: StatefulSet, name: web, image: "app:{shortSha}" } }',
      { kind: 'kubernetes', namespace: 'shop', workload: 'StatefulSet', name: 'web', image: 'app:{shortSha}' },
    ],
    [
      '{ kubernetes: { namespace: shop, kind: Deployment, name: web, container: app, image: "{sha}" } }',
      { kind: 'kubernetes', namespace: 'shop', workload: 'Deployment', name: 'web', container: 'app', image: '{sha}' },
    ],
  ])('rollout %s', async (text, rollout) => {
    const { config } = await configOf(anOpenEnv(), `repos: { acme/shop: { rollout: ${text} } }`)
    expect(config.policy.repo('acme/shop').rollout).toEqual(rollout)
    expect(config.policy.repo('other/repo').rollout).toEqual({ kind: 'none' })
  })

  it('gives what only a repo has, and the allowlist', async () => {
    const yaml =
      'repos: { acme/shop: { requiredChecks: [test], ci: none, commands: { test: [[npm, test]] }, instructions: Be kind. } }'
    const { config } = await configOf(anOpenEnv({ AFK_ALLOWLIST: 'Acme/Shop' }), yaml)
    expect(config.policy.repo('acme/shop')).toMatchObject({
      requiredChecks: ['test'],
      ci: 'none',
      commands: { setup: [], test: [['npm', 'test']], lint: [] },
      instructions: 'Be kind.',
    })
    expect(config.allowlist).toEqual([{ fullName: 'Acme/Shop', key: 'acme/shop' }])
  })
})

describe('loadConfig: labels that collide (SPEC 4)', () => {
  const expected = 'three different labels (letter case does not count)'

  it.each<[string, Env, string, Record<string, unknown>]>([
    [
      'within the file',
      {},
      'readyLabel: Go\nhumanLabel: go',
      { path: 'readyLabel and humanLabel', source: '/c.yaml:1' },
    ],
    ['with a default', {}, 'readyLabel: Ready-For-Human', { path: 'readyLabel and humanLabel', source: '/c.yaml:1' }],
    [
      'a default with the environment',
      { AFK_HUMAN_LABEL: 'agent-IN-progress' },
      '',
      { path: 'inProgressLabel and humanLabel', source: 'env AFK_HUMAN_LABEL' },
    ],
    [
      'a repo with itself',
      {},
      'repos:\n  a/b:\n    readyLabel: x\n    humanLabel: X',
      { path: 'repos."a/b".readyLabel and humanLabel', source: '/c.yaml:3' },
    ],
    [
      'a repo with the global value',
      { AFK_HUMAN_LABEL: 'x' },
      'repos:\n  a/b:\n    readyLabel: X',
      { path: 'repos."a/b".readyLabel and humanLabel' },
    ],
  ])('%s', async (_name, env, yaml, problem) => {
    expect(await problemsOf(anOpenEnv(env), yaml)).toEqual([expect.objectContaining({ expected, ...problem })])
  })

  it('a repo may exchange two labels', async () => {
    const yaml = 'repos: { a/b: { readyLabel: ready-for-human, humanLabel: ready-for-agent } }'
    expect(await problemsOf(anOpenEnv(), yaml)).toEqual([])
  })
})

describe('loadConfig: everything at once', () => {
  it('problems of gates, environment, file, labels, settings and secrets come together', async () => {
    const env = {
      AFK_KILL_SWITCH: 'maybe',
      AFK_STALL_SECONDS: 'x',
      AFK_SLACK_CHANNEL: 'C0123456789',
      AFK_GITHUB_TOKEN: 'two words',
      AFK_T3_TOKEN: 't',
    }
    const problems = await problemsOf(env, 'unknown: 1\nreadyLabel: a\nhumanLabel: A')
    expect(problems.map(({ path }) => path)).toEqual([
      'AFK_KILL_SWITCH',
      'stallSeconds',
      'unknown',
      'readyLabel and humanLabel',
      'AFK_T3_URL',
      'AFK_SLACK_BOT_TOKEN',
      'AFK_GITHUB_TOKEN',
    ])
    for (const { expected, got, remedy, source } of problems) {
      for (const words of [expected, got, remedy, source]) expect(words).not.toBe('')
    }
  })

  it('the empty environment lacks an executor and two tokens, and nothing else', async () => {
    const loaded = await loadConfig({}, someFiles())
    expect(loaded.ok ? [] : loaded.problems.map(({ path }) => path)).toEqual([
      'AFK_T3_URL',
      'AFK_GITHUB_TOKEN',
      'AFK_T3_TOKEN',
    ])
  })

  it('warns of repos outside the allowlist, a missing lock and unknown variables, and loads', async () => {
    const { warnings } = await configOf(anOpenEnv({ AFK_TYPO: 'x' }), 'repos: { acme/shop: {}, Other/Repo: {} }')
    expect(warnings.map(({ message }) => message)).toEqual([
      'Other/Repo (/c.yaml:1) has settings but is not in AFK_ALLOWLIST',
      expect.stringContaining('AFK_LOCK=none'),
      'AFK_TYPO is not known and has no effect',
    ])
    // Each has a remedy of its own.
    expect(new Set(warnings.map(({ remedy }) => remedy)).size).toBe(3)
  })

  it('warns of nothing in a cluster where all is well', async () => {
    const { config, warnings } = await configOf(anOpenEnv({ AFK_LEASE_NAMESPACE: 'afk' }))
    expect(warnings).toEqual([])
    expect(config.settings.lock).toEqual({ kind: 'lease', namespace: 'afk' })
  })
})
