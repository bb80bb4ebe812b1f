import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readEnvTunables } from '../../src/config/env-tunables.ts'
import { resolvePolicy } from '../../src/config/resolve-policy.ts'
import { TUNABLES } from '../../src/config/tunables.ts'

function oneProblem(name: string, value: string) {
  const { problems } = readEnvTunables({ [name]: value })
  expect(problems).toHaveLength(1)
  return problems[0]
}

describe('numbers of the environment', () => {
  it.each([
    ['90', 90],
    [' 90 ', 90],
    ['1.5', 1.5],
    ['007', 7],
    ['0', 0],
    ['604800', 604_800],
  ])('%j is %d', (text, value) => {
    const { layer, problems } = readEnvTunables({ AFK_PICKUP_DELAY_SECONDS: text })
    expect(problems).toEqual([])
    expect(resolvePolicy(layer, new Map()).repo('a/b').pickupDelaySeconds).toBe(value)
  })

  it.each(['', ' ', '\t'])('%j is unset', (text) => {
    expect(readEnvTunables({ AFK_PICKUP_DELAY_SECONDS: text })).toEqual({ layer: new Map(), problems: [] })
  })

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '0b1',
    '1e3',
    '1_000',
    '1,5',
    '60s',
    '+1',
    '.5',
    '5.',
    '١',
    'true',
    '1 2',
  ])('%j is refused', (text) => {
    expect(oneProblem('AFK_PICKUP_DELAY_SECONDS', text)).toEqual({
      path: 'pickupDelaySeconds',
      expected: 'a number of seconds from 0 to 604800',
      got: JSON.stringify(text),
      remedy: expect.stringContaining('unset it'),
      source: 'env AFK_PICKUP_DELAY_SECONDS',
    })
  })

  it.each([
    ['AFK_PICKUP_DELAY_SECONDS', '-1', 'a number of seconds from 0 to 604800'],
    ['AFK_PICKUP_DELAY_SECONDS', '604800.1', 'a number of seconds from 0 to 604800'],
    ['AFK_PICKUP_DELAY_SECONDS', '9'.repeat(400), 'a number of seconds from 0 to 604800'],
    ['AFK_MAX_CONCURRENT_RUNS', '0', 'a whole number from 1 to 1000'],
    ['AFK_MAX_CONCURRENT_RUNS', '1.5', 'a whole number from 1 to 1000'],
    ['AFK_FIX_FORWARD_MAX_ATTEMPTS', '101', 'a whole number from 0 to 100'],
    ['AFK_BUDGET_USD', '0', 'a number of US dollars from 0.01 to 1000000'],
  ])('%s=%s is out of range, and the range is told', (name, text, expected) => {
    expect(oneProblem(name, text)).toMatchObject({ expected, source: `env ${name}` })
  })

  it('a limit of nothing is a limit', () => {
    const env = { AFK_MAX_RUNS_PER_DAY: '0', AFK_MAX_DISPATCH_PER_TICK: '0', AFK_MAX_RUN_SECONDS: '0' }
    expect(readEnvTunables(env).problems).toEqual([])
  })

  it('every number of the schema has bounds', () => {
    const numbers = TUNABLES.filter(({ kind }) => kind === 'number')
    expect(numbers.length).toBeGreaterThan(10)
    expect(numbers.filter(({ allowed }) => !/ from [\d.]+ to \d+$/.test(allowed))).toEqual([])
  })
})

