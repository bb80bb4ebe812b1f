import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRun } from '../../src/core/run/decide-run.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { anyLanding } from '../builders/any-landing.ts'
import { afk } from '../builders/issue.ts'
import { approvalCause } from '../../src/core/people/approval-rows.ts'
import { aCard } from '../builders/card.ts'
import { aComment, maria } from '../builders/issue.ts'
import { anOpenPull, people } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aHead, aPushedRun, aRun, green, now, pending, red } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { seconds, sha } from '../builders/time.ts'

/** What SPEC 16 promises, over facts in any combination. */

const runs = { numRuns: 3000 }

const commit = fc.constantFrom(sha('a'), sha('c'))
const past = fc.integer({ min: now - seconds(900), max: now })
const point = fc.constantFrom('merge' as const, 'deploy' as const)
const yesOrNo = fc.constantFrom('approved' as const, 'rejected' as const)
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const upTo = <T>(maxLength: number, value: fc.Arbitrary<T>) => fc.array(value, { maxLength })

/** A run that is finished but for a person's yes, in a repo that asks before it merges and before it deploys. */
const careful: fc.Arbitrary<RunFacts> = fc
  .record({
    isOpen: fc.boolean(),
    bells: fc.dictionary(
      fc.tuple(point, commit).map(([what, head]) => approvalCause(what, head)),
      past.map((at) => ({ at })),
      { noNullPrototype: true },
    ),
    approvals: upTo(
      2,
      fc.record({
        what: point,
        head: commit,
        decision: yesOrNo,
        by: fc.constant('maria'),
        via: fc.constant('review' as const),
        at: past,
      }),
    ),
    said: upTo(
      3,
      fc.record({
        decision: yesOrNo,
        head: orNull(commit),
        what: orNull(point),
        by: fc.constant('maria'),
        via: fc.constantFrom('slack' as const, 'comment' as const),
        at: orNull(past),
        comment: orNull(fc.nat(9)),
      }),
    ),
    waiting: upTo(
      1,
      fc.record({
        workflowRun: fc.constant(9),
        url: fc.constant(null),
        environments: fc.array(fc.record({ id: fc.nat(2), name: fc.constant('live'), mayApprove: fc.boolean() }), {
          minLength: 1,
          maxLength: 2,
        }),
      }),
    ),
    verdict: fc.constantFrom(
      green,
      pending({ why: 'held' }),
      pending({ stage: 'rollout', why: 'rollout' }),
      pending(),
      pending({ why: 'required-missing' }),
      red(),
    ),
  })
  .map(({ isOpen, bells, approvals, said, waiting, verdict }) =>
    aPushedRun(isOpen ? green : verdict, {
      landing: isOpen ? anOpenPull() : { kind: 'push' },
      policy: aPolicy({ approval: { before: ['merge', 'deploy'], by: ['maria'] }, review: { rounds: 0 } }),
      card: aCard({ bells, approvals }),
      people: people({ said, waiting }),
    }),
  )

/** A run whose agent has a question, which may be the second one, asked or not, answered or not. */
const curious: fc.Arbitrary<RunFacts> = fc
  .record({
    questions: fc.nat(3),
    isOpen: fc.boolean(),
    answer: orNull(fc.constant(aComment({ id: 77, body: 'Blue.', author: maria, own: false }))),
    at: past,
    canRing: fc.boolean(),
    isPushed: fc.boolean(),
  })
  .map(({ questions, isOpen, answer, at, canRing, isPushed }) =>
    aRun({
      ...(isPushed ? { head: aHead(), verdict: green, landing: anOpenPull() } : {}),
      canRing,
      thread: aThread({
        state: 'finished',
        report: { report: { kind: 'needs-clarification', words: 'Which?' }, at: now - seconds(60) },
      }),
      people: people({ answer }),
      card: aCard({
        questions: Array.from({ length: questions }, (_, index) => {
          const waits = isOpen && index === questions - 1
          return { number: index + 1, at, answer: waits ? null : index, answeredAt: waits ? null : now }
        }),
      }),
    }),
  )

function newestOf(facts: RunFacts, what: 'merge' | 'deploy') {
  return facts.card.approvals?.findLast((one) => one.what === what && one.head === facts.head?.commit.sha)?.decision
}

