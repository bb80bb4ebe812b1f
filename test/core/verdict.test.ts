import { describe, expect, it } from 'vitest'
import type { Check, CheckConclusion } from '../../src/core/model.ts'
import { foldVerdict, signatureOf, type VerdictFacts } from '../../src/core/verdict/verdict.ts'
import { aCheck, aStatus, aWorkload, dawn, minute, sha, theChecks, verdictFacts } from './builders.ts'

const fold = (changes: Partial<VerdictFacts>) => foldVerdict(verdictFacts(changes))
const policyWith = (changes: Partial<VerdictFacts['policy']>) => ({ ...verdictFacts().policy, ...changes })
const required = (...requiredChecks: string[]) => policyWith({ requiredChecks })
const green = { kind: 'green', judged: sha('a'), notes: [] }

describe('CI without required checks: all that exist', () => {
  it('is green when all are good', () => {
    const checks = theChecks([
      aCheck(),
      aCheck({ name: 'lint', conclusion: 'neutral' }),
      aCheck({ name: 'docs', conclusion: 'skipped' }),
      aStatus({ name: 'ci/legacy' }),
    ])
    expect(fold({ checks })).toEqual(green)
  })

  it('waits for a first check', () => {
    expect(fold({ checks: theChecks([]) })).toEqual({ kind: 'pending', stage: 'ci', why: 'no-check', waitingFor: [] })
  })

  it('waits for the last one', () => {
    const checks = theChecks([
      aCheck(),
      aStatus({ name: 'z', conclusion: null }),
      aCheck({ name: 'a', conclusion: null }),
      aCheck({ name: 'a', conclusion: null }),
    ])
    expect(fold({ checks })).toEqual({ kind: 'pending', stage: 'ci', why: 'running', waitingFor: ['a', 'z'] })
  })

  it.each<[why: string, checks: readonly Check[], now: number, expected: string]>([
    ['nothing else is left', [aCheck()], dawn + 60_000, 'held'],
    ['something else runs', [aCheck({ conclusion: null })], dawn + 60_000, 'running'],
    ['something else is in a state unknown', [aCheck({ conclusion: 'unknown' })], dawn + 60_000, 'running'],
    ['something else timed out', [aCheck({ conclusion: 'timed-out' })], dawn + 60_000, 'running'],
    ['checks may still come late', [aCheck()], dawn + 60_000 - 1, 'running'],
  ])('waits for a deployment that is held back: %s', (_why, others, at, why) => {
    const deploy = aCheck({ name: 'deploy', conclusion: null, held: true })
    const found = fold({ checks: theChecks([deploy, ...others]), now: at })
    expect(found).toMatchObject({ kind: 'pending', stage: 'ci', why })
    expect(found).toHaveProperty('waitingFor', expect.arrayContaining(['deploy']))
  })

  it('waits until checks that come late had time to', () => {
    expect(fold({ now: dawn + 60_000 - 1 })).toEqual({ kind: 'pending', stage: 'ci', why: 'settling', waitingFor: [] })
    expect(fold({ now: dawn + 60_000 })).toEqual(green)
  })

  it('is red at once for a failure of the code, whatever still runs', () => {
    const failing = aCheck({ conclusion: 'failure' })
    const checks = theChecks([aCheck({ name: 'lint', conclusion: null }), failing])
    expect(fold({ checks, now: dawn })).toEqual({
      kind: 'red',
      stage: 'ci',
      failing: ['test'],
      failingChecks: [failing],
      infrastructureOnly: false,
      superseded: false,
      rerunDone: false,
      signature: signatureOf('ci', ['test']),
      judged: sha('a'),
    })
  })

  it('names what failed once, in order', () => {
    const names = ['b', 'a', 'b', 'A']
    const checks = theChecks(names.map((name, job) => aCheck({ name, job, conclusion: 'failure' })))
    expect(fold({ checks })).toMatchObject({
      failing: ['A', 'a', 'b'],
      failingChecks: [{ name: 'A' }, { name: 'a' }, { name: 'b' }, { name: 'b' }],
    })
  })

  it('needs none where the repo has no CI', () => {
    const policy = policyWith({ ci: 'none', requiredChecks: ['test'] })
    expect(fold({ policy, checks: theChecks([aCheck({ conclusion: 'failure' })]), now: dawn })).toEqual({
      ...green,
      notes: ['no CI is configured'],
    })
  })
})

