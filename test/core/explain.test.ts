import { describe, expect, it } from 'vitest'
import { explainOutcome, explainSkip, type Explanation } from '../../src/core/explain/explain.ts'
import { cancelReasons, stopReasons } from '../../src/core/explain/explain-outcomes.ts'
import { skipReasons } from '../../src/core/explain/explain-skips.ts'

// SPEC 5.1, 5.2, 6.3, 6.4, 7.2.
const stops = [
  'cost',
  'time',
  'unanswered',
  'no-signal',
  'ci-timeout',
  'rollout-timeout',
  'thread-lost',
  'errored',
  'start-failed',
  'blocked',
  'needs-clarification',
  'no-change',
  'stagnant',
  'budget',
  'no-push',
  'not-allowlisted',
  'thread-burnt',
  'edited-during-run',
  'head-removed',
  'reverted',
  'protected-path',
  'card-tampered',
  'ambiguous-red',
  'end-lost',
  'repo-moved',
  // SPEC 15, 16.
  'unapproved',
  'rejected',
  'ambiguous',
  'bypassed-review',
  'foreign-commit',
  'review-failed',
  'merge-timeout',
]
const cancels = [
  'stopped',
  'pull-closed',
  'issue-closed',
  'lock-removed',
  'label-removed',
  'epoch-changed',
  'blocked',
  'edited-after-label',
  'untrusted-labeller',
  'human-label',
]
const skips = [
  'not-allowlisted',
  'in-progress',
  'repo-busy',
  'human-label',
  'already-ran',
  'untrusted-labeller',
  'edited-after-label',
  'blocked',
  'pickup-delay',
  'base-red',
  'repo-moved',
  'capacity',
  'daily-cap',
  'draining',
  'unreadable',
  'not-evaluated',
]

const unknown = explainSkip('no such code')

