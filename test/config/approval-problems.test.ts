import { describe, expect, it } from 'vitest'
import { loadPolicy } from '../../src/config/load-policy.ts'
import type { Env } from '../../src/config/sources.ts'
import { someFiles } from './support.ts'

/** An approval that nobody could give, or that nothing would ever ask for, is found before the first tick (SPEC 16.2). */
async function problemsOf(yaml: string, env: Env = {}) {
  const { problems } = await loadPolicy('/c.yaml', env, someFiles({ '/c.yaml': yaml }))
  return problems.map(({ path, expected, got, source }) => ({ path, expected, got, source }))
}

const nobody = { expected: 'at least one login or Slack user id while approval.before is set', got: 'an empty list' }
const byAgent = { expected: 'nobody of agentLogins: an agent never approves its own work' }
const noPull = { expected: 'merge only together with landing: pull-request', got: '"merge"' }

describe('approvals that can be asked for and given', () => {
  it.each([
    ['nothing set', ''],
    ['people named and nothing asked of them', 'approval: { by: [ada] }'],
    ['a yes to a merge', 'landing: pull-request\napproval: { before: [merge], by: [ada, U012ABCDEF] }'],
    ['a yes to a deployment, whatever the landing', 'approval: { before: [deploy], by: [ada] }'],
    [
      'a repo that says who',
      'approval: { by: [ada] }\nrepos: { a/b: { landing: pull-request, approval: { before: [merge] } } }',
    ],
    [
      'a repo that lands by pull request, in its own entry alone',
      'repos: { a/b: { landing: pull-request, approval: { before: [merge], by: [ada] } } }',
    ],
  ])('%s', async (_what, yaml) => {
    expect(await problemsOf(yaml)).toEqual([])
  })
})

describe('approvals that cannot', () => {
  it('nobody may give it', async () => {
    expect(await problemsOf('approval: { before: [deploy] }')).toEqual([
      { path: 'approval.by', ...nobody, source: '/c.yaml:1' },
    ])
  })

  it('an agent is to give it, in whatever case its login is written', async () => {
    const yaml = 'agentLogins: [Acme-Agent]\napproval: { before: [deploy], by: [ada, acme-agent] }'
    expect(await problemsOf(yaml)).toMatchObject([{ path: 'approval.by', got: '"acme-agent"', ...byAgent }])
  })

  it('every agent among them is named, an app too', async () => {
    const yaml = 'agentLogins: ["one[bot]", two]\napproval: { before: [deploy], by: [One, ada, two] }'
    expect(await problemsOf(yaml)).toMatchObject([
      { got: '"One"', ...byAgent },
      { got: '"two"', ...byAgent },
    ])
  })

  it('is asked for before a merge that never happens', async () => {
    expect(await problemsOf('approval: { before: [merge], by: [ada] }')).toMatchObject([
      { path: 'approval.before', ...noPull },
    ])
  })

  it('every fault at once', async () => {
    const yaml = 'agentLogins: [bot]\napproval: { before: [merge], by: [bot] }'
    expect(await problemsOf(yaml)).toMatchObject([byAgent, noPull])
  })

  it('a repo takes away what all repos have', async () => {
    const yaml = `
landing: pull-request
approval: { before: [merge], by: [ada] }
repos:
  a/pushes: { landing: push }
  a/nobody: { approval: { by: [] } }
  a/agents: { agentLogins: [ada] }
  a/fine: { stallSeconds: 60 }`
    expect(await problemsOf(yaml)).toMatchObject([
      { path: 'repos."a/pushes".approval.before', ...noPull },
      { path: 'repos."a/nobody".approval.by', ...nobody },
      { path: 'repos."a/agents".approval.by', got: '"ada"', ...byAgent },
    ])
  })

  it('by variables, which are named', async () => {
    const found = await problemsOf('', { AFK_APPROVAL_BEFORE: 'deploy' })
    expect(found).toEqual([{ path: 'approval.by', ...nobody, source: 'env AFK_APPROVAL_BEFORE' }])
  })

  it('what is no list at all is one problem, not two', async () => {
    expect(await problemsOf('approval: { before: deploy }')).toMatchObject([
      { path: 'approval.before', got: '"deploy"' },
    ])
  })
})
