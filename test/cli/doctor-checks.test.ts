import { describe, expect, it } from 'vitest'
import type { Check, Finding, Room } from '../../src/cli/doctor/check.ts'
import { clocks } from '../../src/cli/doctor/clocks.ts'
import { gates } from '../../src/cli/doctor/gates.ts'
import { githubAgents } from '../../src/cli/doctor/github-agents.ts'
import { githubApprovers } from '../../src/cli/doctor/github-approvers.ts'
import { githubBase } from '../../src/cli/doctor/github-base.ts'
import { githubCredential } from '../../src/cli/doctor/github-credential.ts'
import { githubLanding } from '../../src/cli/doctor/github-landing.ts'
import { githubLimit } from '../../src/cli/doctor/github-limit.ts'
import { githubRepos } from '../../src/cli/doctor/github-repos.ts'
import { leases } from '../../src/cli/doctor/leases.ts'
import { rolloutTargets } from '../../src/cli/doctor/rollout-targets.ts'
import { slackChannel } from '../../src/cli/doctor/slack-channel.ts'
import { t3Projects } from '../../src/cli/doctor/t3-projects.ts'
import { t3Server } from '../../src/cli/doctor/t3-server.ts'
import { t3Token } from '../../src/cli/doctor/t3-token.ts'
import { projectIdOf } from '../../src/core/ids.ts'
import { PortError } from '../../src/ports/errors.ts'

/** What services say that the sandbox cannot be brought to say: each check with the one answer that it is about. */

const now = Date.parse('2026-11-21T12:00:00Z')
const answers = (value: unknown) => async () => value

interface Answers {
  readonly tracker?: object
  readonly executor?: object
  readonly probe?: object
  readonly policy?: object
  readonly settled?: object
  readonly rollout?: object
  readonly ci?: object
  readonly base?: object | null
}

function aRoom({ tracker, executor, probe, policy, settled, rollout, ci, base }: Answers): Room {
  const room = {
    settled,
    repos: ['acme/shop'],
    world: { tracker, executor, rollout, ci },
    probe,
    policy: {
      repo: () => ({ workspaceBase: '/data', requiredChecks: [], ci: 'checks', approval: { before: [] }, ...policy }),
    },
    now: () => now,
    overview: answers({ base }),
    fixLabels: false,
  }
  return room as unknown as Room
}

const credential = (value: object) => ({
  tracker: { credential: answers({ scopes: null, expiresAt: null, ...value }) },
})
const granted = (other: object = {}) => ({
  metadata: 'read',
  issues: 'write',
  actions: 'write',
  contents: 'read',
  checks: 'read',
  statuses: 'read',
  deployments: 'read',
  ...other,
})
const self = { self: answers({ login: 'afk', kind: 'user' }) }
const access = { nameWithOwner: 'acme/shop', private: true, archived: false, hasIssues: true, permissions: null }
const repoProbe = (value: object, scopes: readonly string[] | null = null) => ({
  tracker: { credential: answers({ scopes }), repo: answers({ ...access, ...value }) },
})
const lease = (state: string) => ({
  settled: { config: { settings: { lock: { kind: 'lease', namespace: 'afk' } } } },
  probe: { cluster: { lease: answers(state) } },
})
const merging = (rules: object, policy: object = {}, permissions: object | null = null): Answers => ({
  policy: { landing: 'pull-request', merge: 'auto', mergeMethod: 'squash', ...policy },
  probe: {
    tracker: {
      repo: answers({ ...access, permissions }),
      mergeRules: answers({
        methods: ['squash', 'merge', 'rebase'],
        approvals: 0,
        linear: false,
        queue: false,
        ...rules,
      }),
    },
  },
  tracker: self,
})
const approving = (by: readonly string[], permission: object | null): Answers => ({
  policy: { approval: { before: ['merge'], by } },
  tracker: { ...self, permission: answers(permission) },
})
const kubernetes = { kind: 'kubernetes', namespace: 'shop', workload: 'Deployment', name: 'web', image: '{sha}' }
const channel = (value: object | null) => ({
  settled: { config: { settings: { slack: { channel: 'C1' } } } },
  probe: { notifier: value && { channel: answers(value) } },
})

