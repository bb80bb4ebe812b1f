import { describe, expect, it } from 'vitest'
import { age, epochById, epochOfLock, eventsAfter, labelHistory } from '../../src/core/label-history.ts'
import type { LabelEvent } from '../../src/core/model.ts'
import { anIssue, human, labelled, lock, ready, unlabelled } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { minutes, t0 } from '../builders/time.ts'

const { labels } = aPolicy()
const first = labelled(ready)
const second = labelled(ready, { at: t0 + minutes(5) })

function history(labelEvents: readonly LabelEvent[], now: readonly string[] = [ready]) {
  return labelHistory(anIssue({ labelEvents, labels: now }), labels)
}

describe('labelHistory', () => {
  it('knows its epochs and what is on now, in any letter case', () => {
    const loud = labelled('Ready-For-Agent', { id: 'LE_2', at: t0 + minutes(5) })
    const seen = history([first, unlabelled(ready), loud], ['READY-FOR-AGENT', 'Agent-In-Progress'])
    expect(seen.epochs).toEqual([first, loud])
    expect(seen).toMatchObject({ latestEpoch: loud, readyNow: true, lockedNow: true, humanNow: false })
  })

  it('of no events has no epoch', () => {
    expect(history([])).toMatchObject({ epochs: [], latestEpoch: null })
  })
})

describe('eventsAfter', () => {
  it('goes by the order of the list, not by whole seconds', () => {
    const after = labelled(human, { at: t0 })
    const before = labelled(human, { id: 'LE_before', at: t0 })
    expect(eventsAfter(history([before, first, after]), first, human)).toEqual([after])
  })

  it('gives all events for an epoch that is not in the list', () => {
    expect(eventsAfter(history([first]), labelled(ready, { id: 'gone' }), ready)).toEqual([first])
  })
})

describe('epochOfLock (SPEC 6.1)', () => {
  it('is the latest ready label before the newest lock', () => {
    const locked = labelled(lock, { at: t0 + minutes(2) })
    expect(epochOfLock(history([first, locked, second]))).toBe(first)
    expect(epochOfLock(history([first, locked, unlabelled(lock), second, labelled(lock, { id: 'L2' })]))).toBe(second)
  })

  it('is the latest of all when the lock left no event, and none when no ready label was there before it', () => {
    expect(epochOfLock(history([first, second]))).toBe(second)
    expect(epochOfLock(history([labelled(lock), first]))).toBeNull()
  })
})

describe('epochById', () => {
  it('finds applications of the ready label only', () => {
    const locked = labelled(lock)
    expect(epochById(history([first, locked]), first.id)).toBe(first)
    expect(epochById(history([first, locked]), locked.id)).toBeNull()
  })
})

describe('age', () => {
  it('is never negative', () => {
    expect([age(10, 3), age(3, 10)]).toEqual([7, 0])
  })
})
