import type { Card, Outcome, Red, Turn } from '../../src/core/card/card.ts'
import type { Check, CommitChecks, RolloutFacts } from '../../src/core/model.ts'
import type { VerdictFacts } from '../../src/core/verdict/verdict.ts'

/** Facts as the services give them, each changed where a test needs it. */

export const minute = 60_000
/** 2026-11-21 05:00 UTC. */
export const dawn = 1_795_237_200_000
export const sha = (letter: string): string => letter.repeat(40)

export function aCard(changes: Partial<Card> = {}): Card {
  return {
    runId: '0d9d7b4e-5d2e-5c4b-9f3a-1b2c3d4e5f60',
    repo: 'acme/shop',
    issue: 42,
    epoch: 'LE_lADOABCDEF4',
    epochAt: dawn - 2 * minute,
    startedAt: dawn,
    base: sha('b'),
    phase: 'worktree',
    phases: { worktree: dawn },
    head: null,
    firstRedAt: null,
    turns: [aTurn()],
    reds: [],
    rerun: null,
    bells: {},
    absentSince: null,
    tokens: 0,
    links: { thread: 'https://t3.example/env-1/0d9d7b4e' },
    outcome: null,
    ...changes,
  }
}

export function aTurn(changes: Partial<Turn> = {}): Turn {
  return { purpose: 'start', attempt: 1, at: dawn, retry: false, refused: false, ...changes }
}

export function aRed(changes: Partial<Red> = {}): Red {
  return { head: sha('a'), signature: 'f'.repeat(64), failing: ['test'], after: 0, ...changes }
}

export function anOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'frozen',
    reason: 'stagnant',
    detail: 'test failed 3 times in a row',
    at: dawn,
    untold: false,
    ...changes,
  }
}

/** A run that went wrong in every way that a card shows. */
export function aFrozenCard(changes: Partial<Card> = {}): Card {
  return aCard({
    phase: 'CI',
    phases: {
      worktree: dawn,
      'tests-red': dawn + minute,
      green: dawn + 9 * minute,
      pushed: dawn + 10 * minute,
      CI: dawn + 12 * minute,
    },
    head: { sha: sha('c'), seenAt: dawn + 30 * minute, pathsClear: true },
    firstRedAt: dawn + 14 * minute,
    turns: [
      aTurn(),
      aTurn({ purpose: `fix:${sha('a')}`, at: dawn + 15 * minute }),
      aTurn({ purpose: 'continue', at: dawn + 20 * minute, retry: true }),
      aTurn({ purpose: `fix:${sha('c')}`, at: dawn + 32 * minute }),
      aTurn({ purpose: `fix:${sha('c')}`, attempt: 2, at: dawn + 50 * minute, refused: true }),
    ],
    reds: [aRed(), aRed({ head: sha('c'), failing: ['lint', 'test', 'e2e (a | b)', 'types', 'size'], after: 1 })],
    tokens: 1_234_567,
    links: {
      thread: 'https://t3.example/env-1/0d9d7b4e',
      commit: `https://github.com/acme/shop/commit/${sha('c')}`,
      ci: `https://github.com/acme/shop/commit/${sha('c')}/checks`,
    },
    outcome: anOutcome(),
    ...changes,
  })
}

export function aCheck(changes: Partial<Check> = {}): Check {
  return {
    name: 'test',
    kind: 'check-run',
    conclusion: 'success',
    url: 'https://github.com/acme/shop/actions/runs/7/job/8',
    workflowRun: 7,
    job: 8,
    ...changes,
  }
}

export function aStatus(changes: Partial<Check> = {}): Check {
  return aCheck({ kind: 'status', workflowRun: null, job: null, ...changes })
}

export function theChecks(checks: readonly Check[], changes: Partial<CommitChecks> = {}): CommitChecks {
  return { sha: sha('a'), checks, attempt: 1, ...changes }
}

type Workload = Extract<RolloutFacts, { kind: 'workload' }>

export function aWorkload(changes: Partial<Workload> = {}): Workload {
  return {
    kind: 'workload',
    name: 'web',
    image: `registry.example/shop:${sha('a')}`,
    generation: 4,
    observedGeneration: 4,
    replicas: 2,
    updated: 2,
    ready: 2,
    available: 2,
    total: 2,
    deadlineExceeded: false,
    ...changes,
  }
}

/** A green head, seen ten minutes ago. */
export function verdictFacts(changes: Partial<VerdictFacts> = {}): VerdictFacts {
  return {
    head: sha('a'),
    checks: theChecks([aCheck()]),
    later: null,
    policy: {
      ci: 'checks',
      requiredChecks: [],
      ciSettleSeconds: 60,
      ciStartGraceSeconds: 900,
      rollout: { kind: 'none' },
    },
    headSeenAt: dawn,
    now: dawn + 10 * minute,
    rerun: null,
    rollout: { kind: 'none' },
    descendants: [sha('a')],
    ...changes,
  }
}
