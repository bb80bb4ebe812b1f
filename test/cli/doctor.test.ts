import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requireRepo, setPermission } from '../sandbox/github/state/repos.ts'
import { addToken } from '../sandbox/github/state/users.ts'
import { startT3Server, type T3Server } from '../sandbox/t3/server.ts'
import { startSlack } from '../sandbox/slack/server.ts'
import { runDesk } from './run-desk.ts'
import { rolesOf } from '../deploy/roles.ts'
import { createRig, findingsOf, settings, type Rig } from './doctor-rig.ts'

let rig: Rig
/** Servers beside the rig's. */
const others: T3Server[] = []
beforeEach(async () => {
  rig = await createRig()
})
afterEach(async () => {
  await Promise.all(others.splice(0).map((server) => server.close()))
  await rig.close()
})

const dayMs = 24 * 3600 * 1000
const later = (days: number) => rig.stage.world.github.clock.now() + days * dayMs

describe('afk doctor', () => {
  it('finds nothing to say where everything is in order, and writes nothing', async () => {
    const said = await rig.doctor({}, '--json')
    expect(said.code).toBe(0)
    expect(findingsOf(said).filter(({ verdict }) => verdict === 'warn' || verdict === 'fail')).toEqual([])
    const { counts } = said.json()
    expect(counts).toEqual({ ok: 29, warn: 0, fail: 0, skipped: 4 })
    const { github, t3 } = rig.stage
    expect(github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')).toEqual([])
    expect(t3.requests.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(rig.slack.requests.map(({ method }) => method).toSorted()).toEqual([
      'auth.test',
      'conversations.info',
      'conversations.join',
    ])
    expect(
      rig.cluster.requests.filter(({ verb, resource }) => verb !== 'get' && resource !== 'selfsubjectaccessreviews'),
    ).toEqual([])
  })

  it('says the same to people, a row a finding, and no secret', async () => {
    const { out, code, err } = await rig.doctor()
    expect(code).toBe(0)
    expect(out).toContain('ok       github-credential  a classic token of afk, its end is not told')
    expect(out).toContain('ok       slack-channel      C000000001: #general, the bot is a member')
    expect(out).toContain('ok       rollout-targets    acme/shop: Deployment shop/web runs registry/web:1')
    expect(out.trimEnd().split('\n').at(-1)).toBe('29 ok, 0 to know, 0 to mend, 4 skipped')
    expect(err).toBe('')
    for (const secret of [rig.stage.world.githubToken, rig.slack.token, rig.cluster.token])
      expect(out).not.toContain(secret)
  })

  it.each(['watcher', 'poller'])('in the pod of the %s the other program’s Lease is no finding', async (program) => {
    rig.cluster.state.grant(rig.cluster.token, [
      ...rolesOf(`afk-${program}`),
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'], namespace: 'shop' },
    ])
    const said = await rig.doctor({}, '--json')
    expect(said.code).toBe(0)
    const other = program === 'watcher' ? 'afk-poller' : 'afk-watcher'
    const skipped = findingsOf(said).filter(({ verdict, area }) => verdict === 'skipped' && area === 'cluster')
    expect(skipped.map(({ check, subject }) => `${check}: ${subject}`)).toEqual([
      `cluster-access: get leases/${other} in afk`,
      `cluster-access: update leases/${other} in afk`,
      `leases: afk/${other}`,
      'rollout-targets: acme/api',
    ])
    for (const { message } of skipped.slice(0, 3)) expect(message).toContain('other program')
  })

  it('an account that may take one Lease and only see the other is told what it lacks', async () => {
    const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] }
    rig.cluster.state.grant(rig.cluster.token, [
      { ...lease, verbs: ['get', 'update'], resourceNames: ['afk-watcher'] },
      { ...lease, verbs: ['get'], resourceNames: ['afk-poller'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
    ])
    const said = await rig.doctor({}, '--json')
    expect(said.code).toBe(1)
    expect(findingsOf(said).filter(({ verdict }) => verdict === 'fail')).toMatchObject([
      { check: 'cluster-access', subject: 'update leases/afk-poller in afk' },
    ])
  })

  it('creates missing labels with --fix-labels, and nothing else', async () => {
    requireRepo(rig.stage.world.github, 'acme/api').labels.splice(0, 3)
    const { github } = rig.stage
    const said = await rig.doctor({}, '--json', '--fix-labels')
    expect(said.code).toBe(0)
    expect(
      findingsOf(said)
        .filter(({ check, subject }) => check === 'github-labels' && subject === 'acme/api')
        .map(({ message }) => message),
    ).toEqual(['created ready-for-agent', 'created agent-in-progress', 'created ready-for-human'])
    expect(
      github.requests
        .filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
        .map(({ operation }) => operation),
    ).toEqual(['issues/create-label', 'issues/create-label', 'issues/create-label'])
    expect(requireRepo(rig.stage.world.github, 'acme/api').labels.map(({ name, color }) => [name, color])).toEqual([
      ['ready-for-agent', '0e8a16'],
      ['agent-in-progress', 'fbca04'],
      ['ready-for-human', 'd93f0b'],
    ])
    // A second time there is nothing left to create.
    const again = await rig.doctor({}, '--json', '--fix-labels')
    expect(again.out).not.toContain('created')
  })

  it('looks at one repo that is not on the allowlist', async () => {
    rig.stage.world.addRepo('acme/new')
    const said = await rig.doctor({ AFK_ALLOWLIST: '' }, '--json', '--repo', 'acme/new')
    expect(findingsOf(said).find(({ check }) => check === 'github-repos')).toMatchObject({
      verdict: 'ok',
      subject: 'acme/new',
    })
  })

  it('says of a repo that is not there so once, and looks at the others', async () => {
    const said = await rig.doctor({ AFK_ALLOWLIST: 'acme/shop,acme/nope' }, '--json')
    const about = findingsOf(said).filter(({ subject, area }) => subject === 'acme/nope' && area === 'github')
    expect(about.map(({ check, verdict, message }) => [check, verdict, message])).toEqual([
      ['github-repos', 'fail', expect.stringContaining('not there, or hidden from this token')],
      ['github-labels', 'skipped', 'not before github-repos is mended'],
      ['github-base', 'skipped', 'not before github-repos is mended'],
      ['github-workflows', 'skipped', 'not before github-repos is mended'],
      ['github-landing', 'skipped', 'not before github-repos is mended'],
      ['github-approvers', 'skipped', 'not before github-repos is mended'],
    ])
    for (const { shuts } of findingsOf(said) as readonly { readonly shuts?: unknown }[]) expect(shuts).toBeUndefined()
    const labels = findingsOf(said).filter(({ check }) => check === 'github-labels')
    expect(labels.map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual(['acme/shop ok', 'acme/nope skipped'])
    // Alone it leaves nothing to look at, and the allowlist is not what is wrong.
    const alone = await rig.doctor({}, '--json', '--repo', 'acme/nope')
    expect(alone.json().repos).toEqual(['acme/nope'])
    expect(alone.out).not.toContain('allowlist is empty')
  })

  it('makes no labels where it is not told of any repo', async () => {
    const said = await rig.doctor({ AFK_ALLOWLIST: '' }, '--fix-labels')
    expect(said).toMatchObject({
      code: 2,
      out: '',
      err: 'afk: no repo to make labels in: set AFK_ALLOWLIST, or name one with --repo owner/name\n',
    })
    expect(rig.stage.github.requests).toEqual([])
  })

  it('says that there is no repo to look at while the allowlist is empty', async () => {
    const text = await rig.doctor({ AFK_ALLOWLIST: '' })
    expect(text.out.trimEnd().split('\n').at(-1)).toMatch(
      /^\d+ ok, .*; no repo was looked at: name some in AFK_ALLOWLIST/,
    )
    const said = await rig.doctor({ AFK_ALLOWLIST: '' }, '--json')
    expect(said.code).toBe(0)
    expect(said.json().repos).toEqual([])
    expect(findingsOf(said).find(({ check }) => check === 'github-repos')).toMatchObject({
      verdict: 'skipped',
      message: 'the allowlist is empty: name a repo with --repo owner/name',
    })
  })
})

interface Breakage {
  readonly name: string
  /** Breaks something; answers what the environment has to say of it. */
  readonly breaks: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>
  readonly check: string
  readonly verdict: 'warn' | 'fail'
  readonly message: RegExp
  readonly remedy: RegExp
  /** How many findings say so; one unless told. */
  readonly times?: number
}

/** Puts a workflow into a repo, with checks on its commit as if CI still came from elsewhere. */
const workflow = async (text: string): Promise<void> => {
  const { people, ci } = rig.stage.world
  const files = { '.github/workflows/test.yml': text, '.github/workflows/README.md': 'No workflow.\n' }
  people.push('acme/api', { author: 'ada', message: 'A workflow', files, ci: ci['green'] ?? null })
  await rig.stage.pass(60)
}
const withApproval = (by: string) =>
  rig.settings(`${settings}  acme/api: { landing: pull-request, approval: { before: [merge], by: [${by}] } }\n`)

const repoOf = (name: string) => requireRepo(rig.stage.world.github, name)

const breakages: readonly Breakage[] = [
  {
    name: 'a setting that is no number',
    breaks: () => ({ AFK_MAX_CONCURRENT_RUNS: 'many' }),
    check: 'configuration',
    verdict: 'fail',
    message: /expected a whole number from 1 to 1000, got "many" \(env AFK_MAX_CONCURRENT_RUNS\)/,
    remedy: /unset it for the default/,
  },
  {
    name: 'a variable with a typing error',
    breaks: () => ({ AFK_MODLE: 'x' }),
    check: 'configuration',
    verdict: 'warn',
    message: /AFK_MODLE/,
    remedy: /^set AFK_MODEL instead, and unset AFK_MODLE$/,
  },
  {
    name: 'shut gates',
    breaks: () => ({ AFK_KILL_SWITCH: 'true' }),
    check: 'gates',
    verdict: 'warn',
    message: /the kill switch is on/,
    remedy: /AFK_KILL_SWITCH=false/,
  },
  {
    name: 'a GitHub token that is not valid',
    breaks: () => ({ AFK_GITHUB_TOKEN: 'ghp_wrong' }),
    check: 'github-credential',
    verdict: 'fail',
    message: /the token was not accepted/,
    remedy: /issue a new credential for GitHub and set AFK_GITHUB_TOKEN/,
  },
  {
    name: 'a classic token without the scope repo',
    breaks: () => {
      addToken(rig.stage.world.github, 'ghp_narrow', 'afk', { scopes: ['read:org'] })
      return { AFK_GITHUB_TOKEN: 'ghp_narrow' }
    },
    check: 'github-credential',
    verdict: 'fail',
    message: /lacks the scope repo \(it has: read:org\)/,
    remedy: /scope repo/,
  },
  {
    name: 'a token that may far more than it needs',
    breaks: () => {
      addToken(rig.stage.world.github, 'ghp_wide', 'afk', { scopes: ['repo', 'admin:org', 'delete_repo'] })
      return { AFK_GITHUB_TOKEN: 'ghp_wide' }
    },
    check: 'github-credential',
    verdict: 'warn',
    message: /admin:org, delete_repo/,
    remedy: /scope repo alone/,
  },
  {
    name: 'a GitHub token that ends this week',
    breaks: () => {
      addToken(rig.stage.world.github, 'ghp_old', 'afk', { expiresAt: later(3) })
      return { AFK_GITHUB_TOKEN: 'ghp_old' }
    },
    check: 'github-credential',
    verdict: 'warn',
    message: /the token of afk ends in 3 d/,
    remedy: /issue a new token/,
  },
  {
    name: 'a GitHub that is not there',
    breaks: () => ({ AFK_GITHUB_API_URL: 'http://127.0.0.1:9' }),
    check: 'github-credential',
    verdict: 'fail',
    message: /github credential of the token: the connection failed$/,
    remedy: /AFK_GITHUB_API_URL/,
  },
  {
    name: 'an address without the API of GitHub Enterprise',
    breaks: () => {
      rig.stage.github.faults.add({ match: { pathRegex: /rate_limit$/ }, kind: '404' })
      return {}
    },
    check: 'github-credential',
    verdict: 'fail',
    message: /github credential of the token: .*\(HTTP 404\)/,
    remedy: /^check AFK_GITHUB_API_URL: GitHub Enterprise's ends in \/api\/v3$/,
  },
  {
    name: 'a spent rate limit',
    breaks: () => {
      rig.stage.github.faults.add({ match: { pathRegex: /labels$/ }, kind: '403-rate' })
      return {}
    },
    check: 'github-labels',
    verdict: 'fail',
    message: /rate limit reached/,
    remedy: /wait \d+ seconds/,
    times: 2,
  },
  {
    name: 'a repo that is not there',
    breaks: () => ({ AFK_ALLOWLIST: 'acme/shop,acme/nope' }),
    check: 'github-repos',
    verdict: 'fail',
    message: /not there, or hidden from this token/,
    remedy: /check the name/,
  },
  {
    name: 'a repo that afk may only read',
    breaks: () => {
      setPermission(rig.stage.world.github, repoOf('acme/api'), 'afk', 'read')
      return {}
    },
    check: 'github-repos',
    verdict: 'fail',
    message: /may only read there, and needs write/,
    remedy: /the role Write/,
  },
  {
    name: 'a repo that was renamed',
    breaks: () => {
      rig.stage.world.people.rename('acme/api', 'acme/service')
      return {}
    },
    check: 'github-repos',
    verdict: 'fail',
    message: /moved to acme\/service/,
    remedy: /put acme\/service on AFK_ALLOWLIST/,
  },
  {
    name: 'an archived repo',
    breaks: () => {
      repoOf('acme/api').archived = true
      return {}
    },
    check: 'github-repos',
    verdict: 'fail',
    message: /archived/,
    remedy: /take it off AFK_ALLOWLIST/,
  },
  {
    name: 'a missing ready label',
    breaks: () => {
      repoOf('acme/api').labels.splice(0, 1)
      return {}
    },
    check: 'github-labels',
    verdict: 'fail',
    message: /the label ready-for-agent is missing/,
    remedy: /--fix-labels/,
  },
  {
    name: 'a required check that nothing reports',
    breaks: () => {
      rig.settings(settings.replace('[test]', '[tset]'))
      return {}
    },
    check: 'github-base',
    verdict: 'warn',
    message: /does not have: tset/,
    remedy: /spelling of requiredChecks; seen: lint, test/,
  },
  {
    name: 'a default branch without any check',
    breaks: () => {
      rig.stage.world.people.push('acme/api', { author: 'ada', message: 'No CI', files: { a: 'b' } })
      return {}
    },
    check: 'github-base',
    verdict: 'warn',
    message: /has no check at all/,
    remedy: /ci: none/,
  },
  {
    name: 'a red default branch',
    breaks: async () => {
      rig.stage.world.people.push('acme/api', {
        author: 'ada',
        message: 'Break it',
        files: { a: 'b' },
        ci: rig.stage.world.ci['red'] ?? null,
      })
      await rig.stage.pass(60)
      return {}
    },
    check: 'github-base',
    verdict: 'warn',
    message: /is red: nothing starts/,
    remedy: /requireGreenBase: false/,
  },
  {
    name: 'workflows that do not listen to pushes',
    breaks: async () => {
      await workflow('on: pull_request\njobs: {}\n')
      return {}
    },
    check: 'github-workflows',
    verdict: 'warn',
    message: /no workflow starts on a push to main: a run would end as no-signal/,
    remedy: /add push with branches: \[main\] to on:/,
  },
  {
    name: 'workflows that do not listen to pull requests, where those are the way',
    breaks: async () => {
      await workflow('on:\n  push:\n    branches: [main]\njobs: {}\n')
      rig.settings(`${settings}landing: pull-request\n`)
      return {}
    },
    check: 'github-workflows',
    verdict: 'warn',
    message: /no workflow starts on a pull request against main/,
    remedy: /add pull_request to on:/,
  },
  {
    name: 'a workflow that is no YAML',
    breaks: async () => {
      await workflow('on: [push\n')
      return {}
    },
    check: 'github-workflows',
    verdict: 'warn',
    message: /test\.yml is no workflow|no workflow starts on a push/,
    remedy: /mend the file|add push/,
    times: 2,
  },
  {
    name: 'agents whose pushes start no CI',
    breaks: async () => {
      await workflow('on: push\n')
      rig.settings(settings.replace('[afk-agent]', '["github-actions[bot]"]'))
      return {}
    },
    check: 'github-workflows',
    verdict: 'warn',
    message: /agents push with the token of a workflow run, and GitHub starts no CI for that/,
    remedy: /a fine-grained token or a GitHub App instead of GITHUB_TOKEN/,
  },
  {
    name: 'a merge whose CI would not start',
    breaks: async () => {
      await workflow('on: [push, pull_request]\n')
      setPermission(rig.stage.world.github, repoOf('acme/api'), 'github-actions', 'write')
      setPermission(rig.stage.world.github, repoOf('acme/shop'), 'github-actions', 'write')
      addToken(rig.stage.world.github, 'ghs_ofAWorkflowRun', 'github-actions')
      rig.settings(`${settings}landing: pull-request\n`)
      return { AFK_GITHUB_TOKEN: 'ghs_ofAWorkflowRun' }
    },
    check: 'github-workflows',
    verdict: 'warn',
    message: /afk would merge with the token of a workflow run, and GitHub starts no CI for that/,
    remedy: /instead of GITHUB_TOKEN/,
  },
  {
    name: 'a way to merge that the repo does not allow',
    breaks: () => {
      rig.stage.world.people.setMerging('acme/api', { methods: ['merge', 'rebase'] })
      rig.settings(`${settings}  acme/api: { landing: pull-request }\n`)
      return {}
    },
    check: 'github-landing',
    verdict: 'warn',
    message: /mergeMethod is squash, and the repo does not allow it: afk would merge by merge instead/,
    remedy: /set mergeMethod: merge for the repo, or allow squash there/,
  },
  {
    name: 'merge commits for a branch of a linear history',
    breaks: () => {
      rig.stage.world.people.protect('acme/api', { linearHistory: true })
      rig.settings(`${settings}  acme/api: { landing: pull-request, mergeMethod: merge }\n`)
      return {}
    },
    check: 'github-landing',
    verdict: 'warn',
    message: /its default branch wants a linear history: each merge would be refused/,
    remedy: /set mergeMethod: squash for the repo/,
  },
  {
    name: 'a repo that takes no merge',
    breaks: () => {
      rig.stage.world.people.setMerging('acme/api', { methods: [] })
      rig.settings(`${settings}  acme/api: { landing: pull-request }\n`)
      return {}
    },
    check: 'github-landing',
    verdict: 'fail',
    message: /it allows no merge: nothing would land/,
    remedy: /allow squash merging/,
  },
  {
    name: 'an approver with a typing error',
    breaks: () => {
      withApproval('mona, mnoa')
      return {}
    },
    check: 'github-approvers',
    verdict: 'warn',
    message: /approval.by names mnoa, who is not there or has no access to the repo/,
    remedy: /correct the login in approval.by/,
  },
  {
    name: 'approvers none of whom counts',
    breaks: () => {
      withApproval('afk')
      return {}
    },
    check: 'github-approvers',
    verdict: 'fail',
    message: /afk’s own account and never counts: nobody can approve/,
    remedy: /correct the login in approval.by/,
  },
  {
    name: 'a T3 that is not there',
    breaks: () => ({ AFK_T3_URL: 'http://127.0.0.1:9' }),
    check: 't3-server',
    verdict: 'fail',
    message: /no answer/,
    remedy: /check that T3 is up and that AFK_T3_URL is its address/,
  },
  {
    name: 'an address that is not T3',
    breaks: () => {
      rig.stage.t3.faults.add({ match: { path: '/.well-known/t3/environment' }, kind: 'html' })
      return {}
    },
    check: 't3-server',
    verdict: 'fail',
    message: /expected JSON, got text\/html with 200/,
    remedy: /AFK_T3_URL is the address of T3 itself/,
  },
  {
    name: 'a T3 token that is not valid',
    breaks: () => ({ AFK_T3_TOKEN: 'wrong' }),
    check: 't3-token',
    verdict: 'fail',
    message: /T3 does not accept the token/,
    remedy: /t3 auth session issue/,
  },
  {
    name: 'a T3 token that may only read',
    breaks: async () => {
      others.push(await startT3Server(rig.stage.world.t3, { tokens: { reader: ['orchestration:read'] } }))
      return { AFK_T3_URL: others[0]?.url ?? '', AFK_T3_TOKEN: 'reader' }
    },
    check: 't3-token',
    verdict: 'fail',
    message: /lacks the scope orchestration:operate/,
    remedy: /orchestration:read orchestration:operate/,
  },
  {
    name: 'a project of the repo in another folder',
    breaks: () => {
      rig.stage.world.t3.dispatch({
        type: 'project.create',
        commandId: 'c-1',
        projectId: 'p-1',
        title: 'acme/api',
        workspaceRoot: '/data/elsewhere',
        createWorkspaceRootIfMissing: true,
        createdAt: '2026-01-01T00:00:00.000Z',
      })
      return {}
    },
    check: 't3-projects',
    verdict: 'warn',
    message: /in \/data\/elsewhere/,
    remedy: /workspaceBase/,
  },
  {
    name: 'a Slack token that is not valid',
    breaks: () => ({ AFK_SLACK_BOT_TOKEN: 'xoxb-wrong' }),
    check: 'slack-token',
    verdict: 'fail',
    message: /Slack says invalid_auth/,
    remedy: /AFK_SLACK_BOT_TOKEN/,
  },
  {
    name: 'a Slack channel that is not there',
    breaks: () => ({ AFK_SLACK_CHANNEL: 'C099999999' }),
    check: 'slack-channel',
    verdict: 'fail',
    message: /no such channel \(channel_not_found\)/,
    remedy: /AFK_SLACK_CHANNEL/,
  },
  {
    name: 'a Slack that may not be asked about channels',
    breaks: () => {
      rig.slack.faults.add({ method: 'conversations.info', kind: { error: 'missing_scope' } })
      return {}
    },
    check: 'slack-channel',
    verdict: 'warn',
    message: /missing_scope/,
    remedy: /channels:read/,
  },
  {
    name: 'a cluster that does not let afk take its lease',
    breaks: () => {
      rig.cluster.state.grant(rig.cluster.token, [
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
      ])
      return {}
    },
    check: 'cluster-access',
    verdict: 'fail',
    message: /not allowed \(the lock of a program\)/,
    remedy: /grant "update" on leases.coordination.k8s.io in afk/,
    times: 2,
  },
  {
    name: 'reactions that the bot may not see, where GitHub works too',
    breaks: () => {
      withApproval('U000000ANN, mona')
      return {}
    },
    check: 'slack-reactions',
    verdict: 'warn',
    message: /lacks the scope reactions:read: a reaction on a doorbell is not seen; approval on GitHub works/,
    remedy: /add reactions:read to the Slack app and install it again/,
  },
  {
    name: 'reactions that the bot may not see, where nothing else approves',
    breaks: () => {
      withApproval('U000000ANN')
      return {}
    },
    check: 'slack-reactions',
    verdict: 'fail',
    message: /lacks the scope reactions:read.*nobody else may approve/,
    remedy: /reactions:read/,
  },
  {
    name: 'people in Slack who approve, and no Slack',
    breaks: () => {
      withApproval('U000000ANN')
      return { AFK_SLACK_BOT_TOKEN: '', AFK_SLACK_CHANNEL: '', AFK_SLACK_API_URL: '' }
    },
    check: 'slack-reactions',
    verdict: 'fail',
    message: /no Slack is configured: nobody there is asked/,
    remedy: /AFK_SLACK_BOT_TOKEN and AFK_SLACK_CHANNEL, or name GitHub logins/,
  },
  {
    name: 'no way to the cluster',
    breaks: () => ({ KUBECONFIG: '' }),
    check: 'cluster-access',
    verdict: 'fail',
    message: /nothing leads to a cluster/,
    remedy: /set KUBECONFIG/,
  },
  {
    name: 'a missing Lease',
    breaks: () => {
      rig.cluster.state.leases.delete('afk/afk-watcher')
      return {}
    },
    check: 'leases',
    verdict: 'fail',
    message: /no such Lease/,
    remedy: /manifests of deploy/,
  },
  {
    name: 'a rollout target that is not there',
    breaks: () => {
      rig.cluster.state.remove('Deployment', 'shop', 'web')
      return {}
    },
    check: 'rollout-targets',
    verdict: 'fail',
    message: /there is no Deployment shop\/web/,
    remedy: /correct rollout.kubernetes/,
  },
]

describe('afk doctor names, each with its remedy,', () => {
  it.each(breakages)('$name', async ({ breaks, check, verdict, message, remedy, times = 1 }) => {
    const said = await rig.doctor(await breaks(), '--json')
    const found = findingsOf(said).filter((finding) => finding.check === check && finding.verdict === verdict)
    expect(found, said.out).toHaveLength(times)
    expect(found[0]?.message).toMatch(message)
    expect(found[0]?.remedy).toMatch(remedy)
    expect(said.code).toBe(verdict === 'fail' ? 1 : 0)
  })

  it('clocks that differ', async () => {
    const now = rig.stage.world.github.clock.now() - 90_000
    const said = await runDesk(['doctor', '--json'], rig.env, { now: () => now })
    expect(findingsOf(said).filter(({ check }) => check === 'clocks')).toEqual([
      {
        check: 'clocks',
        area: 'clocks',
        verdict: 'warn',
        subject: 'GitHub',
        message: "its clock is 90 s ahead of this machine's",
        remedy: 'set both clocks by NTP; if only this machine is wrong, afk itself is not affected',
      },
      expect.objectContaining({ verdict: 'warn', subject: 'T3' }),
    ])
  })

  it('a T3 token that ends this week', async () => {
    // The sandbox gives its tokens 30 days.
    await rig.stage.pass(27 * 24 * 3600)
    const said = await rig.doctor({}, '--json')
    expect(findingsOf(said).find(({ check }) => check === 't3-token')).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/^the token for T3 ends in 2 d/),
      remedy: expect.stringContaining('t3 auth session issue'),
    })
  })

  it('a bot that may not post', async () => {
    const mute = await startSlack({ scopes: ['channels:read'] })
    const said = await rig.doctor({ AFK_SLACK_API_URL: mute.apiUrl, AFK_SLACK_BOT_TOKEN: mute.token }, '--json')
    await mute.close()
    expect(findingsOf(said).find(({ check }) => check === 'slack-token')).toMatchObject({
      verdict: 'fail',
      message: 'the bot lacks the scope chat:write: it cannot ring',
    })
    expect(findingsOf(said).find(({ check }) => check === 'slack-channel')).toMatchObject({
      verdict: 'skipped',
      message: 'not before slack-token is mended',
    })
  })

  it.each([
    [['chat:write', 'channels:read', 'channels:history', 'reactions:read'], 'ok', /are seen/],
    [['chat:write', 'channels:read', 'reactions:read'], 'warn', /lacks the scope channels:history/],
    [['chat:write', 'channels:read'], 'warn', /lacks the scope reactions:read and channels:history/],
    [['chat:write', 'reactions:read'], 'warn', /lacks the scope channels:history or groups:history/],
    [['chat:write', 'reactions:read', 'groups:history'], 'ok', /are seen/],
  ])('what a bot with %j lacks for reactions', async (scopes, verdict, message) => {
    const slack = await startSlack({ scopes })
    withApproval('U000000ANN, mona')
    const said = await rig.doctor({ AFK_SLACK_API_URL: slack.apiUrl, AFK_SLACK_BOT_TOKEN: slack.token }, '--json')
    await slack.close()
    expect(findingsOf(said).filter(({ check }) => check === 'slack-reactions')).toEqual([
      expect.objectContaining({ verdict, message: expect.stringMatching(message) as unknown }),
    ])
  })

  it('every problem of the configuration at once, and looks at nothing else', async () => {
    const said = await rig.doctor(
      { AFK_T3_URL: 'ftp://x', AFK_STALL_SECONDS: 'long', AFK_KILL_SWITCH: 'maybe' },
      '--json',
    )
    const findings = findingsOf(said)
    expect(
      findings
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual(['AFK_KILL_SWITCH', 'AFK_T3_URL', 'stallSeconds'])
    expect(
      findings
        .filter(({ verdict }) => verdict !== 'fail')
        .every(({ message }) => message === 'not before the configuration is mended'),
    ).toBe(true)
    expect(rig.stage.github.requests).toEqual([])
    expect(said.code).toBe(1)
  })
})
