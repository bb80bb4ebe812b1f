import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRun } from '../../src/core/run/decide-run.ts'
import type { Effect } from '../../src/core/effects.ts'
import { endRun } from '../../src/core/run/end-run.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import { startsWork, type RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { anyFacts } from '../builders/any-facts.ts'
import { afk, human, lock, ready } from '../builders/issue.ts'
import { anyTurn, newborn, pass, type Turn } from '../builders/life.ts'
import { aModel, applyAll, type Model } from '../builders/model.ts'
import { seconds } from '../builders/time.ts'

const runs = { numRuns: 500 }

interface Step {
  readonly decision: RunDecision
  readonly effects: readonly Effect[]
}

function step(facts: RunFacts): Step {
  const decision = decideRun(facts, afk)
  return { decision, effects: planRun(facts, decision, 'text') }
}

/** One tick: decide, plan, and carry out the first `count` writes. */
function tick(model: Model, count = Infinity, slackUp = true): Model {
  return applyAll(model, step(model.facts).effects, count, slackUp)
}

function later(model: Model, by = seconds(1)): Model {
  const { tracker, executor } = model.facts.now
  return {
    ...model,
    facts: { ...model.facts, now: { tracker: tracker + by, executor: executor === null ? null : executor + by } },
  }
}

const kinds = [
  'wait',
  'finish',
  'adopt',
  'land',
  'stop',
  'cancel',
  'fix-forward',
  'rerun-ci',
  'retry',
  'resend',
  'nudge',
  'ring-waiting',
  'ask',
]

describe('decideRun over the whole input space', () => {
  it('is tried on a space in which every decision comes up', () => {
    const decisions = fc.sample(anyFacts, { numRuns: 3000, seed: 64 }).map((facts) => step(facts).decision.kind)
    expect([...new Set(decisions)].toSorted()).toEqual(kinds.toSorted())
  })

  it('always decides, with a code, never throws, and says the same twice', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { decision, effects } = step(facts)
        expect(kinds).toContain(decision.kind)
        expect(decision.code).toMatch(/^[a-z][a-z-]*$/)
        expect(step(facts)).toEqual({ decision, effects })
        expect(JSON.parse(JSON.stringify(effects))).toEqual(effects)
      }),
      { numRuns: 2000 },
    )
  })

  it('sends no turn and reruns nothing off the allowlist, with the executor away, or for an unknown state', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { decision } = step(facts)
        if (!facts.allowlisted) expect(startsWork(decision)).toBe(false)
        if (facts.now.executor === null) expect(startsWork(decision) && decision.kind !== 'rerun-ci').toBe(false)
        if (['starting', 'working', 'waiting'].includes(facts.thread.state)) {
          expect(['fix-forward', 'nudge']).not.toContain(decision.kind)
        }
      }),
      runs,
    )
  })

  it('lands only what is green, and pushed', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        if (step(facts).decision.kind !== 'land') return
        expect(facts.head).not.toBeNull()
        expect(facts.verdict?.kind).toBe('green')
      }),
      runs,
    )
  })
})

describe('every plan', () => {
  it('records before it sends, ends with the outcome first and takes the lock off last', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { decision, effects } = step(facts)
        for (const [index, effect] of effects.entries()) {
          if (effect.kind === 'turn.start') {
            const before = effects.slice(0, index).findLast(({ kind }) => kind === 'card.write')
            const recorded = before?.kind === 'card.write' ? before.card.turns.at(-1) : undefined
            expect([recorded?.purpose, recorded?.attempt]).toEqual([effect.purpose, effect.attempt])
          }
          if (effect.kind === 'label.remove' && effect.label === lock) expect(index).toBe(effects.length - 1)
          if (effect.kind === 'issue.reopen') expect(index).toBe(0)
        }
        if (['land', 'stop', 'cancel', 'finish'].includes(decision.kind)) {
          const first = effects.find(({ kind }) => kind !== 'issue.reopen')
          expect(first?.kind === 'card.write' && first.card.outcome).toBeTruthy()
        } else {
          expect(effects.some((effect) => effect.kind === 'label.remove' || effect.kind === 'issue.close')).toBe(false)
        }
      }),
      runs,
    )
  })
})

