import { expect, it } from 'vitest'
import { plainServerOf } from '../../../src/adapters/kubernetes/plain-kubeconfig.ts'
import { triggersIn } from '../../../src/cli/doctor/workflow-triggers.ts'
import { tunablesIn } from '../../../src/config/config-file.ts'
import { fileSchema } from '../../../src/config/file-schema.ts'
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
  { repos: { 'acme/shop': { rollout: { kubernetes: { namespace: 'shop', kind: 'Deployment', name: 'web' } } } } },
]

it('configuration files: settings or problems, each with its place', { timeout }, async () => {
  const schema = fileSchema()
  let good = 0
  const problems = await campaign('configuration files', (random) => {
    const content = spoilJson(pick(settings, random), random)
    const file = tunablesIn({ content, sourceOf: (path) => `/afk.yaml:${path.length + 1}` }, schema)
    if (file.problems.some(({ source }) => !/^\/afk\.yaml:\d+$/.test(source))) return 'a problem without its line'
    if (file.problems.length > 0) return null
    good += 1
    return strangeIn(file.layer) ?? strangeIn(file.repos)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

const workflows = [
  { on: 'push' },
  { on: ['push', 'pull_request'] },
  { on: { push: { branches: ['ma*', '!main', 'release/**'] }, pull_request: null } },
  { on: { pull_request: { types: ['opened'], 'branches-ignore': ['x/**'] } } },
  { on: { push: { tags: ['v*'] } }, jobs: {} },
]

it('workflow files: what starts them, or unreadable', { timeout }, async () => {
  let good = 0
  const problems = await campaign('workflow files', (random) => {
    const triggers = triggersIn(spoilJson(pick(workflows, random), random), 'main')
    if (triggers === 'unreadable') return null
    good += 1
    return typeof triggers.push === 'boolean' && typeof triggers.pull === 'boolean' ? null : 'neither yes nor no'
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

const kubeconfig = {
  'current-context': 'a',
  contexts: [{ name: 'a', context: { cluster: 'b', user: 'c' } }],
  clusters: [{ name: 'b', cluster: { server: 'https://k:6443', 'certificate-authority-data': 'YQ==' } }],
  users: [{ name: 'c', user: { token: 't', 'client-key-data': 'YQ==' } }],
}

it('kubeconfigs: the server that they name, or nothing', { timeout }, async () => {
  let good = 0
  const problems = await campaign('kubeconfigs', (random) => {
    const server = plainServerOf(spoilJson(kubeconfig, random), '/nowhere')
    if (server === null) return null
    good += 1
    if (!(server.address instanceof URL)) return 'no address'
    return server.token === null || typeof server.token === 'string' ? null : 'a token that is no text'
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})
