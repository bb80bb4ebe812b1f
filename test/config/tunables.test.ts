import { describe, expect, it } from 'vitest'

import { renderConfigTable } from '../../src/config/config-table.ts'
import { readEnvTunables } from '../../src/config/env-tunables.ts'
import { resolvePolicy } from '../../src/config/resolve-policy.ts'
import { TUNABLES } from '../../src/config/tunables.ts'
import { unknownVariables } from '../../src/config/unknown-variables.ts'

/** SPEC 4, written out: name in the file, variable, default as one would write it. A rename or a new default must fail here. */
const SPECIFIED: readonly (readonly [name: string, env: string, byDefault: string])[] = [
  ['maxConcurrentRuns', 'AFK_MAX_CONCURRENT_RUNS', '5'],
  ['maxDispatchPerTick', 'AFK_MAX_DISPATCH_PER_TICK', '3'],
  ['maxRunsPerDay', 'AFK_MAX_RUNS_PER_DAY', '50'],
  ['readyLabel', 'AFK_READY_LABEL', 'ready-for-agent'],
  ['inProgressLabel', 'AFK_IN_PROGRESS_LABEL', 'agent-in-progress'],
  ['humanLabel', 'AFK_HUMAN_LABEL', 'ready-for-human'],
  ['pickupDelaySeconds', 'AFK_PICKUP_DELAY_SECONDS', '60'],
  ['trustedPermissions', 'AFK_TRUSTED_PERMISSIONS', 'admin, maintain, write'],
  ['trustedActors', 'AFK_TRUSTED_ACTORS', ''],
  ['agentLogins', 'AFK_AGENT_LOGINS', ''],
  ['protectedPaths', 'AFK_PROTECTED_PATHS', '.github/**'],
  ['allowProtectedPaths', 'AFK_ALLOW_PROTECTED_PATHS', 'false'],
  ['defaultPriority', 'AFK_DEFAULT_PRIORITY', '100'],
  ['requireGreenBase', 'AFK_REQUIRE_GREEN_BASE', 'true'],
  ['fixForward.maxAttempts', 'AFK_FIX_FORWARD_MAX_ATTEMPTS', '5'],
  ['fixForward.maxSeconds', 'AFK_FIX_FORWARD_MAX_SECONDS', '3600'],
  ['fixForward.stagnationThreshold', 'AFK_FIX_FORWARD_STAGNATION_THRESHOLD', '3'],
  ['ciStartGraceSeconds', 'AFK_CI_START_GRACE_SECONDS', '900'],
  ['ciSettleSeconds', 'AFK_CI_SETTLE_SECONDS', '60'],
  ['ciMaxSeconds', 'AFK_CI_MAX_SECONDS', '5400'],
  ['rolloutMaxSeconds', 'AFK_ROLLOUT_MAX_SECONDS', '1800'],
  ['maxRunSeconds', 'AFK_MAX_RUN_SECONDS', '14400'],
  ['stallSeconds', 'AFK_STALL_SECONDS', '1800'],
  ['maxTurnRetries', 'AFK_MAX_TURN_RETRIES', '2'],
  ['retryBackoffSeconds', 'AFK_RETRY_BACKOFF_SECONDS', '300'],
  ['maxNudges', 'AFK_MAX_NUDGES', '1'],
  ['budgetUsd', 'AFK_BUDGET_USD', '100'],
  ['usdPerMillionTokens', 'AFK_USD_PER_MILLION_TOKENS', '6'],
  ['startGraceSeconds', 'AFK_START_GRACE_SECONDS', '300'],
  ['questionMaxSeconds', 'AFK_QUESTION_MAX_SECONDS', '86400'],
  ['maxQuestions', 'AFK_MAX_QUESTIONS', '3'],
  ['landing', 'AFK_LANDING', 'push'],
  ['merge', 'AFK_MERGE', 'auto'],
  ['mergeMethod', 'AFK_MERGE_METHOD', 'squash'],
  ['mergeMaxSeconds', 'AFK_MERGE_MAX_SECONDS', '604800'],
  ['review.rounds', 'AFK_REVIEW_ROUNDS', '1'],
  ['approval.before', 'AFK_APPROVAL_BEFORE', ''],
  ['approval.by', 'AFK_APPROVAL_BY', ''],
  ['model', 'AFK_MODEL', 'claude-sonnet-4-6'],
  ['instanceId', 'AFK_INSTANCE_ID', 'claudeAgent'],
  ['runtimeMode', 'AFK_RUNTIME_MODE', 'full-access'],
  ['workspaceBase', 'AFK_WORKSPACE_BASE', '/data'],
  ['notifyDone', 'AFK_NOTIFY_DONE', 'true'],
  ['archiveAfterSeconds', 'AFK_ARCHIVE_AFTER_SECONDS', '172800'],
  ['explainOnIssue', 'AFK_EXPLAIN_ON_ISSUE', 'true'],
]

const OTHER_VARIABLES = [
  'AFK_KILL_SWITCH',
  'AFK_ALLOWLIST',
  'AFK_DRAIN',
  'AFK_GATES_DIR',
  'AFK_GITHUB_API_URL',
  'AFK_GITHUB_TOKEN',
  'AFK_GITHUB_TOKEN_FILE',
  'AFK_GITHUB_APP_ID',
  'AFK_GITHUB_APP_PRIVATE_KEY_FILE',
  'AFK_GITHUB_APP_INSTALLATION_ID',
  'AFK_T3_URL',
  'AFK_T3_PUBLIC_URL',
  'AFK_T3_TOKEN',
  'AFK_T3_TOKEN_FILE',
  'AFK_SLACK_API_URL',
  'AFK_SLACK_CHANNEL',
  'AFK_SLACK_MENTION',
  'AFK_SLACK_BOT_TOKEN',
  'AFK_SLACK_BOT_TOKEN_FILE',
  'AFK_TICK_DEADLINE_SECONDS',
  'AFK_LOCK',
  'AFK_LEASE_NAMESPACE',
  'AFK_CONFIG_FILE',
  'AFK_LOG_LEVEL',
  'AFK_RECORD_DIR',
]

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))