describe('nothing is decided twice from the same facts', () => {
  it('sends at most one new turn for one state, wherever afk dies, and however often it looks', () => {
    fc.assert(
      fc.property(anyFacts, fc.array(fc.nat(8), { maxLength: 6 }), (facts, deaths) => {
        let model = aModel(facts)
        for (const count of deaths) model = later(tick(model, count))
        for (let n = 0; n < 6; n += 1) model = later(tick(model))
        expect(model.sent.length).toBeLessThanOrEqual(1)
        expect(model.reruns).toBeLessThanOrEqual(1 + deaths.length)
      }),
      runs,
    )
  })

  it('writes one outcome at most, and never another over it', () => {
    fc.assert(
      fc.property(anyFacts, fc.array(fc.nat(8), { maxLength: 6 }), fc.boolean(), (facts, deaths, slackUp) => {
        let model = aModel(facts)
        for (const count of deaths) model = later(tick(model, count, slackUp))
        for (let n = 0; n < 6; n += 1) model = later(tick(model), seconds(60))
        const outcomes = model.written.flatMap(({ outcome }) =>
          outcome === null ? [] : [{ ...outcome, untold: false }],
        )
        expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBeLessThanOrEqual(1)
      }),
      runs,
    )
  })

  it('rings once for one cause, unless afk dies between ringing and recording', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        let model = aModel(facts)
        for (let n = 0; n < 8; n += 1) model = later(tick(model), seconds(60))
        expect(new Set(model.rung).size).toBe(model.rung.length)
      }),
      runs,
    )
  })

  it('comes to rest: with the world standing still, looking again changes nothing more', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        let model = aModel(facts)
        for (let n = 0; n < 6; n += 1) model = later(tick(model))
        // A limit may fall into the very last second: what it asks for is done at that instant.
        for (let n = 0; n < 3; n += 1) model = tick(model)
        const rested = tick(model)
        expect(rested).toEqual(model)
      }),
      runs,
    )
  })
})

const isAtWork = (state: string) => ['starting', 'working', 'waiting'].includes(state)

describe('endRun', () => {
  const ended = anyFacts.filter(({ card }) => card.outcome !== null)
  const remaining = ({ facts }: Model, newer: boolean) =>
    endRun({
      card: facts.card,
      issue: facts.issue,
      policy: facts.policy,
      now: facts.now.tracker,
      canRing: facts.canRing,
      busy: isAtWork(facts.thread.state),
      readyIsNewer: newer,
    })

  it('is idempotent: once carried out, the same list changes nothing', () => {
    fc.assert(
      fc.property(ended, fc.boolean(), (facts, newer) => {
        const first = applyAll(aModel(facts), remaining(aModel(facts), newer))
        expect(applyAll(first, remaining(first, newer))).toEqual(first)
        expect(first.facts.issue.labels).not.toContain(lock)
        if (!newer) expect(first.facts.issue.labels).not.toContain(ready)
      }),
      runs,
    )
  })

  it('comes to the same end wherever it dies, and whatever the doorbell and the interrupts do', () => {
    fc.assert(
      fc.property(
        ended,
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(8), fc.boolean(), fc.boolean()), { maxLength: 5 }),
        (facts, newer, deaths) => {
          const whole = applyAll(aModel(facts), remaining(aModel(facts), newer))
          let model = aModel(facts)
          // Only a doorbell that was tried and failed may leave people untold.
          let isTold = true
          for (const [count, slackUp, stops] of deaths) {
            isTold &&= slackUp || model.rung.length > 0
            model = later(applyAll(model, remaining(model, newer), count, slackUp, stops), seconds(60))
          }
          for (let n = 0; n < 2; n += 1) model = applyAll(model, remaining(model, newer))
          expect(model.facts.issue.labels.toSorted()).toEqual(whole.facts.issue.labels.toSorted())
          expect(model.facts.issue.state).toBe(whole.facts.issue.state)
          expect(model.facts.card.outcome).not.toHaveProperty('unstopped')
          // Wherever there is somebody to tell, it was tried; a death between ringing and recording may ring again, never zero times.
          if (whole.rung.length === 0 || model.rung.length > 0) return
          expect([isTold, model.facts.card.outcome?.untold]).toEqual([false, true])
        },
      ),
      runs,
    )
  })

  it('tells people though the agent cannot be interrupted, and keeps the lock for as long as it may be at work', () => {
    const busy = ended.filter(({ thread, issue }) => isAtWork(thread.state) && issue.labels.includes(lock))
    fc.assert(
      fc.property(busy, fc.boolean(), (facts, newer) => {
        const whole = applyAll(aModel(facts), remaining(aModel(facts), newer))
        let model = aModel(facts)
        for (let n = 0; n < 3; n += 1) {
          model = later(applyAll(model, remaining(model, newer), Infinity, true, false), seconds(60))
          expect(model.rung).toEqual(whole.rung)
          expect(model.facts.issue.labels.toSorted()).toEqual([...whole.facts.issue.labels, lock].toSorted())
          expect(model.facts.card.outcome?.unstopped).toBe(true)
        }
        expect(applyAll(model, remaining(model, newer)).facts.issue.labels.toSorted()).toEqual(
          whole.facts.issue.labels.toSorted(),
        )
      }),
      { numRuns: 100 },
    )
  })
})

