import { describe, expect, it } from 'vitest'
import { approvalCause } from '../../src/core/people/approval-rows.ts'
import { isUnclearYes } from '../../src/core/people/commands.ts'
import { onGithubCause } from '../../src/core/people/held-deployments.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard } from '../builders/card.ts'
import { aNo, anOpenPull, aYes, people } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aPushedRun, aRun, green, now, type RunChanges } from '../builders/run.ts'
import { minutes, sha } from '../builders/time.ts'

/** SPEC 16.2, 16.3: whoever says yes or no and is not understood sees that, once. */

const askedAt = now - minutes(5)
const policy = aPolicy({ approval: { before: ['merge'], by: ['maria'] } })
const run = (said: ReturnType<typeof aYes>, changes: RunChanges = {}): RunFacts =>
  aPushedRun(green, {
    landing: anOpenPull(),
    policy,
    card: aCard({ bells: { [approvalCause('merge', sha('a'))]: { at: askedAt } } }),
    people: people({ said: [said] }),
    ...changes,
  })
const unasked = { card: aCard() }

const receipts = (facts: RunFacts) =>
  planRun(facts, { kind: 'wait', code: 'approval-merge', facts: {} }, '').filter(({ kind }) => kind === 'comment.react')
const refused = [{ kind: 'comment.react', comment: 77, reaction: 'confused' }]

describe('is refused', () => {
  it.each([
    ['a yes to another commit', run(aYes({ head: sha('c'), at: now }))],
    ['such a yes before anybody was asked', run(aYes({ head: sha('c'), at: now }), unasked)],
    ['a no before anybody was asked', run(aNo({ at: now }), unasked)],
    ['a no from before the asking', run(aNo({ at: askedAt - 1 }))],
    ['a no while nothing is pushed', aRun({ policy, people: people({ said: [aNo({ at: now })] }) })],
    ['a yes without a commit', run(aYes({ at: now }), { people: people({ unclear: [77] }) })],
  ])('%s', (_, facts) => {
    expect(receipts(facts)).toEqual(refused)
  })
})

describe('is not refused', () => {
  it.each([
    ['a yes to this commit', run(aYes({ at: now }))],
    ['one before anybody was asked, which counts', run(aYes({ at: now }), unasked)],
    [
      'one while nothing is pushed, which may come to count',
      aRun({ policy, people: people({ said: [aYes({ at: now })] }) }),
    ],
    ['one from before this commit was there', run(aYes({ head: sha('c'), at: 5 }))],
    ['a no to what was asked', run(aNo({ at: askedAt }))],
    [
      'a no to a deployment that is held back at GitHub',
      run(aNo({ at: askedAt }), { card: aCard({ bells: { [onGithubCause(sha('a'))]: { at: askedAt } } }) }),
    ],
    ['what has its receipt', run(aNo({ at: now, receipted: true }), unasked)],
    ['a reaction in Slack', run(aNo({ at: null, via: 'slack', comment: null }), unasked)],
  ])('%s', (_, facts) => {
    expect(receipts(facts)).toEqual([])
  })
})

describe('isUnclearYes', () => {
  it.each([
    '/afk approve',
    '/afk approve ',
    '/afk  Approve HEAD',
    '/afk approve 0123',
    '/afk approve 0123abc please',
    '/afk approve\n0123abc',
  ])('%j means to approve and names no commit', (body) => {
    expect(isUnclearYes(body)).toBe(true)
  })

  it.each([
    '/afk approve 0123abc',
    '/afk approved 0123abc',
    '/afk reject',
    '/afk stop',
    'Please\n/afk approve',
    '/afk',
  ])('%j does not', (body) => {
    expect(isUnclearYes(body)).toBe(false)
  })
})
