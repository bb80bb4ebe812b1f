import { describe, expect, it } from 'vitest'
import type { Card, OutcomeKind } from '../../src/core/card/card.ts'
import type { Effect } from '../../src/core/effects.ts'
import { endRun, withOutcome, type Ending } from '../../src/core/run/end-run.ts'
import { aCard, anOutcome } from '../builders/card.ts'
import { anIssue, human, lock, ready } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { minutes, seconds, t0 } from '../builders/time.ts'

const at = t0 + minutes(15)

function ended(kind: OutcomeKind, changes: Partial<Card> = {}): Card {
  return aCard({ outcome: anOutcome({ kind, at }), ...changes })
}

function anEnding(card: Card, changes: Partial<Ending> = {}): Ending {
  return {
    card,
    issue: anIssue({ labels: [ready, lock, 'bug'] }),
    policy: aPolicy(),
    now: at,
    canRing: true,
    busy: false,
    readyIsNewer: false,
    ...changes,
  }
}

function words(effects: readonly Effect[]): readonly string[] {
  return effects.map((effect) => {
    if (effect.kind === 'label.add' || effect.kind === 'label.remove') return `${effect.kind} ${effect.label}`
    if (effect.kind === 'doorbell.ring') return `ring ${effect.cause}`
    if (effect.kind === 'card.write')
      return `card${effect.card.outcome?.untold ? ' untold' : ''}${Object.keys(effect.card.bells)
        .map((bell) => ` ${bell}`)
        .join('')}`
    return effect.kind
  })
}

describe('endRun: the outcome first, the lock last (SPEC 6.5)', () => {
  it.each<[OutcomeKind, readonly string[]]>([
    [
      'frozen',
      [
        'card',
        'turn.interrupt',
        'ring frozen',
        'card frozen',
        `label.remove ${ready}`,
        `label.add ${human}`,
        `label.remove ${lock}`,
      ],
    ],
    [
      'escalated',
      [
        'card',
        'turn.interrupt',
        'ring needs-human',
        'card needs-human',
        `label.remove ${ready}`,
        `label.add ${human}`,
        `label.remove ${lock}`,
      ],
    ],
    [
      'landed',
      [
        'card',
        'turn.interrupt',
        'ring done',
        'card done',
        `label.remove ${ready}`,
        'issue.close',
        `label.remove ${lock}`,
      ],
    ],
    ['cancelled', ['card', 'turn.interrupt', `label.remove ${ready}`, `label.remove ${lock}`]],
  ])('%s', (kind, expected) => {
    expect(words(endRun(anEnding(ended(kind), { busy: true })))).toEqual(expected)
    expect(words(endRun(anEnding(ended(kind))))).toEqual(expected.filter((word) => word !== 'turn.interrupt'))
  })

  it('writes the outcome as it stands, and then when it was told', () => {
    const card = ended('frozen', { bells: { 'waiting:r': { at: 1, ts: '7' } } })
    const [first, , third] = endRun(anEnding(card, { now: at + 5 }))
    expect(first).toEqual({ kind: 'card.write', card })
    expect(third).toEqual({
      kind: 'card.write',
      card: { ...card, bells: { 'waiting:r': { at: 1, ts: '7' }, frozen: { at: at + 5 } } },
    })
  })

  it("rings with the issue's title, which no card holds", () => {
    const issue = anIssue({ title: 'Prices <are> wrong', labels: [] })
    const ring = endRun(anEnding(ended('escalated'), { issue })).find(({ kind }) => kind === 'doorbell.ring')
    expect(ring).toMatchObject({ message: { paragraphs: [{ label: '', quote: 'Prices <are> wrong' }, {}, {}, {}] } })
  })

  it('interrupts under an id that no interrupt before a turn ever had', () => {
    const attempts = [1, 2, 3].map((n) => {
      const [interrupt] = endRun(
        anEnding(ended('frozen', { turns: Array.from({ length: n }, () => aCard().turns).flat() }), { busy: true }),
      ).slice(1)
      return interrupt?.kind === 'turn.interrupt' ? interrupt.attempt : null
    })
    expect(attempts).toEqual([3, 5, 7])
  })

  it.each<[string, OutcomeKind, Partial<Ending>, readonly string[]]>([
    [
      'nothing is left to do',
      'frozen',
      { issue: anIssue({ labels: [human] }), card: ended('frozen', { bells: { frozen: { at } } }) },
      ['card frozen'],
    ],
    [
      'labels in other letters',
      'frozen',
      { issue: anIssue({ labels: ['READY-FOR-AGENT', 'Agent-In-Progress', 'Ready-For-Human'] }), canRing: false },
      ['card', `label.remove ${ready}`, `label.remove ${lock}`],
    ],
    [
      'landed and closed by the run itself',
      'landed',
      { issue: anIssue({ state: 'closed', labels: [lock] }), canRing: false },
      ['card', `label.remove ${lock}`],
    ],
    [
      'a ready label put on anew stays, and no human label forbids its run',
      'frozen',
      { readyIsNewer: true, canRing: false },
      ['card', `label.remove ${lock}`],
    ],
    ['a ready label put on anew stays', 'cancelled', { readyIsNewer: true }, ['card', `label.remove ${lock}`]],
    ['nobody to ring', 'escalated', { canRing: false, issue: anIssue({ labels: [] }) }, ['card', `label.add ${human}`]],
    [
      'landed runs are not to be rung for',
      'landed',
      { policy: aPolicy({ notifyDone: false }), issue: anIssue({ labels: [], state: 'closed' }) },
      ['card'],
    ],
    [
      'frozen ones are, all the same',
      'frozen',
      { policy: aPolicy({ notifyDone: false }), issue: anIssue({ labels: [human] }) },
      ['card', 'ring frozen', 'card frozen'],
    ],
  ])('%s', (_, kind, changes, expected) => {
    expect(words(endRun(anEnding(ended(kind), changes)))).toEqual(expected)
  })
})