describe('other kinds', () => {
  it.each([
    ['AFK_REQUIRE_GREEN_BASE', 'No', 'requireGreenBase', false],
    ['AFK_NOTIFY_DONE', 'OFF', 'notifyDone', false],
    ['AFK_TRUSTED_ACTORS', ' octocat , renovate[bot] ', 'trustedActors', ['octocat', 'renovate[bot]']],
    ['AFK_TRUSTED_PERMISSIONS', 'admin', 'trustedPermissions', ['admin']],
    ['AFK_PROTECTED_PATHS', '.github/**,deploy/**', 'protectedPaths', ['.github/**', 'deploy/**']],
    ['AFK_RUNTIME_MODE', 'approval-required', 'runtimeMode', 'approval-required'],
    ['AFK_MODEL', 'some-model', 'model', 'some-model'],
    ['AFK_WORKSPACE_BASE', '/srv/work trees', 'workspaceBase', '/srv/work trees'],
    ['AFK_LANDING', 'pull-request', 'landing', 'pull-request'],
    ['AFK_MERGE', 'human', 'merge', 'human'],
    ['AFK_MERGE_METHOD', 'rebase', 'mergeMethod', 'rebase'],
    ['AFK_MERGE_MAX_SECONDS', '3600', 'mergeMaxSeconds', 3600],
    ['AFK_REVIEW_ROUNDS', '0', 'review', { rounds: 0 }],
    ['AFK_APPROVAL_BEFORE', 'merge, deploy', 'approval', { before: ['merge', 'deploy'], by: [] }],
    ['AFK_APPROVAL_BY', 'U012ABCDEF, ada', 'approval', { before: [], by: ['U012ABCDEF', 'ada'] }],
  ])('%s=%j', (env, text, name, value) => {
    const { layer, problems } = readEnvTunables({ [env]: text })
    expect(problems).toEqual([])
    expect(resolvePolicy(layer, new Map()).repo('a/b')).toMatchObject({ [name]: value })
  })

  it.each([
    ['AFK_REQUIRE_GREEN_BASE', 'maybe', 'requireGreenBase', 'true, false, 1, 0, yes, no, on or off'],
    ['AFK_RUNTIME_MODE', 'yolo', 'runtimeMode', 'one of approval-required, auto-accept-edits, full-access'],
    ['AFK_TRUSTED_PERMISSIONS', 'admin,read', 'trustedPermissions[1]', 'one of admin, maintain, write, triage'],
    ['AFK_TRUSTED_ACTORS', '@octocat', 'trustedActors[0]', 'a GitHub login such as octocat or renovate[bot]'],
    ['AFK_TRUSTED_ACTORS', 'a,,b', 'trustedActors[1]', 'a GitHub login such as octocat or renovate[bot]'],
    ['AFK_PROTECTED_PATHS', '!src/**', 'protectedPaths[0]', expect.stringContaining('a path pattern')],
    ['AFK_PROTECTED_PATHS', '/src/**', 'protectedPaths[0]', expect.stringContaining('a path pattern')],
    ['AFK_WORKSPACE_BASE', 'data', 'workspaceBase', 'an absolute path without a slash at its end'],
    ['AFK_WORKSPACE_BASE', '/data/', 'workspaceBase', 'an absolute path without a slash at its end'],
    ['AFK_WORKSPACE_BASE', '/', 'workspaceBase', 'an absolute path without a slash at its end'],
    ['AFK_INSTANCE_ID', 'a b', 'instanceId', 'a slug of letters, digits, - and _'],
    ['AFK_MODEL', 'a b', 'model', 'one word'],
    ['AFK_LANDING', 'pr', 'landing', 'one of push, pull-request'],
    ['AFK_MERGE_METHOD', 'fast-forward', 'mergeMethod', 'one of squash, merge, rebase'],
    ['AFK_MERGE_MAX_SECONDS', '0', 'mergeMaxSeconds', 'a number of seconds from 1 to 7776000'],
    ['AFK_REVIEW_ROUNDS', '4', 'review.rounds', 'a whole number from 0 to 3'],
    ['AFK_APPROVAL_BEFORE', 'merge,land', 'approval.before[1]', 'one of merge, deploy'],
    ['AFK_APPROVAL_BY', '<@U012ABCDEF>', 'approval.by[0]', 'a GitHub login, or a Slack user id such as U012ABCDEF'],
    ['AFK_APPROVAL_BY', 'renovate[bot]', 'approval.by[0]', 'a GitHub login, or a Slack user id such as U012ABCDEF'],
    ['AFK_READY_LABEL', 'x'.repeat(51), 'readyLabel', 'a label of 1 to 50 characters, no blank at its edges'],
    ['AFK_READY_LABEL', 'a\nb', 'readyLabel', 'a label of 1 to 50 characters, no blank at its edges'],
  ])('%s=%j is refused', (env, text, path, expected) => {
    expect(oneProblem(env, text)).toMatchObject({ path, expected, source: `env ${env}` })
  })

  it('reports every bad variable at once', () => {
    const env = Object.fromEntries(
      TUNABLES.flatMap((tunable) => (tunable.kind === 'number' ? [[tunable.env, 'x']] : [])),
    )
    expect(readEnvTunables(env).problems.map(({ source }) => source)).toEqual(
      Object.keys(env).map((name) => `env ${name}`),
    )
  })

  it('is total: any text in any variable resolves or is a problem', () => {
    const variables = TUNABLES.flatMap(({ env }) => env ?? [])
    fc.assert(
      fc.property(fc.constantFrom(...variables), fc.string({ unit: 'binary' }), (name, text) => {
        const { layer, problems } = readEnvTunables({ [name]: text })
        if (problems.length === 0) resolvePolicy(layer, new Map()).repo('a/b')
        else expect(problems.every(({ source }) => source === `env ${name}`)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
