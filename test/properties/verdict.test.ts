import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Check, CheckConclusion, CommitChecks, RolloutFacts } from '../../src/core/model.ts'
import type { RolloutTarget } from '../../src/core/policy.ts'
import { foldVerdict, type VerdictFacts } from '../../src/core/verdict/verdict.ts'
import { sha } from '../core/builders.ts'

const runs = { numRuns: 3000 }
const name = fc.oneof(fc.constantFrom('test', 'lint', 'build'), fc.string({ unit: 'binary', maxLength: 4 }))
const commit = fc.constantFrom(sha('a'), sha('b'), sha('c'), '')
const conclusion = fc.constantFrom<CheckConclusion | null>(
  null,
  'success',
  'neutral',
  'skipped',
  'failure',
  'cancelled',
  'timed-out',
  'stale',
  'startup-failure',
  'action-required',
  'unknown',
)
const check: fc.Arbitrary<Check> = fc
  .record({
    name,
    kind: fc.constantFrom('check-run' as const, 'status' as const),
    conclusion,
    url: fc.option(fc.constant('https://x.example')),
    workflowRun: fc.option(fc.nat(3)),
    job: fc.option(fc.nat(3)),
    isHeld: fc.boolean(),
  })
  .map(({ isHeld, ...one }) => (isHeld && one.conclusion === null ? { ...one, held: true as const } : one))
const commitChecks: fc.Arbitrary<CommitChecks> = fc.record({
  sha: commit,
  checks: fc.array(check, { maxLength: 5 }),
  attempt: fc.integer({ min: 1, max: 3 }),
})
const some = fc.nat(3)
const rolloutFacts: fc.Arbitrary<RolloutFacts> = fc.oneof(
  fc.record({ kind: fc.constant('none' as const) }),
  fc.record({ kind: fc.constantFrom('missing' as const, 'forbidden' as const), what: name }),
  fc.record({
    kind: fc.constant('workload' as const),
    name,
    image: commit,
    generation: some,
    observedGeneration: some,
    replicas: some,
    updated: some,
    ready: some,
    available: some,
    total: some,
    deadlineExceeded: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('deployment' as const),
    environment: name,
    sha: commit,
    state: fc.constantFrom('success' as const, 'failure' as const, 'pending' as const),
  }),
)
const target: fc.Arbitrary<RolloutTarget> = fc.oneof(
  fc.record({ kind: fc.constant('none' as const) }),
  fc.record({
    kind: fc.constant('kubernetes' as const),
    namespace: name,
    workload: fc.constantFrom('Deployment' as const, 'StatefulSet' as const),
    name,
    image: fc.constantFrom('{sha}', '{shortSha}', 'latest'),
  }),
  fc.record({ kind: fc.constant('githubDeployment' as const), environment: name }),
)
const facts: fc.Arbitrary<VerdictFacts> = fc.record({
  head: commit,
  checks: commitChecks,
  later: fc.option(fc.record({ sha: commit, ours: fc.boolean(), checks: commitChecks })),
  policy: fc.record({
    ci: fc.constantFrom('checks' as const, 'none' as const),
    requiredChecks: fc.array(name, { maxLength: 2 }),
    ciSettleSeconds: fc.nat(100),
    ciStartGraceSeconds: fc.nat(100),
    rollout: target,
  }),
  headSeenAt: fc.nat(200_000),
  now: fc.nat(200_000),
  rerun: fc.option(fc.record({ head: commit, at: fc.nat(200_000), refused: fc.boolean() })),
  rollout: rolloutFacts,
  descendants: fc.array(commit, { maxLength: 3 }),
})

/** Milliseconds: enough for all runs on a busy machine. */
const slow = 60_000