describe('without a lock', () => {
  it('the ready label goes last: by it a half-done end is found', () => {
    const issue = anIssue({ labels: [ready] })
    expect(words(endRun(anEnding(ended('frozen'), { issue, canRing: false })))).toEqual([
      'card',
      `label.add ${human}`,
      `label.remove ${ready}`,
    ])
    expect(words(endRun(anEnding(ended('landed'), { issue, canRing: false })))).toEqual([
      'card',
      'issue.close',
      `label.remove ${ready}`,
    ])
  })
})

describe('a doorbell that cannot be rung (SPEC 9)', () => {
  const late = (after: number, changes: Partial<Ending> = {}, card = ended('frozen')) =>
    words(endRun(anEnding(card, { now: at + after, ...changes })))
  const labels = [`label.remove ${ready}`, `label.add ${human}`]

  it('holds the labels up for 180 seconds', () => {
    expect(late(seconds(180))).toEqual(['card', 'ring frozen', 'card frozen', ...labels, `label.remove ${lock}`])
  })

  it('then no longer: the card says so, the labels go on, and it is tried once more before the lock goes', () => {
    expect(late(seconds(180) + 1)).toEqual([
      'card untold',
      ...labels,
      'ring frozen',
      'card frozen',
      `label.remove ${lock}`,
    ])
  })

  it('then holds up not even the lock, unless earlier messages are to be settled too', () => {
    const ringOf = (after: number, card = ended('frozen')) =>
      endRun(anEnding(card, { now: at + after })).find((effect) => effect.kind === 'doorbell.ring')
    expect(ringOf(seconds(180))).not.toHaveProperty('ifFailed')
    expect(words(ringOf(seconds(181))?.ifFailed ?? [])).toEqual([`label.remove ${lock}`])
    const asking = { ...ended('frozen'), bells: { 'waiting:r': { at: 1, channel: 'C1', ts: '1.1' } } }
    expect(ringOf(seconds(181), asking)).not.toHaveProperty('ifFailed')
  })

  it('is not tried again after that, nor where there is none', () => {
    const untold = aCard({ outcome: anOutcome({ at, untold: true }) })
    expect(late(seconds(300), { issue: anIssue({ labels: [human, lock] }) }, untold)).toEqual([
      'card untold',
      `label.remove ${lock}`,
    ])
    expect(late(seconds(300), { canRing: false })).toEqual(['card', ...labels, `label.remove ${lock}`])
  })

  it('is never skipped only because afk itself was away: at least one attempt is made', () => {
    expect(late(minutes(600))).toContain('ring frozen')
  })
})

describe('withOutcome', () => {
  it('records how a run ended', () => {
    expect(withOutcome(aCard({ phase: 'CI' }), 'frozen', 'stagnant', 'x', at)).toEqual(
      aCard({ phase: 'CI', outcome: { kind: 'frozen', reason: 'stagnant', detail: 'x', at, untold: false } }),
    )
  })

  it('of a landed run is done', () => {
    expect(withOutcome(aCard(), 'landed', 'green', '', at)).toMatchObject({
      phase: 'done',
      phases: { worktree: t0 + seconds(90), done: at },
    })
  })

  it('is what endRun needs', () => {
    expect(() => endRun(anEnding(aCard()))).toThrow('needs a card with an outcome')
  })
})