const cases: readonly (readonly [string, Check, Answers, Finding['verdict'], RegExp])[] = [
  [
    'a fine-grained token',
    githubCredential,
    { probe: credential({ kind: 'fine-grained' }), tracker: self },
    'ok',
    /^a fine-grained token of afk, its end is not told; GitHub does not tell what it may: it needs Issues/,
  ],
  [
    'an App',
    githubCredential,
    { probe: credential({ kind: 'app' }), tracker: self },
    'ok',
    /^an installation of a GitHub App of afk/,
  ],
  [
    'an App that may do all',
    githubCredential,
    { probe: credential({ kind: 'app', permissions: granted() }), tracker: self },
    'ok',
    /^an installation of a GitHub App of afk, its end is not told$/,
  ],
  [
    'an App that may read only',
    githubCredential,
    { probe: credential({ kind: 'app', permissions: granted({ issues: 'read', actions: 'read' }) }), tracker: self },
    'fail',
    /^the installation of the App lacks issues to write \(it has read\), actions to write \(it has read\)$/,
  ],
  [
    'an App that may not merge',
    githubCredential,
    {
      probe: credential({ kind: 'app', permissions: granted({ checks: 'write' }) }),
      tracker: self,
      policy: { landing: 'pull-request', approval: { before: ['deploy'] } },
    },
    'fail',
    /lacks contents to write \(it has read\), deployments to write \(it has read\), pull_requests to write \(it has none\)$/,
  ],
  [
    'no account of agents',
    githubAgents,
    { tracker: self, policy: { agentLogins: [] } },
    'warn',
    /^agentLogins is empty: labels and comments of an agent/,
  ],
  [
    'an account of agents that is afk’s own',
    githubAgents,
    { tracker: self, policy: { agentLogins: ['robot', 'AFK[bot]'] } },
    'warn',
    /^agentLogins names AFK\[bot\], which is afk's own account/,
  ],
  [
    'an account of agents',
    githubAgents,
    { tracker: self, policy: { agentLogins: ['robot'] } },
    'ok',
    /^agents push as robot, never as afk$/,
  ],
  [
    'the login of gh, broad as it is',
    githubCredential,
    { probe: credential({ kind: 'oauth', scopes: ['repo', 'admin:org'] }), tracker: self },
    'ok',
    /^a login of a command line tool/,
  ],
  [
    'a token that lasts',
    githubCredential,
    { probe: credential({ kind: 'classic', scopes: ['repo'], expiresAt: now + 30 * 86_400_000 }), tracker: self },
    'ok',
    /it ends in 30 d$/,
  ],
  [
    'a token without any scope',
    githubCredential,
    { probe: credential({ kind: 'classic', scopes: [] }), tracker: self },
    'fail',
    /it has: none/,
  ],
  [
    'a token that has ended',
    githubCredential,
    { probe: credential({ kind: 'classic', expiresAt: now - 60_000 }), tracker: self },
    'fail',
    /has ended 1 min ago/,
  ],
  ['a limit that is not told', githubLimit, { tracker: { remaining: () => null } }, 'skipped', /does not tell/],
  [
    'a limit that is nearly spent',
    githubLimit,
    { tracker: { remaining: () => 0.05 } },
    'fail',
    /5 % .* below 10 % nothing is dispatched/,
  ],
  ['a limit that gets low', githubLimit, { tracker: { remaining: () => 0.2 } }, 'warn', /20 %/],
  ['a repo whose permissions are not told', githubRepos, { probe: repoProbe({}) }, 'ok', /private, may write/],
  [
    'a repo without issues',
    githubRepos,
    { probe: repoProbe({ hasIssues: false }) },
    'fail',
    /its issues are switched off/,
  ],
  [
    'a private repo for a public token',
    githubRepos,
    { probe: repoProbe({}, ['public_repo']) },
    'fail',
    /public_repo only/,
  ],
  [
    'a repo where afk may triage',
    githubRepos,
    { probe: repoProbe({ permissions: { pull: true, triage: true, push: false } }) },
    'fail',
    /may only triage there/,
  ],
  ['an empty repo', githubBase, { base: null }, 'fail', /no commit on its default branch/],
  [
    'a repo without CI',
    githubBase,
    { base: { branch: 'main', head: '0123456789', rollup: 'none' }, policy: { ci: 'none' } },
    'ok',
    /ci: none, so a push alone lands a run/,
  ],
  [
    'another version of T3',
    t3Server,
    { probe: { executor: { server: answers({ version: '0.1.0', supported: '0.0.28' }) } } },
    'warn',
    /^T3 Code 0\.1\.0; afk was measured on 0\.0\.28$/,
  ],
  [
    'a T3 that does not tell its version',
    t3Server,
    { probe: { executor: { server: answers({ version: null, supported: '0.0.28' }) } } },
    'warn',
    /of an unknown version/,
  ],
  [
    'a T3 that does not tell scopes',
    t3Token,
    { probe: { executor: { session: answers({ authenticated: true, scopes: null, expiresAt: null }) } } },
    'ok',
    /its end is not told/,
  ],
  [
    'a project that stands elsewhere',
    t3Projects,
    {
      executor: {
        threads: answers({ projects: [{ id: projectIdOf('acme/shop'), title: 'x', workspaceRoot: '/old/shop' }] }),
      },
    },
    'warn',
    /is in \/old\/shop, expected \/data\/acme__shop/,
  ],
  [
    'a channel by name',
    slackChannel,
    channel({ kind: 'hidden', why: 'it is configured by name, not by id' }),
    'warn',
    /by name/,
  ],
  [
    'an archived channel',
    slackChannel,
    channel({ kind: 'seen', name: 'ops', member: true, archived: true }),
    'fail',
    /#ops is archived/,
  ],
  [
    'a channel without the bot',
    slackChannel,
    channel({ kind: 'seen', name: 'ops', member: false, archived: false }),
    'warn',
    /no member of #ops/,
  ],
  ['no Slack', slackChannel, channel(null), 'skipped', /no Slack/],
  ['a Lease that may not be read', leases, lease('forbidden'), 'fail', /may not be read/],
  [
    'a lease and no cluster',
    leases,
    { ...lease('there'), probe: { cluster: null } },
    'skipped',
    /nothing leads to a cluster/,
  ],
  [
    'a rollout that may not be read',
    rolloutTargets,
    {
      policy: { rollout: kubernetes },
      rollout: { workload: answers({ kind: 'forbidden', what: 'Deployment shop/web' }) },
    },
    'fail',
    /may not be read/,
  ],
  [
    'a rollout by GitHub deployments',
    rolloutTargets,
    { policy: { rollout: { kind: 'githubDeployment', environment: 'production' } } },
    'skipped',
    /deployments to production/,
  ],
  [
    'landing by push',
    githubLanding,
    merging({ methods: [] }, { landing: 'push' }),
    'skipped',
    /^no repo lands by pull request$/,
  ],
  [
    'merges by people',
    githubLanding,
    merging({ methods: [] }, { merge: 'human' }),
    'ok',
    /^merge: human, so a person merges each pull request$/,
  ],
  [
    'an account that may not write',
    githubLanding,
    merging({ methods: [] }, {}, { pull: true, triage: true, push: false }),
    'skipped',
    /^afk may not write there, and so not merge$/,
  ],
  ['a repo that merges as configured', githubLanding, merging({}), 'ok', /^afk merges by squash$/],
  [
    'a branch that asks for a review',
    githubLanding,
    merging({ approvals: 1 }),
    'ok',
    /^afk merges by squash, and waits for an approving review first: afk gives none$/,
  ],
  ['a branch that asks for two', githubLanding, merging({ approvals: 2 }), 'ok', /waits for 2 approving reviews first/],
  [
    'a merge queue',
    githubLanding,
    merging({ queue: true, methods: ['merge'], linear: true }),
    'ok',
    /^afk hands over to its merge queue, which merges in its own way$/,
  ],
  [
    'a method that the repo does not allow',
    githubLanding,
    merging({ methods: ['rebase'] }),
    'warn',
    /^mergeMethod is squash, and the repo does not allow it: afk would merge by rebase instead$/,
  ],
  [
    'merge commits for a linear history',
    githubLanding,
    merging({ linear: true }, { mergeMethod: 'merge' }),
    'warn',
    /^mergeMethod is merge, and its default branch wants a linear history: each merge would be refused$/,
  ],
  [
    'merge commits alone for a linear history',
    githubLanding,
    merging({ linear: true, methods: ['merge'] }),
    'fail',
    /^it allows merge commits only, and its branch wants a linear history: nothing would land$/,
  ],
  [
    'a repo that merges nothing',
    githubLanding,
    merging({ methods: [] }),
    'fail',
    /^it allows no merge: nothing would land$/,
  ],
  [
    'approvals that nobody is asked for',
    githubApprovers,
    { policy: { approval: { before: [], by: ['mona'] } } },
    'skipped',
    /^no repo waits for the yes of somebody on GitHub$/,
  ],
  [
    'approvers in Slack alone',
    githubApprovers,
    approving(['U012ABCDEF'], null),
    'skipped',
    /^no repo waits for the yes of somebody on GitHub$/,
  ],
  [
    'an approver',
    githubApprovers,
    approving(['mona'], { permission: 'read', role: 'read' }),
    'ok',
    /^mona may say yes$/,
  ],
  [
    'an approver who is not there',
    githubApprovers,
    approving(['mona'], null),
    'fail',
    /^approval.by names mona, who is not there or has no access to the repo: nobody can approve$/,
  ],
  [
    'an approver without access, and one in Slack',
    githubApprovers,
    approving(['mona', 'U012ABCDEF'], { permission: 'none', role: 'none' }),
    'warn',
    /^approval.by names mona, who is not there or has no access to the repo$/,
  ],
  [
    'afk as the one who approves',
    githubApprovers,
    approving(['AFK'], { permission: 'write', role: 'write' }),
    'fail',
    /^approval.by names AFK, which is afk’s own account and never counts: nobody can approve$/,
  ],
  [
    'a fine-grained token that merges',
    githubCredential,
    { policy: { landing: 'pull-request' }, probe: credential({ kind: 'fine-grained' }), tracker: self },
    'ok',
    /it needs Issues, Pull requests, Contents, Actions and Deployments to write/,
  ],
  [
    'draining',
    gates,
    { settled: { gates: { killSwitch: false, drain: true, allowlist: [{ fullName: 'acme/shop' }] } } },
    'warn',
    /draining/,
  ],
]