describe('foldVerdict', () => {
  it(
    'has a verdict for everything, with sorted names and a reason to wait',
    () => {
      fc.assert(
        fc.property(facts, (input) => {
          const verdict = foldVerdict(input)
          const list = verdict.kind === 'red' ? verdict.failing : verdict.kind === 'pending' ? verdict.waitingFor : []
          if (verdict.kind === 'red' || (verdict.kind === 'pending' && verdict.stage === 'ci'))
            expect(list).toEqual([...new Set(list)].toSorted())
          if (verdict.kind === 'red') {
            expect(verdict.failing.length).toBeGreaterThan(0)
            expect(verdict.signature).toMatch(/^[0-9a-f]{64}$/u)
            expect(verdict.superseded && !verdict.infrastructureOnly).toBe(false)
          }
          if (verdict.kind === 'pending' && verdict.stage === 'rollout') expect(list.length).toBeGreaterThan(0)
        }),
        runs,
      )
    },
    slow,
  )

  it(
    'never looks at the order of checks',
    () => {
      const shuffled = facts.chain((input) =>
        fc.shuffledSubarray([...input.checks.checks], { minLength: input.checks.checks.length }).map((checks) => ({
          input,
          other: {
            ...input,
            checks: { ...input.checks, checks },
            policy: { ...input.policy, requiredChecks: input.policy.requiredChecks.toReversed() },
            later: input.later && {
              ...input.later,
              checks: { ...input.later.checks, checks: input.later.checks.checks.toReversed() },
            },
          },
        })),
      )
      fc.assert(
        fc.property(shuffled, ({ input, other }) => {
          expect(foldVerdict(other)).toEqual(foldVerdict(input))
        }),
        runs,
      )
    },
    slow,
  )

  it(
    'never becomes green by one more failing check',
    () => {
      const failing = check
        .map((one) => ({ ...one, conclusion: one.conclusion === 'success' ? ('failure' as const) : one.conclusion }))
        .filter(
          ({ conclusion: said }) => said !== null && !['neutral', 'skipped', 'unknown', 'cancelled'].includes(said),
        )
      fc.assert(
        fc.property(facts, failing, (input, one) => {
          const before = foldVerdict(input)
          const after = foldVerdict({ ...input, checks: { ...input.checks, checks: [...input.checks.checks, one] } })
          expect(before.kind !== 'green' && after.kind === 'green').toBe(false)
          // Where every check counts, it is not green at all.
          if (input.policy.ci === 'checks' && input.policy.requiredChecks.length === 0)
            expect(after.kind).not.toBe('green')
        }),
        runs,
      )
    },
    slow,
  )

  it(
    'waits for held deployments alone only where it would be green with them',
    () => {
      const late = fc.tuple(facts, fc.constantFrom('test', 'lint')).map(([input, only]) => {
        // Facts that settle this in any combination hardly ever leave nothing but what is held.
        const checks = input.checks.checks.map((one) =>
          one.conclusion === null ? one : { ...one, conclusion: 'success' as const },
        )
        const deploy = {
          name: 'deploy',
          kind: 'check-run',
          conclusion: null,
          url: null,
          workflowRun: 1,
          job: 1,
          held: true,
        } as const
        const policy = {
          ...input.policy,
          requiredChecks: input.policy.requiredChecks.length > 1 ? [only, 'deploy'] : [],
        }
        return { ...input, policy, rerun: null, checks: { ...input.checks, checks: [...checks, deploy] } }
      })
      let seen = 0
      fc.assert(
        fc.property(fc.oneof(facts, late), (input) => {
          const verdict = foldVerdict(input)
          if (verdict.kind !== 'pending' || verdict.why !== 'held') return
          seen += 1
          const over = ({ checks, ...of }: CommitChecks): CommitChecks => ({
            ...of,
            checks: checks.map((one) => (one.held === true ? { ...one, conclusion: 'success' } : one)),
          })
          const then = foldVerdict({
            ...input,
            policy: { ...input.policy, rollout: { kind: 'none' } },
            checks: over(input.checks),
            later: input.later && { ...input.later, checks: over(input.later.checks) },
          })
          expect(then.kind).toBe('green')
        }),
        { ...runs, seed: 16 },
      )
      expect(seen).toBeGreaterThan(100)
    },
    slow,
  )

  it(
    'is green only with a good check of each required name, on our commit or the later one',
    () => {
      fc.assert(
        fc.property(facts, (input) => {
          if (input.policy.ci === 'none' || foldVerdict(input).kind !== 'green') return
          const good = (checks: readonly Check[]) => {
            const counted =
              input.policy.requiredChecks.length === 0
                ? checks
                : checks.filter((one) => input.policy.requiredChecks.includes(one.name))
            return (
              counted.length > 0 &&
              counted.every((one) => ['success', 'neutral', 'skipped'].includes(String(one.conclusion))) &&
              input.policy.requiredChecks.every((wanted) => checks.some((one) => one.name === wanted))
            )
          }
          expect(good(input.checks.checks) || good(input.later?.checks.checks ?? [])).toBe(true)
        }),
        { numRuns: 10_000 },
      )
    },
    slow,
  )
})
