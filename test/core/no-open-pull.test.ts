import { describe, expect, it } from 'vitest'
import { conversationTurns, openFindings, resolvedInSilence, sentAndPushed } from '../../src/core/landing/findings.ts'
import { landedHead } from '../../src/core/landing/landed-head.ts'
import { isRunBranch, pullVerdict, type Landing } from '../../src/core/landing/landing.ts'
import { findings, openPull } from '../../src/core/landing/landing-rows.ts'
import { mergeRow } from '../../src/core/landing/merge-row.ts'
import { reviewRow } from '../../src/core/landing/review-row.ts'
import { planApproval } from '../../src/core/people/plan-people.ts'
import { planAllow } from '../../src/core/people/plan-release.ts'
import type { FoundHead } from '../../src/core/run/find-head.ts'
import { aCard, runId } from '../builders/card.ts'
import { maria } from '../builders/issue.ts'
import { anOpenPull, aPull } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aCommit, aPushedRun, green, now } from '../builders/run.ts'
import { sha, t0 } from '../builders/time.ts'

/** SPEC 15.3: the rows of an open pull request have nothing to say of anything else. */

const thread = { id: 'PRRT_1', resolved: true, path: 'a.ts', line: 1, url: '', comments: [] }
const asks = [{ ...thread, resolved: false, comments: [{ author: maria, body: 'Why?', at: t0, own: false }] }]
const resolvedOwn = [{ id: 'PRRT_1', saidAt: t0 }]
const sent = { head: sha('c'), signature: 'one', threads: ['PRRT_1'], round: 0, at: now }
const open = { ...anOpenPull(), asks, resolvedOwn } as Landing
const facts = aPushedRun(green, {
  landing: open,
  policy: aPolicy({ landing: 'pull-request' }),
  card: aCard({ findings: [sent] }),
})

const others: readonly Landing[] = [
  { ...open, kind: 'merged' } as Landing,
  { ...open, kind: 'closed' } as Landing,
  { kind: 'none', pushed: null },
  { kind: 'ambiguous', numbers: [5, 6] },
  { kind: 'push' },
]

describe.each(others)('a landing that is $kind', (landing) => {
  const other = { ...facts, landing }

  it('has no findings', () => {
    expect([openFindings(facts), findings(facts)]).not.toContain(null)
    expect([openFindings(other), findings(other)]).toEqual([null, null])
    expect([resolvedInSilence(facts), sentAndPushed(facts)]).toEqual([['PRRT_1'], ['PRRT_1']])
    expect([resolvedInSilence(other), sentAndPushed(other)]).toEqual([[], []])
    expect([conversationTurns(open).size, conversationTurns(landing).size]).toEqual([1, 0])
  })

  it('is neither reviewed nor merged', () => {
    expect([reviewRow(facts)?.kind, mergeRow(facts)?.kind]).toEqual(['review', 'merge'])
    expect([openPull(other, 'idle'), reviewRow(other), mergeRow(other)]).toEqual([null, null, null])
  })
})

describe('without a head', () => {
  const headless = { ...facts, head: null }

  it('nothing is merged, and nobody is asked for a yes', () => {
    expect(mergeRow(headless)).toBeNull()
    expect(planApproval(facts, facts.card, 'merge')).not.toEqual([])
    expect(planApproval(headless, facts.card, 'merge')).toEqual([])
  })
})

it('a deployment is allowed in the name of who said yes', () => {
  const waiting = [{ workflowRun: 7, url: null, environments: [{ id: 3, name: 'live', mayApprove: true }] }]
  const yes = { what: 'deploy', head: sha('a'), decision: 'approved', by: 'maria', via: 'comment', at: now } as const
  const commentOf = (card = aCard()) => planAllow(card, waiting)
  expect(commentOf(aCard({ approvals: [yes] }))).toMatchObject([
    { environments: [3], comment: 'Approved by maria.' },
    { kind: 'card.write' },
  ])
  // The card that named them is gone.
  expect(commentOf()).toMatchObject([{ comment: 'Approved by somebody.' }, { kind: 'card.write' }])
})

describe('the head of a landing', () => {
  const policy = aPolicy({ agentLogins: ['agent'] })
  const onBranch: FoundHead = { head: aCommit(), own: [], later: [], pushedOnTop: [], revertedBy: null }
  const headOf = (landing: Landing, commits = [aCommit()]) => landedHead(landing, onBranch, commits, policy)?.head

  it('in push mode is what stands on the branch', () => {
    expect(headOf({ kind: 'push' })).toEqual(aCommit())
  })

  it('of an open one is its tip, without parents; none while its list does not hold it', () => {
    expect(headOf(anOpenPull({ commits: [aCommit({ parents: ['p'] })] }))).toEqual(aCommit())
    expect(headOf(anOpenPull({ commits: [aCommit({ sha: sha('c') })] }))).toBeUndefined()
  })

  it('of a merged one is its merge commit, as the branch shows it or not yet', () => {
    const merged = { ...anOpenPull({ state: 'merged', mergeCommit: sha('d') }), kind: 'merged' } as Landing
    const squash = aCommit({ sha: sha('d'), author: null })
    expect(headOf(merged, [aCommit({ sha: sha('e'), author: null }), squash])).toEqual(squash)
    expect(headOf(merged, [])).toEqual({ ...squash, message: '', url: aPull().url })
  })

  it.each<[string, Landing]>([
    ['one that is closed', { ...anOpenPull(), kind: 'closed' } as Landing],
    ['one whose merge commit is not told yet', { ...anOpenPull(), kind: 'merged' } as Landing],
    ['none', { kind: 'none', pushed: sha('a') }],
    ['several', { kind: 'ambiguous', numbers: [5, 6] }],
  ])('there is none of %s', (_what, landing) => {
    expect(headOf(landing)).toBeUndefined()
  })
})

it('what stands between a pull request and its base is a verdict only while it is open', () => {
  const conflicting = aPull({ mergeable: 'conflicting' })
  expect(pullVerdict(green, conflicting, null, false)).toMatchObject({ kind: 'red', failing: ['conflict with main'] })
  expect(pullVerdict(green, { ...conflicting, state: 'merged' }, null, false)).toBe(green)
})

it.each([
  [`afk/42-prices-${runId.slice(0, 8)}`, true],
  [`afk/42-prices-${runId.slice(0, 8)}-fix-2`, true],
  [`afk/42-${runId.slice(0, 8)}`, true],
  [`afk/421-${runId.slice(0, 8)}`, false],
  [`prices-${runId.slice(0, 8)}`, false],
  ['afk/42-prices-00000000', false],
])('%s is the run’s branch: %s', (branch, is) => {
  expect(isRunBranch(branch, 42, runId)).toBe(is)
})