describe('conclusions', () => {
  it.each<[CheckConclusion, 'check-run' | 'status', string]>([
    ['success', 'check-run', 'green'],
    ['neutral', 'check-run', 'green'],
    ['skipped', 'check-run', 'green'],
    ['success', 'status', 'green'],
    ['failure', 'check-run', 'code'],
    ['startup-failure', 'check-run', 'code'],
    ['action-required', 'check-run', 'code'],
    ['failure', 'status', 'code'],
    ['timed-out', 'status', 'code'],
    ['timed-out', 'check-run', 'infrastructure'],
    ['stale', 'check-run', 'infrastructure'],
    ['cancelled', 'check-run', 'infrastructure'],
    ['unknown', 'check-run', 'pending'],
    ['unknown', 'status', 'pending'],
  ])('%s of a %s is %s', (conclusion, kind, expected) => {
    const verdict = fold({ checks: theChecks([aCheck({ conclusion, kind })]) })
    const said = verdict.kind === 'red' ? (verdict.infrastructureOnly ? 'infrastructure' : 'code') : verdict.kind
    expect(said).toBe(expected)
  })

  it("one failure of the code makes all of it the code's", () => {
    const checks = theChecks([aCheck({ conclusion: 'timed-out' }), aCheck({ name: 'lint', conclusion: 'failure' })])
    expect(fold({ checks })).toMatchObject({ kind: 'red', infrastructureOnly: false, failing: ['lint', 'test'] })
  })

  it.each<[string, CheckConclusion | null]>([
    ['runs', null],
    ['is unknown', 'unknown'],
  ])(
    "failures of the infrastructure wait while another check %s: it may be the code's, and nothing can be run again yet",
    (_, conclusion) => {
      const checks = theChecks([aCheck({ conclusion: 'timed-out' }), aCheck({ name: 'lint', conclusion })])
      expect(fold({ checks })).toMatchObject({ kind: 'pending', why: 'running', waitingFor: ['lint'] })
    },
  )
})

describe('CI with required checks', () => {
  it('needs no settling, and nothing of the others', () => {
    const checks = theChecks([
      aCheck(),
      aCheck({ name: 'flaky', conclusion: 'failure' }),
      aCheck({ name: 'slow', conclusion: null }),
    ])
    expect(fold({ policy: required('test'), checks, now: dawn })).toEqual(green)
  })

  it('waits for one that is missing, by its exact name', () => {
    expect(fold({ policy: required('test', 'Lint'), checks: theChecks([aCheck(), aCheck({ name: 'lint' })]) })).toEqual(
      {
        kind: 'pending',
        stage: 'ci',
        why: 'required-missing',
        waitingFor: ['Lint'],
      },
    )
  })

  it('a deployment that is held back is one like any other: alone, with one missing, and not required', () => {
    const checks = theChecks([aCheck(), aCheck({ name: 'deploy', conclusion: null, held: true })])
    expect(fold({ policy: required('test', 'deploy'), checks, now: dawn })).toMatchObject({ why: 'held' })
    expect(fold({ policy: required('deploy', 'smoke'), checks })).toMatchObject({ why: 'required-missing' })
    expect(fold({ policy: required('test'), checks })).toEqual(green)
  })

  it('waits for all that run or are missing', () => {
    const checks = theChecks([aCheck({ conclusion: null })])
    expect(fold({ policy: required('test', 'lint'), checks })).toMatchObject({
      why: 'running',
      waitingFor: ['lint', 'test'],
    })
  })

  it('has no check at all, which is another thing than one that is missing', () => {
    expect(fold({ policy: required('test'), checks: theChecks([]) })).toMatchObject({
      why: 'no-check',
      waitingFor: ['test'],
    })
  })

  it('takes a status as well as a check run', () => {
    expect(fold({ policy: required('test'), checks: theChecks([aStatus()]) })).toEqual(green)
  })

  it('needs each of one name to be good', () => {
    const checks = theChecks([aCheck(), aStatus({ conclusion: 'failure' })])
    expect(fold({ policy: required('test'), checks })).toMatchObject({ kind: 'red', failing: ['test'] })
  })

  it('is red for a required one at once, though another is missing', () => {
    const checks = theChecks([aCheck({ conclusion: 'failure' })])
    expect(fold({ policy: required('test', 'lint'), checks })).toMatchObject({ kind: 'red', failing: ['test'] })
  })
})