describe('the tunables of SPEC 4', () => {
  it('are these, under these variables, with these defaults', () => {
    const shared = TUNABLES.filter(({ scope }) => scope !== 'repo-only')
    expect(shared.map(({ name, env, byDefault }) => [name, env, shown(byDefault)])).toEqual(SPECIFIED)
  })

  it('are global only where SPEC 4 says so, and these belong to a repo only', () => {
    const of = (scope: string) => TUNABLES.filter((tunable) => tunable.scope === scope).map(({ name }) => name)
    expect(of('global')).toEqual(['maxConcurrentRuns', 'maxDispatchPerTick', 'maxRunsPerDay'])
    expect(of('repo-only')).toEqual(['requiredChecks', 'ci', 'rollout', 'commands', 'instructions'])
  })

  it('have defaults that their own schema accepts', () => {
    for (const { name, schema, byDefault } of TUNABLES)
      expect([name, schema.safeParse(byDefault).success]).toEqual([name, true])
  })

  it.each(SPECIFIED.filter(([, , byDefault]) => byDefault !== ''))('%s can be set by %s', (name, env, byDefault) => {
    const { layer, problems } = readEnvTunables({ [env]: byDefault })
    expect(problems).toEqual([])
    expect(shown(layer.get(name)?.value)).toBe(byDefault)
  })

  it('resolve to the policy of the core when nothing is set', () => {
    const policy = resolvePolicy(new Map(), new Map())
    expect(policy).toMatchObject({ maxConcurrentRuns: 5, maxDispatchPerTick: 3, maxRunsPerDay: 50 })
    expect(policy.repo('any/repo')).toEqual({
      labels: { ready: 'ready-for-agent', inProgress: 'agent-in-progress', human: 'ready-for-human' },
      pickupDelaySeconds: 60,
      trustedPermissions: ['admin', 'maintain', 'write'],
      trustedActors: [],
      agentLogins: [],
      protectedPaths: ['.github/**'],
      allowProtectedPaths: false,
      defaultPriority: 100,
      requireGreenBase: true,
      fixForward: { maxAttempts: 5, maxSeconds: 3600, stagnationThreshold: 3 },
      ciStartGraceSeconds: 900,
      ciSettleSeconds: 60,
      ciMaxSeconds: 5400,
      rolloutMaxSeconds: 1800,
      maxRunSeconds: 14_400,
      stallSeconds: 1800,
      maxTurnRetries: 2,
      retryBackoffSeconds: 300,
      maxNudges: 1,
      budgetUsd: 100,
      usdPerMillionTokens: 6,
      startGraceSeconds: 300,
      questionMaxSeconds: 86_400,
      maxQuestions: 3,
      landing: 'push',
      merge: 'auto',
      mergeMethod: 'squash',
      mergeMaxSeconds: 604_800,
      review: { rounds: 1 },
      approval: { before: [], by: [] },
      model: 'claude-sonnet-4-6',
      instanceId: 'claudeAgent',
      runtimeMode: 'full-access',
      workspaceBase: '/data',
      notifyDone: true,
      archiveAfterSeconds: 172_800,
      explainOnIssue: true,
      requiredChecks: [],
      ci: 'checks',
      rollout: { kind: 'none' },
      commands: { setup: [], test: [], lint: [] },
      instructions: '',
    })
  })
})

describe('variables', () => {
  it('that SPEC names are known', () => {
    const names = [...SPECIFIED.map(([, env]) => env), ...OTHER_VARIABLES]
    expect(unknownVariables(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([])
  })

  it('that are unknown warn, by name only, sorted, with the nearest name', () => {
    const env = {
      AFK_READI_LABEL: 's3cret',
      AFK_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
      AFK_: 'x',
      OTHER: 'x',
      AFK_BLANK: ' ',
    }
    expect(unknownVariables(env).map(({ message }) => message)).toEqual([
      'AFK_ is not known and has no effect',
      'AFK_PORT_3000_TCP is not known and has no effect',
      'AFK_READI_LABEL is not known and has no effect; did you mean AFK_READY_LABEL?',
    ])
  })
})

describe('renderConfigTable', () => {
  const rows = renderConfigTable().split('\n')

  it.each(SPECIFIED)('has %s once, with its variable and default', (name, env, byDefault) => {
    const own = rows.filter((row) => row.startsWith(`| \`${name}\` |`))
    expect(own).toHaveLength(1)
    expect(own[0]).toContain(`| \`${env}\` | ${byDefault === '' ? 'empty' : `\`${byDefault}\``} |`)
  })

  it.each(OTHER_VARIABLES)('has %s once', (name) => {
    expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`))).toHaveLength(1)
  })

  it('has every repo-only name once, and every row has the cells of its head', () => {
    for (const name of ['requiredChecks', 'ci', 'rollout', 'commands', 'instructions']) {
      expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`))).toHaveLength(1)
    }
    const cells = (row: string) => row.split(/(?<!\\)\|/).length
    for (const table of renderConfigTable().split('\n\n')) {
      const [head = '', ...others] = table.split('\n')
      for (const row of others) expect(cells(row)).toBe(cells(head))
    }
  })
})
