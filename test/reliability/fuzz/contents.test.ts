import { expect, it } from 'vitest'
import { plainServerOf } from '../../../src/adapters/kubernetes/plain-kubeconfig.ts'
import { triggersIn } from '../../../src/cli/doctor/workflow-triggers.ts'
import { tunablesIn } from '../../../src/config/config-file.ts'
import { approvalProblems } from '../../../src/config/approval-problems.ts'
import { fileSchema } from '../../../src/config/file-schema.ts'
import { labelProblems } from '../../../src/config/label-problems.ts'
import type { Problem } from '../../../src/config/problems.ts'
import { resolvePolicy } from '../../../src/config/resolve-policy.ts'
import { campaign } from './campaign.ts'
import { pick } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { spoilJson } from './spoil-json.ts'

/** What is read out of YAML, without its text: that is fuzzed in `yaml.test.ts`, and costs ten times as much. */

const timeout = 600_000

const settings = [
  { readyLabel: 'go', pickupDelaySeconds: 60 },
  { fixForward: { maxAttempts: 3 }, agentLogins: ['afk-agent'], budgetUsd: 10 },
  { repos: { 'acme/shop': { requiredChecks: ['test'], commands: { test: [['npm', 'test']] } } } },
  {
    repos: {
      'acme/shop': { rollout: { kubernetes: { namespace: 'shop', kind: 'Deployment', name: 'web', image: '{sha}' } } },
    },
  },
]

it('configuration files: settings or problems, each with its place', { timeout }, async () => {
  const schema = fileSchema()
  for (const content of settings)
    expect(tunablesIn({ named: 'AFK_CONFIG_FILE', content, sourceOf: () => '/afk.yaml:1' }, schema).problems).toEqual(
      [],
    )
  let good = 0
  const problems = await campaign('configuration files', (random, noted) => {
    const content = noted(random() < 0.02 ? pick(settings, random) : spoilJson(pick(settings, random), random))
    const sourceOf = (path: readonly PropertyKey[]) => `/afk.yaml:${path.length + 1}`
    const file = tunablesIn({ named: 'AFK_CONFIG_FILE', content, sourceOf }, schema)
    const { layer, repos } = file
    const found = [...file.problems, ...labelProblems(layer, repos), ...approvalProblems(layer, repos)]
    const wrong = found.map(wrongProblem).find((one) => one !== null)
    if (wrong !== undefined || found.length > 0) return wrong ?? null
    good += 1
    // What no check has objected to is a policy.
    if (good % 20 === 0)
      resolvePolicy(layer, new Map(repos.map((entry) => [entry.repo.key, entry.layer]))).repo('acme/shop')
    return strangeIn(layer) ?? strangeIn(repos)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function wrongProblem({ source, got, path, remedy }: Problem): string | null {
  if (!/^\/afk\.yaml:\d+$/.test(source)) return `a problem without its line: ${source}`
  const words = `${path} ${got} ${remedy}`
  if (words.length > 3000) return 'an endless problem'
  return /\p{Cc}|\p{Cf}/u.test(words) ? `a terminal would obey ${JSON.stringify(words)}` : null
}

const workflows = [
  { on: 'push' },
  { on: ['push', 'pull_request'] },
  { on: { push: { branches: ['ma*', '!main', 'release/**'] }, pull_request: null } },
  { on: { pull_request: { types: ['opened'], 'branches-ignore': ['x/**'] } } },
  { on: { push: { tags: ['v*'] } }, jobs: {} },
]

it('workflow files: what starts them, or unreadable', { timeout }, async () => {
  let good = 0
  const problems = await campaign('workflow files', (random, noted) => {
    const triggers = triggersIn(noted(spoilJson(pick(workflows, random), random)), 'main')
    if (triggers === 'unreadable') return null
    good += 1
    return typeof triggers.push === 'boolean' && typeof triggers.pull === 'boolean' ? null : 'neither yes nor no'
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

/** So that no check can pass by refusing everything. */
it('workflow files and kubeconfigs as they should be are understood', () => {
  const triggers = workflows.map((content) => triggersIn(content, 'main'))
  expect(triggers).toEqual([
    { push: true, pull: false },
    { push: true, pull: true },
    { push: false, pull: true },
    { push: false, pull: true },
    { push: false, pull: false },
  ])
  expect(plainServerOf(kubeconfig, '/nowhere')).toMatchObject({ token: 't', address: { host: 'k:6443' } })
})

const kubeconfig = {
  'current-context': 'a',
  contexts: [{ name: 'a', context: { cluster: 'b', user: 'c' } }],
  clusters: [{ name: 'b', cluster: { server: 'https://k:6443', 'certificate-authority-data': 'YQ==' } }],
  users: [{ name: 'c', user: { token: 't', 'client-key-data': 'YQ==' } }],
}

it('kubeconfigs: the server that they name, or nothing', { timeout }, async () => {
  let good = 0
  const problems = await campaign('kubeconfigs', (random, noted) => {
    const server = plainServerOf(noted(spoilJson(kubeconfig, random)), '/nowhere')
    if (server === null) return null
    good += 1
    if (!(server.address instanceof URL)) return 'no address'
    return server.token === null || typeof server.token === 'string' ? null : 'a token that is no text'
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})
