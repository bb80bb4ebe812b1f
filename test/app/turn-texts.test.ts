import { beforeEach, describe, expect, it } from 'vitest'
import { turnText } from '../../src/app/compose-turn.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, aRed, aTurn } from '../builders/card.ts'
import { aComment, anIssue, maria, stranger } from '../builders/issue.ts'
import { anOpenPull, people } from '../builders/people.ts'
import { aCheck, aHead, aPushedRun, aRun, green, red } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { sha, t0 } from '../builders/time.ts'
import { createBench, type Bench } from './bench.ts'

/** SPEC 5.3, 6.5, 15.4, 16.1: which text a decision sends, where some of what it would say is not there. */

let bench: Bench
beforeEach(async () => {
  bench = await createBench()
})
const textOf = (facts: RunFacts, decision: RunDecision) => turnText(facts, decision, bench.tick())
const resend = (turn: Partial<ReturnType<typeof aTurn>>): RunDecision => ({
  kind: 'resend',
  code: 'undelivered',
  facts: {},
  turn: aTurn(turn),
})
const fix = { kind: 'fix-forward', code: 'red', facts: {}, attempt: 1 } as const

describe('no text', () => {
  it.each<RunDecision>([
    { kind: 'wait', code: 'busy', facts: {} },
    { kind: 'land', code: 'green', facts: {} },
    { kind: 'stop', code: 'budget', facts: {}, detail: '' },
  ])('for $kind', async (decision) => {
    expect(await textOf(aRun(), decision)).toBe('')
  })

  it('for a review or findings of a pull request that is not open', async () => {
    const review: RunDecision = { kind: 'review', code: 'review', facts: {}, round: 1, attempt: 1 }
    expect(await textOf(aRun(), review)).toBe('')
    expect(await textOf(aRun(), resend({ purpose: 'review:1' }))).toBe('')
  })
})

describe('a turn about a red', () => {
  it('of a hundred and ten failures: names fifty, and downloads the logs of twenty', async () => {
    const failing = Array.from({ length: 110 }, (_, index) => `check ${index}.`)
    const asked: number[] = []
    const { ci } = bench.tick().world
    const logs: typeof ci.logs = async (_repo, checks) => {
      asked.push(checks.length)
      return []
    }
    const verdict = red({ failing, failingChecks: failing.map((name) => aCheck({ name, conclusion: 'failure' })) })
    const text = await turnText(aPushedRun(verdict), fix, bench.tick({}, { ci: { ...ci, logs } }))
    expect(asked).toEqual([20])
    for (const name of failing.slice(0, 50)) expect(text).toContain(name)
    expect(text).toContain('60 more')
  })
})

describe('a turn that goes on', () => {
  it.each([
    [true, 'stopped by an operator'],
    [undefined, 'it broke'],
  ])('after a halt: %s', async (halted, words) => {
    const retry: RunDecision = {
      kind: 'retry',
      code: halted ? 'halted' : 'failed',
      facts: {},
      purpose: 'continue',
      attempt: 1,
      ...(halted && { halted }),
    }
    const facts = aRun({ thread: aThread({ state: 'failed', error: 'it broke' }) })
    const text = await textOf(facts, retry)
    expect(text).toContain(words)
    // Sent again it is the same, word for word.
    expect(await textOf(facts, resend({ purpose: 'continue', ...(halted && { halted }) }))).toBe(text)
  })
})

describe('a corrective turn', () => {
  const card = aCard({ reds: [aRed({ failing: ['e2e of before'] })] })

  it('names what failed, in this attempt', async () => {
    const text = await textOf(aPushedRun(red({ failing: ['lint'], failingChecks: [] }), { card }), fix)
    expect(text).toContain('lint')
    expect(text).toContain(sha('a'))
    expect(text).not.toContain('e2e of before')
  })

  it('that is sent again, when what failed is not red any more, says what was recorded', async () => {
    const again = resend({ purpose: `fix:${sha('a')}` })
    expect(await textOf(aPushedRun(green, { card }), again)).toContain('e2e of before')
    // Nothing is recorded either, and the head is gone: it is still a text that can be sent.
    const bare = await textOf(aRun({ head: null, verdict: null }), again)
    expect(bare).toContain('AFK-RESULT')
    expect(bare).not.toMatch(/undefined|null\b/u)
  })

  it.each<[string, Landing, RegExp]>([
    ['on the branch of its open pull request', anOpenPull(), /afk\/42-prices(?!-)/u],
    ['on a branch of its own once that is merged', { ...anOpenPull(), kind: 'merged' } as Landing, /-fix-1/u],
  ])('goes %s', async (_where, landing, branch) => {
    const facts = aPushedRun(red({ failingChecks: [] }), { landing, head: aHead() })
    const policy = { ...facts.policy, landing: 'pull-request' as const }
    expect(await textOf({ ...facts, policy }, fix)).toMatch(branch)
  })
})