function expectPlainWords({ title, meaning, remedy }: Explanation): void {
  expect(title).toMatch(/^[a-zA-Z].*[^.]$/u)
  expect(meaning).toMatch(/^[A-Z].*\.$/u)
  expect(remedy).toMatch(/^[A-Z].*\.$/u)
  for (const words of [title, meaning, remedy]) expect(words).not.toMatch(/[`@#<>\n]/u)
  // English: "when it is fixed, put", and not "when it is fixed, then put".
  expect(remedy).not.toMatch(/(?:^|[.!?] )(?:When|If) [^,.]*, then |Then,? then /u)
}

describe('every code is explained in plain words', () => {
  it.each(stops)('stop %s', (reason) => {
    const explanation = explainOutcome({ kind: 'escalated', reason })
    expect(explanation).not.toEqual(unknown)
    expect(explainOutcome({ kind: 'frozen', reason })).toEqual(explanation)
    expectPlainWords(explanation)
  })

  it.each(cancels)('cancel %s', (reason) => {
    const explanation = explainOutcome({ kind: 'cancelled', reason })
    expect(explanation).not.toEqual(unknown)
    expectPlainWords(explanation)
  })

  it.each(skips)('skip %s', (code) => {
    expect(explainSkip(code)).not.toBe(unknown)
    expectPlainWords(explainSkip(code))
  })

  it('landed', () => {
    expectPlainWords(explainOutcome({ kind: 'landed', reason: 'green' }))
  })

  it('and nothing else is', () => {
    expect(Object.keys(stopReasons).toSorted()).toEqual(stops.toSorted())
    expect(Object.keys(cancelReasons).toSorted()).toEqual(cancels.toSorted())
    expect(Object.keys(skipReasons).toSorted()).toEqual(skips.toSorted())
  })
})

it('tells a question that nobody answered from an approval in T3', () => {
  const of = (detail: string) => explainOutcome({ kind: 'escalated', reason: 'unanswered', detail })
  const question = of("nobody answered the agent's question: nobody answered its request for approval in T3")
  expect(question.remedy).toContain('questionMaxSeconds')
  expect(question.remedy).not.toContain('runtimeMode')
  expect(question).toEqual(explainOutcome({ kind: 'escalated', reason: 'unanswered' }))
  const approval = of('nobody answered its request for approval in T3')
  expect(approval.remedy).toContain('runtimeMode')
  expectPlainWords(approval)
})

describe('a run that is frozen', () => {
  const url = 'https://github.example/acme/shop/pull/5'
  const pull = (merged: string | null) => ({ pull: { number: 5, url, branch: 'afk/42-x', merged } })
  const words = (reason: string, detail: string, card = {}) => {
    const explanation = explainOutcome({ kind: 'frozen', reason, detail }, card)
    expectPlainWords(explanation)
    return explanation
  }

  it.each(['no-signal', 'stagnant', 'budget', 'protected-path', 'no-change'])(
    'for %s with its pull request open speaks of that, and reverts nothing',
    (reason) => {
      const { meaning, remedy } = words(reason, '', pull(null))
      expect(remedy).toMatch(/close the pull request|pull request by hand/u)
      expect(`${meaning} ${remedy}`).not.toMatch(/revert|default branch|is pushed|pushed commits/u)
      const usual = explainOutcome({ kind: 'frozen', reason })
      expect(usual.remedy).not.toContain('pull request')
      expect(words(reason, '', pull('a'.repeat(40)))).toEqual(usual)
      expect(words(reason, '')).toEqual(usual)
    },
  )

  it('for stagnant says whether checks or conversations stayed as they were', () => {
    const comments = words('stagnant', 'the same review comments stay open after 2 turns on them', pull(null))
    expect(comments.meaning).toContain('conversations of people')
    expect(`${comments.meaning} ${comments.remedy}`).not.toMatch(/failures|revert/u)
    expect(words('stagnant', 'test failed 3 times in a row', pull(null)).meaning).toContain('The same failures')
  })

  it.each([
    ['still red after 5 corrective turns: test', 'out of attempts'],
    ['still red for 3700 seconds since the first failure: test', 'out of time'],
    ['of another version', 'out of attempts or time'],
  ])('for budget, %s', (detail, title) => {
    expect(words('budget', detail).title).toBe(title)
    expect(words('budget', detail, pull(null)).title).toBe(title)
  })

  it.each([
    ['T3 refused the turn', 'T3 refuses its turns'],
    ['the turn did not arrive in T3 within 300 seconds', 'its turns do not reach T3'],
    ['the turn never began', 'the agent never started'],
  ])('for start-failed, %s', (detail, title) => {
    expectPlainWords(words('start-failed', detail))
    expect(words('start-failed', detail).title).toBe(title)
  })

  it.each([
    ['it reported a commit without the trailer of its run: abcdef0', 'what it pushed is not signed'],
    ['it reported a commit that is not on the default branch: abcdef0', 'its push never arrived'],
    ['it reported its work, and no pull request of its run is open: #5', 'no pull request'],
    ['it reported a pull request where work lands by a push: #5', 'a pull request instead of a push'],
    ['the agent ended without a push and without a report', 'ended without a push'],
  ])('for no-push, %s', (detail, title) => {
    expectPlainWords(words('no-push', detail))
    expect(words('no-push', detail).title).toBe(title)
  })

  it('for a code that the place of its work does not change is explained as ever', () => {
    expect(words('ci-timeout', '', pull(null))).toEqual(explainOutcome({ kind: 'frozen', reason: 'ci-timeout' }))
    expect(explainOutcome({ kind: 'cancelled', reason: 'blocked' }, pull(null)).title).toBe('the issue is blocked')
  })
})

it('has words even for codes of another version', () => {
  expectPlainWords(unknown)
  expect(explainOutcome({ kind: 'frozen', reason: 'moonlight' })).toEqual(unknown)
  expect(explainOutcome({ kind: 'cancelled', reason: 'constructor' })).toEqual(unknown)
  expect(explainSkip('__proto__')).toBe(unknown)
})
