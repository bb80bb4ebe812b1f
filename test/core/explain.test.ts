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
    expect(explanation).not.toBe(unknown)
    expect(explainOutcome({ kind: 'frozen', reason })).toBe(explanation)
    expectPlainWords(explanation)
  })

  it.each(cancels)('cancel %s', (reason) => {
    const explanation = explainOutcome({ kind: 'cancelled', reason })
    expect(explanation).not.toBe(unknown)
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
  expect(question).toBe(explainOutcome({ kind: 'escalated', reason: 'unanswered' }))
  const approval = of('nobody answered its request for approval in T3')
  expect(approval.remedy).toContain('runtimeMode')
  expectPlainWords(approval)
})

it('has words even for codes of another version', () => {
  expectPlainWords(unknown)
  expect(explainOutcome({ kind: 'frozen', reason: 'moonlight' })).toBe(unknown)
  expect(explainOutcome({ kind: 'cancelled', reason: 'constructor' })).toBe(unknown)
  expect(explainSkip('__proto__')).toBe(unknown)
})