const cardAfter = (facts: RunFacts, decision: RunDecision) =>
  planRun(facts, decision, 'text').findLast((effect) => effect.kind === 'card.write')?.card

/** Nothing else is pending or red. */
function isHeldAlone({ verdict }: RunFacts): boolean {
  if (verdict?.kind === 'green') return true
  return verdict?.kind === 'pending' && (verdict.why === 'held' || verdict.why === 'rollout')
}

describe('a yes', () => {
  it('stands on the card, for this very commit, before anything is merged, deployed or handed to a person', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(careful, (facts) => {
        const { kind } = decideRun(facts, afk)
        if (kind === 'merge' || kind === 'ring-ready') expect(newestOf(facts, 'merge')).toBe('approved')
        if (kind === 'allow-deployment') expect(newestOf(facts, 'deploy')).toBe('approved')
        if (kind === 'allow-deployment' || kind === 'ask-on-github') expect(isHeldAlone(facts)).toBe(true)
        if (kind === 'land') expect(facts.people.waiting).toEqual([])
        seen.add(kind)
      }),
      runs,
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['merge', 'allow-deployment', 'ask-on-github', 'ask-approval', 'record-approval', 'stop']),
    )
  })

  it('is recorded as it was said, of the commit that was asked about; a no wins', () => {
    let recorded = 0
    fc.assert(
      fc.property(careful, (facts) => {
        const chosen = decideRun(facts, afk)
        if (chosen.kind !== 'record-approval') return
        recorded += 1
        const { approval } = chosen
        const head = facts.head?.commit.sha
        expect(approval.head).toBe(head)
        const about = facts.people.said.filter((one) => one.head === null || one.head === head)
        expect(about.map((one) => one.decision)).toContain(approval.decision)
        if (approval.decision === 'approved') {
          expect(newestOf(facts, approval.what)).toBeUndefined()
          const noes = about.filter((one) => one.decision === 'rejected' && one.what !== 'deploy' && one.head === head)
          if (approval.what === 'merge') expect(noes).toEqual([])
        }
        expect(cardAfter(facts, chosen)?.approvals?.at(-1)).toEqual(approval)
      }),
      runs,
    )
    expect(recorded).toBeGreaterThan(5)
  })

  it('that nobody gave is never made up: without words of people nothing is recorded', () => {
    fc.assert(
      fc.property(careful, (facts) => {
        const silent = { ...facts, people: { ...facts.people, said: [] } }
        expect(decideRun(silent, afk).kind).not.toBe('record-approval')
      }),
      runs,
    )
  })
})

describe('a question', () => {
  it('is asked once, and its answer sent once', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(curious, (facts) => {
        const chosen = decideRun(facts, afk)
        seen.add(chosen.kind)
        if (chosen.kind !== 'ask' && chosen.kind !== 'answer') return
        const card = cardAfter(facts, chosen)
        const before = facts.card.questions?.length ?? 0
        expect(before).toBeLessThanOrEqual(facts.policy.maxQuestions)
        expect(card?.questions).toHaveLength(chosen.kind === 'ask' ? before + 1 : before)
        if (card === undefined) return
        const later = { ...facts, card, run: { ...facts.run, card, cardState: 'present' as const } }
        const clocks = { ...facts.now, tracker: facts.now.tracker + seconds(1) }
        const again = decideRun({ ...later, now: clocks }, afk)
        // Until it was delivered an answer is sent again under the same ids.
        expect(again.kind).toBe(chosen.kind === 'answer' ? 'resend' : facts.people.answer === null ? 'wait' : 'answer')
      }),
      runs,
    )
    expect([...seen]).toEqual(expect.arrayContaining(['ask', 'answer']))
  })
})

describe('/afk stop', () => {
  it('ends every run that has not ended, first of all', () => {
    fc.assert(
      fc.property(anyLanding, (facts) => {
        const { kind, code } = decideRun(facts, afk)
        const isOver = facts.run.cardState === 'present' && facts.card.outcome !== null
        if (isOver || facts.people.commands.every((command) => command.kind !== 'stop')) return
        expect([kind, code]).toEqual(['cancel', 'stopped'])
      }),
      runs,
    )
  })
})
