import { describe, expect, it } from 'vitest'
import { countReds } from '../../src/core/run/reds.ts'
import { aCard, aRed, aTurn, runId } from '../builders/card.ts'
import { aHead, aPushedRun, aRun, green, red } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { sha, t0 } from '../builders/time.ts'

const fix = (attempt: number, retry = false) => aTurn({ purpose: `fix:${sha('a')}`, attempt, retry })
const delivered = (...attempts: readonly number[]) =>
  aThread({ state: 'finished', messages: attempts.map((attempt) => aMessage(`fix:${sha('a')}`, attempt, t0)) })
const counted = (...after: readonly number[]) => after.map((n) => aRed({ after: n }))

describe('countReds (SPEC 6.4)', () => {
  it('counts the first red as one', () => {
    const facts = aPushedRun(red({ failing: ['lint', 'test'], signature: 'two' }))
    expect(countReds(facts)).toEqual([{ head: sha('a'), signature: 'two', failing: ['lint', 'test'], after: 0 }])
  })

  it.each([
    ['the same red, looked at again', [aTurn()], delivered(), counted(0), 1],
    ['a corrective turn that is only recorded', [aTurn(), fix(1)], delivered(), counted(0), 1],
    ['an answer without a push after a delivered turn', [aTurn(), fix(1)], delivered(1), counted(0), 2],
    ['that answer, looked at again', [aTurn(), fix(1)], delivered(1), counted(0, 1), 2],
    ['a retry of the corrective turn', [aTurn(), fix(1), fix(2, true)], delivered(1, 2), counted(0, 1), 2],
    ['the second answer', [aTurn(), fix(1), fix(4)], delivered(1, 4), counted(0, 1), 3],
  ])('counts %s', (_, turns, thread, reds, expected) => {
    expect(countReds(aPushedRun(red(), { card: aCard({ turns, reds }), thread }))).toHaveLength(expected)
  })

  it('does not count again while the thread cannot be seen', () => {
    const card = aCard({ turns: [aTurn(), fix(1)], reds: counted(0, 1) })
    expect(
      countReds(aPushedRun(red(), { card, thread: aThread({ id: runId, messages: [], state: 'unknown' }) })),
    ).toEqual(card.reds)
  })

  it('adds nothing without a red verdict', () => {
    const card = aCard({ reds: counted(0) })
    expect(countReds(aRun({ card }))).toBe(card.reds)
    expect(countReds(aRun({ card, head: aHead(), verdict: green }))).toBe(card.reds)
  })
})
