import type { GlobalPolicy, Policy, RepoPolicy } from '../../src/core/policy.ts'

/** The defaults of SPEC 4. */
export function aPolicy(changes: Partial<RepoPolicy> = {}): RepoPolicy {
  return {
    landing: 'push',
    merge: 'auto',
    mergeMethod: 'squash',
    mergeMaxSeconds: 604_800,
    review: { rounds: 1 },
    approval: { before: [], by: [] },
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
    maxQuestions: 3,
    questionMaxSeconds: 86_400,
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
    ...changes,
  }
}

/** One policy for every repo. */
export function thePolicy(repo: Partial<RepoPolicy> = {}, global: Partial<GlobalPolicy> = {}): Policy {
  const resolved = aPolicy(repo)
  return { maxConcurrentRuns: 5, maxDispatchPerTick: 3, maxRunsPerDay: 50, ...global, repo: () => resolved }
}