describe('an answer', () => {
  const comment = aComment({ id: 9, body: 'Take the second.', author: maria })
  const answer: RunDecision = { kind: 'answer', code: 'answered', facts: {}, comment, attempt: 1 }

  it.each<[string, Partial<RunFacts>, string]>([
    ['is the comment that was just found', { people: people({ answer: comment }) }, 'maria'],
    ['is found on the issue again', { issue: anIssue({ comments: [comment] }) }, 'Take the second.'],
    ['of an account that is gone', { issue: anIssue({ comments: [{ ...comment, author: null }] }) }, 'ghost'],
    ['that was deleted since', {}, '(the comment is gone)'],
  ])('%s', async (_what, changes, words) => {
    expect(await textOf({ ...aRun(), ...changes }, answer)).toContain(words)
  })
})

describe('findings', () => {
  const said = (author: typeof maria | null, body: string, own = false) => ({ author, body, at: t0, own })
  const comments = [said(maria, 'Why not?'), said(stranger, 'Spam'), said(null, 'A ghost'), said(maria, 'By afk', true)]
  const ask = { id: 'PRRT_1', resolved: false, path: 'src/a.ts', line: 1, url: '', comments }
  const landing = { ...anOpenPull(), asks: [ask] } as Landing
  const review = { round: 1, pull: 5, head: sha('a'), at: t0, state: 'issues', attempt: 1, tokens: 0 } as const
  const reviewer = aThread({ state: 'finished', review: { kind: 'issues', findings: 'Two faults.' } })
  const send = resend({ purpose: 'review:1' })

  it('are the second agent’s and the words of trusted people, nobody else’s', async () => {
    bench.world.people.setPermission('acme/shop', 'maria', 'write')
    const facts = aRun({ landing, head: aHead(), reviewer, card: aCard({ reviews: [review] }) })
    const text = await textOf(facts, send)
    expect(text).toContain('Two faults.')
    expect(text).toContain('Why not?')
    expect(text).not.toMatch(/Spam|A ghost|By afk/u)
  })

  it('are people’s alone once those of the review were clean, or its thread is gone', async () => {
    bench.world.people.setPermission('acme/shop', 'maria', 'write')
    const clean = aRun({ landing, head: aHead(), reviewer, card: aCard({ reviews: [{ ...review, state: 'clean' }] }) })
    expect(await textOf(clean, send)).not.toContain('Two faults.')
    const gone = aRun({ landing, head: aHead(), reviewer: null, card: aCard({ reviews: [review] }) })
    expect(await textOf(gone, send)).toContain('Why not?')
    // As far as the card still holds them.
    const known = aCard({ reviews: [{ ...review, found: ['1. A fault.', '2. Another.'] }] })
    expect(await textOf({ ...gone, card: known }, send)).toContain('1. A fault.\n2. Another.')
    const absent = aThread({ state: 'absent' })
    expect(await textOf({ ...gone, reviewer: absent, card: known }, send)).toContain('1. A fault.\n2. Another.')
    expect(await textOf({ ...gone, reviewer, card: known }, send)).not.toContain('2. Another.')
  })

  it('a review is asked for of the head, or of the pull request’s where none was judged', async () => {
    const ask2: RunDecision = { kind: 'review', code: 'review', facts: {}, round: 1, attempt: 1 }
    expect(await textOf(aRun({ landing, head: aHead() }), ask2)).toContain(sha('a'))
    const text = await textOf(aRun({ landing: anOpenPull({ head: sha('c') }), head: null }), ask2)
    expect(text).toContain(sha('c'))
  })
})