describe('cancelled by a later commit that contains ours', () => {
  const checks = theChecks([aCheck(), aCheck({ name: 'lint', conclusion: 'cancelled' })])
  const later = (conclusion: CheckConclusion | null, ours = false) => ({
    sha: sha('b'),
    ours,
    checks: theChecks([aCheck({ conclusion }), aCheck({ name: 'lint' })], { sha: sha('b') }),
  })
  /** Its files concern other workflows. */
  const docs = (conclusion: CheckConclusion | null) => ({
    sha: sha('b'),
    ours: false,
    checks: theChecks([aCheck({ name: 'docs', conclusion })], { sha: sha('b') }),
  })

  it('is not green with a commit that what was cancelled never ran on: ours is to be run again', () => {
    const own = { kind: 'red', judged: sha('a'), failing: ['lint'], infrastructureOnly: true, superseded: false }
    expect(fold({ checks, later: docs('success') })).toMatchObject({ ...own, rerunDone: false })
    expect(fold({ checks, later: docs('success'), policy: required('lint') })).toMatchObject(own)
    // It may be on its way.
    expect(fold({ checks, later: docs(null) })).toMatchObject({ kind: 'pending', why: 'running' })
    expect(fold({ checks, later: docs('failure') })).toMatchObject({ ...own, judged: sha('b'), superseded: true })
  })

  it('is green with that commit', () => {
    expect(fold({ checks, later: later('success') })).toEqual({
      kind: 'green',
      judged: sha('b'),
      notes: [`judged by the later commit ${'b'.repeat(10)}`],
    })
  })

  it('waits with that commit', () => {
    expect(fold({ checks, later: later(null) })).toMatchObject({
      kind: 'pending',
      why: 'running',
      waitingFor: ['test'],
    })
  })

  it('is red with that commit when it is ours', () => {
    expect(fold({ checks, later: later('failure', true) })).toMatchObject({
      kind: 'red',
      judged: sha('b'),
      failing: ['test'],
      infrastructureOnly: false,
      superseded: false,
    })
  })

  it("can be anybody's fault when it is not ours: our own checks are to be run again", () => {
    expect(fold({ checks, later: later('failure') })).toMatchObject({
      kind: 'red',
      judged: sha('b'),
      failing: ['lint'],
      failingChecks: [{ name: 'lint' }],
      infrastructureOnly: true,
      superseded: true,
      rerunDone: false,
    })
  })

  it('cancelled once more after its rerun it says no more than before', () => {
    const again = { ...checks, attempt: 2 }
    expect(fold({ checks: again, later: later('failure') })).toMatchObject({ superseded: true, rerunDone: true })
    expect(fold({ checks: again, later: later('success') })).toMatchObject({ kind: 'green', judged: sha('b') })
  })

  it('stands for itself without a later commit, or when more than a cancelling went wrong', () => {
    const own = { kind: 'red', judged: sha('a'), failing: ['lint'], infrastructureOnly: true, superseded: false }
    expect(fold({ checks })).toMatchObject({ ...own, rerunDone: false })
    const timedOut = theChecks([aCheck({ conclusion: 'timed-out' }), aCheck({ name: 'lint', conclusion: 'cancelled' })])
    expect(fold({ checks: timedOut, later: later('success') })).toMatchObject({ kind: 'red', judged: sha('a') })
    const failed = theChecks([aCheck({ conclusion: 'failure' }), aCheck({ name: 'lint', conclusion: 'cancelled' })])
    expect(fold({ checks: failed, later: later('success') })).toMatchObject({ kind: 'red', infrastructureOnly: false })
  })

  it('looks at no later commit while it is green or waits itself', () => {
    expect(fold({ later: later('failure') })).toEqual(green)
    expect(fold({ checks: theChecks([]), later: later('success') })).toMatchObject({ kind: 'pending', why: 'no-check' })
  })
})