describe('a check of afk doctor', () => {
  it.each(cases)('on %s', async (_name, check, given, verdict, message) => {
    const findings = await check.run(aRoom(given))
    expect(findings.every((finding) => finding.verdict === verdict)).toBe(true)
    expect(findings[0]?.message).toMatch(message)
    const mended = findings.every(({ remedy }) =>
      verdict === 'warn' || verdict === 'fail' ? remedy !== null : remedy === null,
    )
    expect(mended).toBe(true)
  })

  it('says nothing of a clock that it cannot read', async () => {
    const silent = async () => {
      throw new PortError('executor', 'threads', 'unavailable', 'down')
    }
    const room = aRoom({
      probe: { tracker: { credential: answers({}), now: () => null } },
      executor: { threads: silent, now: () => null },
    })
    expect((await clocks.run(room)).map(({ verdict, message }) => [verdict, message])).toEqual([
      ['skipped', 'its answers carry no Date'],
      ['skipped', 'it does not answer'],
    ])
  })

  it('lets a fault of its own through', async () => {
    const broken = async () => {
      throw new TypeError('a bug')
    }
    const room = aRoom({ probe: { tracker: { credential: answers({ scopes: null }), repo: broken } } })
    await expect(githubRepos.run(room)).rejects.toThrow('a bug')
  })
})
