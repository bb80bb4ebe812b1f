import { describe, expect, it } from 'vitest'
import type { RolloutFacts } from '../../src/core/model.ts'
import type { RolloutTarget } from '../../src/core/policy.ts'
import { foldRollout } from '../../src/core/verdict/rollout-verdict.ts'
import { aWorkload, sha } from './builders.ts'

const kubernetes: Extract<RolloutTarget, { kind: 'kubernetes' }> = {
  kind: 'kubernetes',
  namespace: 'shop',
  workload: 'StatefulSet',
  name: 'web',
  image: 'shop:{sha}',
}
const deployment: RolloutTarget = { kind: 'githubDeployment', environment: 'production' }
const fold = (facts: RolloutFacts, target: RolloutTarget = kubernetes, descendants = [sha('a'), sha('b')]) =>
  foldRollout(target, facts, descendants)
const pending = (...waitingFor: string[]) => ({ kind: 'pending', waitingFor })
const green = { kind: 'green', notes: [] }

describe('any target', () => {
  it('none: nothing is asked for', () => {
    expect(fold(aWorkload({ deadlineExceeded: true }), { kind: 'none' })).toEqual(green)
  })

  it.each<[RolloutFacts, string]>([
    [{ kind: 'none' }, 'the rollout has not been read'],
    [{ kind: 'missing', what: 'Deployment shop/web' }, 'Deployment shop/web is not there'],
    [{ kind: 'forbidden', what: 'Deployment shop/web' }, 'Deployment shop/web may not be read by afk'],
  ])('%j is waited for', (facts, words) => {
    expect(fold(facts)).toEqual(pending(words))
    expect(fold(facts, deployment)).toEqual(pending(words))
  })

  it('another kind than configured is waited for', () => {
    const words = 'what was read is not the target that is configured'
    expect(fold(aWorkload(), deployment)).toEqual(pending(words))
    expect(fold({ kind: 'deployment', environment: 'production', sha: sha('a'), state: 'success' })).toEqual(
      pending(words),
    )
  })
})

describe('a workload', () => {
  it.each([
    ['the head', 'shop:{sha}', `registry.example/shop:${sha('a')}`],
    ['a descendant', 'shop:{sha}', `registry.example/shop:${sha('b')}`],
    ['a short name', 'shop:{shortSha}', `shop:${'a'.repeat(7)}`],
    ['a longer short name', 'shop:{shortSha}', `shop:${'a'.repeat(12)}`],
    ['both', '{shortSha}-{sha}', `x:${'a'.repeat(7)}-${sha('a')}`],
  ])('that runs %s is ours: %s', (_, image, running) => {
    expect(fold(aWorkload({ image: running }), { ...kubernetes, image })).toEqual(green)
  })

  it.each([
    ['another commit', 'shop:{sha}', `shop:${sha('c')}`],
    ['another image of that commit', 'shop:{sha}', `api:${sha('a')}`],
    ['a moving tag', 'shop:{sha}', 'shop:latest'],
    ['a template without a commit', 'shop:latest', 'shop:latest'],
  ])('that runs %s is not', (_, image, running) => {
    const facts = aWorkload({ image: running, deadlineExceeded: true })
    expect(fold(facts, { ...kubernetes, image })).toEqual(pending(`web runs another image: ${running}`))
  })

  it('of no known commit is not', () => {
    expect(fold(aWorkload(), kubernetes, [])).toMatchObject({ kind: 'pending' })
    expect(fold(aWorkload(), kubernetes, [''])).toMatchObject({ kind: 'pending' })
  })

  it('says nothing before its controller has seen the change, not even that it failed', () => {
    expect(fold(aWorkload({ generation: 5, deadlineExceeded: true }))).toEqual(
      pending('web: its controller has not seen the change yet'),
    )
    expect(fold(aWorkload({ observedGeneration: 5 }))).toEqual(green)
  })

  it('that made no progress is red, for the commit that it runs', () => {
    expect(fold(aWorkload({ image: `shop:${sha('b')}`, deadlineExceeded: true, ready: 0 }))).toEqual({
      kind: 'red',
      failing: ['rollout of StatefulSet shop/web'],
      judged: sha('b'),
    })
  })

  it.each([
    [{ updated: 1 }, ['web: 1 of 2 updated']],
    [{ ready: 0 }, ['web: 0 of 2 ready']],
    [{ available: 1 }, ['web: 1 of 2 available']],
    [{ updated: 1, ready: 1, available: 0 }, ['web: 1 of 2 updated', 'web: 1 of 2 ready', 'web: 0 of 2 available']],
    [{ ready: 3 }, ['web: 3 of 2 ready']],
    [{ total: 3 }, ['web: 3 pods where 2 should be']],
  ])('with %j is waited for', (changes, words) => {
    expect(fold(aWorkload(changes))).toEqual(pending(...words))
  })

  it('that is scaled to zero has converged, and says so', () => {
    expect(fold(aWorkload({ replicas: 0, updated: 0, ready: 0, available: 0, total: 0 }))).toEqual({
      kind: 'green',
      notes: ['web is scaled to zero: nothing runs'],
    })
  })
})

describe('a GitHub deployment', () => {
  const facts = (state: 'success' | 'failure' | 'pending', of = sha('b')): RolloutFacts => ({
    kind: 'deployment',
    environment: 'production',
    sha: of,
    state,
  })

  it('of the head or a descendant decides', () => {
    expect(fold(facts('success'), deployment)).toEqual(green)
    expect(fold(facts('pending'), deployment)).toEqual(pending('deployment to production is not over'))
    expect(fold(facts('failure'), deployment)).toEqual({
      kind: 'red',
      failing: ['deployment to production'],
      judged: sha('b'),
    })
  })

  it('of another commit does not', () => {
    const words = pending(`deployment to production is of another commit: ${'c'.repeat(10)}`)
    expect(fold(facts('failure', sha('c')), deployment)).toEqual(words)
    expect(fold(facts('success', sha('c')), deployment)).toEqual(words)
  })
})
