import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRun } from '../../src/core/run/decide-run.ts'
import type { Effect } from '../../src/core/effects.ts'
import { openFindings } from '../../src/core/landing/findings.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import { startsWork, type RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { anyLanding, nearMerge } from '../builders/any-landing.ts'
import { afk, lock } from '../builders/issue.ts'

/** SPEC 15 and 16 over the whole input space: what may never be decided, whatever the facts are. */

const runs = { numRuns: 700 }
const space = fc.oneof(anyLanding, nearMerge)

function step(facts: RunFacts): { readonly decision: RunDecision; readonly effects: readonly Effect[] } {
  const decision = decideRun(facts, afk)
  return { decision, effects: planRun(facts, decision, 'text') }
}

const expectEvery = (check: (facts: RunFacts, decision: RunDecision, effects: readonly Effect[]) => void) =>
  fc.assert(
    fc.property(space, (facts) => {
      const { decision, effects } = step(facts)
      check(facts, decision, effects)
    }),
    runs,
  )

describe('landing by pull request, whatever the facts', () => {
  it('is tried on a space in which every decision of SPEC 15 and 16 comes up, merges often', () => {
    const decided = fc.sample(space, { numRuns: 3000, seed: 15 }).map((facts) => step(facts).decision.kind)
    const landing = ['review', 'reviewed', 'findings', 'resolve-findings', 'ring-ready', 'merge'] as const
    const people = ['ask', 'answer', 'ask-approval', 'record-approval'] as const
    for (const kind of [...landing, ...people]) expect(decided).toContain(kind)
    expect(decided.filter((kind) => kind === 'merge').length).toBeGreaterThan(10)
  })

  it('always decides, with a code, never throws, and says the same twice', () => {
    expectEvery((facts, decision, effects) => {
      expect(decision.code).toMatch(/^[a-z][a-z-]*$/u)
      expect(step(facts)).toEqual({ decision, effects })
      expect(JSON.parse(JSON.stringify(effects))).toEqual(effects)
    })
  })

  it('merges only what is open, green, its own, reviewed, approved, without open findings, and at the judged head', () => {
    expectEvery((facts, decision, effects) => {
      const writes = effects.filter((effect) => effect.kind === 'pull.merge')
      expect(writes).toHaveLength(decision.kind === 'merge' ? 1 : 0)
      if (decision.kind !== 'merge') return
      const { landing, verdict, head, card, policy, now, allowlisted } = facts
      if (landing.kind !== 'open') throw new Error('it merges what is not open')
      const { pull } = landing
      expect(verdict?.kind).toBe('green')
      expect(head?.commit.sha).toBe(pull.head)
      expect(writes[0]).toMatchObject({ number: pull.number, head: pull.head })
      expect(landing.foreign).toBeNull()
      expect(head?.protectedPaths).toEqual([])
      expect(openFindings(facts)).toBeNull()
      expect([pull.draft, pull.queued, policy.merge]).toEqual([false, false, 'auto'])
      expect(['clean', 'unstable', 'behind']).toContain(pull.mergeState)
      expect(['approved', 'none']).toContain(pull.reviewDecision)
      expect(now.executor).not.toBeNull()
      expect(allowlisted).toBe(true)
      const held = (card.reviews ?? []).filter((review) => review.pull === pull.number)
      expect(held.at(-1)?.state).not.toBe('asked')
      if (held.at(-1)?.state !== 'clean') expect(held.length).toBeGreaterThanOrEqual(policy.review.rounds)
      if (policy.approval.before.includes('merge')) {
        const last = (card.approvals ?? []).findLast(({ what, head: of }) => what === 'merge' && of === pull.head)
        expect(last?.decision).toBe('approved')
      }
    })
  })

  it('lands nothing that is not on the default branch', () => {
    expectEvery(({ landing, verdict }, decision) => {
      if (decision.kind !== 'land') return
      expect(landing.kind).not.toBe('open')
      expect(verdict?.kind).toBe('green')
    })
  })

  it('starts nothing off the allowlist or while the executor is away, but what is the tracker’s alone', () => {
    expectEvery((facts, decision) => {
      if (!facts.allowlisted) expect(startsWork(decision)).toBe(false)
      if (facts.now.executor === null && startsWork(decision))
        expect(['rerun-ci', 'allow-deployment']).toContain(decision.kind)
    })
  })

  it('takes the lock off with the last write of an end, and with no other', () => {
    expectEvery((_facts, decision, effects) => {
      const ends = ['land', 'stop', 'cancel', 'finish'].includes(decision.kind)
      const at = effects.findIndex((effect) => effect.kind === 'label.remove' && effect.label === lock)
      const isRight = at === -1 || (ends && at === effects.length - 1)
      expect(isRight).toBe(true)
    })
  })

  it('records what it sends to an agent before it is sent', () => {
    expectEvery((_facts, decision, effects) => {
      if (decision.kind !== 'review' && decision.kind !== 'findings') return
      const at = effects.findIndex(({ kind }) => kind === 'turn.start')
      const before = effects.slice(0, at).findLast(({ kind }) => kind === 'card.write')
      if (before?.kind !== 'card.write') throw new Error('nothing was recorded')
      const { card } = before
      if (decision.kind === 'review')
        expect(card.reviews?.at(-1)).toMatchObject({ round: decision.round, state: 'asked', attempt: decision.attempt })
      else expect(card.findings?.at(-1)).toMatchObject({ round: decision.round, signature: decision.signature })
    })
  })
})