describe('after a rerun', () => {
  const checks = theChecks([aCheck({ conclusion: 'timed-out' })])
  const rerun = { head: sha('a'), at: dawn, refused: false }

  it('waits for the new attempt to show, for the grace at most', () => {
    const waiting = { kind: 'pending', stage: 'ci', why: 'rerun', waitingFor: ['test'] }
    expect(fold({ checks, rerun, now: dawn + 15 * minute - 1 })).toEqual(waiting)
    expect(fold({ checks, rerun, now: dawn + 15 * minute })).toMatchObject({
      kind: 'red',
      infrastructureOnly: true,
      rerunDone: true,
    })
  })

  it('takes what is pending or green for the new attempt: the old one was red', () => {
    expect(fold({ rerun })).toEqual(green)
    expect(fold({ checks: theChecks([aCheck({ conclusion: null })]), rerun })).toMatchObject({ why: 'running' })
  })

  it('judges the new attempt as soon as it shows', () => {
    expect(fold({ checks: theChecks([aCheck()], { attempt: 2 }), rerun })).toEqual(green)
    expect(fold({ checks: { ...checks, attempt: 2 }, rerun })).toMatchObject({ kind: 'red', rerunDone: true })
  })

  it('waits for none that was refused, or was of another commit', () => {
    expect(fold({ checks, rerun: { ...rerun, refused: true } })).toMatchObject({ kind: 'red', rerunDone: false })
    expect(fold({ checks, rerun: { ...rerun, head: sha('f') } })).toMatchObject({ kind: 'red', rerunDone: false })
  })

  it('waits for that of our own later commit, too', () => {
    const cancelled = theChecks([aCheck({ conclusion: 'cancelled' })])
    const later = { sha: sha('b'), ours: true, checks: theChecks([aCheck({ conclusion: 'stale' })], { sha: sha('b') }) }
    const laterRerun = { ...rerun, head: sha('b') }
    expect(fold({ checks: cancelled, later, rerun: laterRerun })).toMatchObject({ kind: 'pending', why: 'rerun' })
    const again = { ...later, checks: { ...later.checks, attempt: 2 } }
    expect(fold({ checks: cancelled, later: again, rerun: laterRerun })).toMatchObject({
      kind: 'red',
      rerunDone: true,
      judged: sha('b'),
    })
  })
})

describe('the rollout', () => {
  const rollout = {
    kind: 'kubernetes',
    namespace: 'shop',
    workload: 'Deployment',
    name: 'web',
    image: '{sha}',
  } as const
  const policy = policyWith({ rollout })

  it('counts only when CI is green', () => {
    const facts = { policy, rollout: aWorkload({ deadlineExceeded: true }) }
    expect(fold({ ...facts, checks: theChecks([aCheck({ conclusion: null })]) })).toMatchObject({
      stage: 'ci',
      kind: 'pending',
    })
    expect(fold({ ...facts, checks: theChecks([aCheck({ conclusion: 'failure' })]) })).toMatchObject({
      stage: 'ci',
      kind: 'red',
    })
    expect(fold(facts)).toEqual({
      kind: 'red',
      stage: 'rollout',
      failing: ['rollout of Deployment shop/web'],
      failingChecks: [],
      infrastructureOnly: false,
      superseded: false,
      rerunDone: false,
      signature: signatureOf('rollout', ['rollout of Deployment shop/web']),
      judged: sha('a'),
    })
  })

  it('is waited for, and then green', () => {
    expect(fold({ policy, rollout: aWorkload({ ready: 1 }) })).toEqual({
      kind: 'pending',
      stage: 'rollout',
      why: 'rollout',
      waitingFor: ['web: 1 of 2 ready'],
    })
    expect(fold({ policy, rollout: aWorkload() })).toEqual(green)
  })
})

describe('signatureOf', () => {
  it('is of the names and the stage, not of their order or number', () => {
    expect(signatureOf('ci', ['b', 'a', 'b'])).toBe(signatureOf('ci', ['a', 'b']))
    expect(signatureOf('ci', ['a'])).toMatch(/^[0-9a-f]{64}$/u)
    expect(
      new Set([
        signatureOf('ci', ['a']),
        signatureOf('rollout', ['a']),
        signatureOf('ci', ['a', 'b']),
        signatureOf('ci', ['a,b']),
        signatureOf('ci', []),
      ]).size,
    ).toBe(5)
  })
})