describe('a whole life, from the dispatch to the end', () => {
  const lives = fc.array(anyTurn, { minLength: 60, maxLength: 60 })
  const calm: Turn = {
    minutes: 20,
    happens: 'nothing',
    verdict: 'pending',
    commit: '',
    slackUp: true,
    writes: Infinity,
  }

  /** Whatever happens, then three quiet days. */
  function live(turns: readonly Turn[]): Model {
    let model = aModel(newborn())
    for (const turn of [...turns, ...Array.from({ length: 220 }, () => calm)]) {
      // An ended run is looked at for as long as its lock or its ready label is there.
      const { card, issue } = model.facts
      const over = card.outcome !== null && !issue.labels.includes(lock) && !issue.labels.includes(ready)
      if (over) break
      model = tick(pass(model, turn), turn.writes, turn.slackUp)
    }
    return model
  }

  function takenByHand({ card, issue }: RunFacts): boolean {
    const last = issue.labelEvents.findLast(({ label }) => label === lock)
    return (
      last?.action === 'unlabeled' &&
      last.actor !== null &&
      last.actor.login !== afk.login &&
      last.at > (card.outcome?.at ?? Infinity)
    )
  }

  it('ends, with an outcome, its labels right, and everything within its limits', () => {
    fc.assert(
      fc.property(lives, (turns) => {
        const { facts, written, sent, reruns } = live(turns)
        const { outcome, turns: recorded } = facts.card
        expect(outcome).not.toBeNull()
        expect(facts.issue.labels).not.toContain(lock)
        expect(facts.issue.labels).not.toContain(ready)
        // Somebody who takes the lock off a half-written end has seen it: what is missing stays theirs.
        if (!takenByHand(facts))
          expect(facts.issue.labels.includes(human)).toBe(outcome?.kind === 'frozen' || outcome?.kind === 'escalated')
        if (outcome?.kind === 'landed') expect(facts.issue.state).toBe('closed')
        const fixes = recorded.filter(({ purpose, retry }) => purpose.startsWith('fix:') && !retry)
        expect(fixes.length).toBeLessThanOrEqual(facts.policy.fixForward.maxAttempts)
        expect(recorded.filter(({ purpose, retry }) => purpose === 'nudge' && !retry).length).toBeLessThanOrEqual(1)
        expect(sent.length).toBeLessThanOrEqual(recorded.length)
        expect(new Set(sent).size).toBe(sent.length)
        expect(reruns).toBeLessThanOrEqual(60)
        const outcomes = written.flatMap((card) => (card.outcome === null ? [] : [card.outcome.reason]))
        expect(new Set(outcomes).size).toBe(1)
      }),
      { numRuns: 500 },
    )
  })

  it('is tried on lives that end in many ways', () => {
    const ends = fc.sample(lives, { numRuns: 300, seed: 65 }).map((turns) => {
      const { outcome } = live(turns).facts.card
      return `${outcome?.kind} ${outcome?.reason}`
    })
    expect([...new Set(ends)]).toEqual(
      expect.arrayContaining([
        'landed green',
        'escalated errored',
        'escalated blocked',
        'escalated thread-lost',
        'frozen stagnant',
        'cancelled lock-removed',
      ]),
    )
  })
})
