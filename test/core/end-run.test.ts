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
      return `card${effect.card.outcome?.untold ? ' untold' : ''}${effect.card.outcome?.unstopped ? ' unstopped' : ''}${Object.keys(
        effect.card.bells,
      )
        .map((bell) => ` ${bell}`)
        .join('')}`
    return effect.kind
  })
}

/** What is done instead of the rest once this has failed. */
function failing(effects: readonly Effect[], kind: 'doorbell.ring' | 'turn.interrupt'): readonly Effect[] | undefined {
  const effect = effects.find((one) => one.kind === kind)
  return effect !== undefined && 'ifFailed' in effect ? effect.ifFailed : undefined
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

  it('then no longer: the labels go on, it is tried once more, and then the lock goes', () => {
    expect(late(seconds(180) + 1)).toEqual(['card', ...labels, 'ring frozen', 'card frozen', `label.remove ${lock}`])
  })

  const ifFailed = (after: number, card = ended('frozen'), changes: Partial<Ending> = {}) =>
    failing(endRun(anEnding(card, { now: at + after, ...changes })), 'doorbell.ring')
  const asking = { ...ended('frozen'), bells: { 'waiting:r': { at: 1, channel: 'C1', ts: '1.1' } } }

  it('says that nobody was told only once it was tried, and then holds up not even the lock', () => {
    expect(ifFailed(seconds(180))).toBeUndefined()
    expect(words(ifFailed(seconds(181)) ?? [])).toEqual(['card untold', `label.remove ${lock}`])
    expect(words(ifFailed(seconds(181), asking) ?? [])).toEqual([
      'doorbell.update',
      'card untold waiting:r',
      `label.remove ${lock}`,
    ])
  })

  it('without a lock holds up the ready label, by which the run is found again', () => {
    const issue = anIssue({ labels: [ready] })
    const rest = [`label.add ${human}`, `label.remove ${ready}`]
    expect(late(seconds(181), { issue })).toEqual(['card', 'ring frozen', 'card frozen', ...rest])
    expect(words(ifFailed(seconds(181), ended('frozen'), { issue }) ?? [])).toEqual(['card untold', ...rest])
  })

  it('is rung for all the same where an afk has died between saying so and the lock', () => {
    const untold = aCard({ outcome: anOutcome({ at, untold: true }) })
    expect(late(seconds(300), { issue: anIssue({ labels: [human, lock] }) }, untold)).toEqual([
      'card untold',
      'ring frozen',
      'card frozen',
      `label.remove ${lock}`,
    ])
  })

  it('is not waited for where there is none', () => {
    expect(late(seconds(300), { canRing: false })).toEqual(['card', ...labels, `label.remove ${lock}`])
  })

  it('is never skipped only because afk itself was away: at least one attempt is made', () => {
    expect(late(minutes(600))).toContain('ring frozen')
  })
})

describe('an agent that cannot be interrupted', () => {
  const labels = [`label.remove ${ready}`, `label.add ${human}`]
  const remaining = (changes: Partial<Ending> = {}, card = ended('frozen')) =>
    endRun(anEnding(card, { busy: true, ...changes }))
  const unstopped = ended('frozen', {
    outcome: anOutcome({ kind: 'frozen', at, unstopped: true }),
    bells: { frozen: { at } },
  })
  const over = { issue: anIssue({ labels: [human, lock] }) }

  it('keeps nobody from being told, and the lock on', () => {
    const rest = failing(remaining(), 'turn.interrupt') ?? []
    expect(words(rest)).toEqual(['card unstopped', 'ring frozen', 'card unstopped frozen', ...labels])
    const ring = rest.find(({ kind }) => kind === 'doorbell.ring')
    expect(ring).toMatchObject({
      message: {
        paragraphs: expect.arrayContaining([{ label: 'Still at work', text: expect.stringContaining('T3') }]),
      },
    })
  })

  it('nor from the interrupt of its reviewer', () => {
    const all = remaining({ reviewer: 'other' })
    expect(words(all).slice(0, 3)).toEqual(['card', 'turn.interrupt', 'turn.interrupt'])
    const rest = failing(all, 'turn.interrupt') ?? []
    expect(words(rest).slice(0, 3)).toEqual(['card unstopped', 'turn.interrupt', 'ring frozen'])
    expect(words(rest)).not.toContain(`label.remove ${lock}`)
    expect(words(failing(rest, 'turn.interrupt') ?? [])).toEqual([
      'card unstopped',
      'ring frozen',
      'card unstopped frozen',
      ...labels,
    ])
    // Its own was done, and the one of the reviewer was not.
    expect(words(failing(all.slice(2), 'turn.interrupt') ?? []).at(-1)).toBe(labels.at(-1))
  })

  it('is interrupted anew under another id every minute, and the words go with it', () => {
    expect(words(remaining(over, unstopped))).toEqual([
      'card unstopped frozen',
      'turn.interrupt',
      'card frozen',
      `label.remove ${lock}`,
    ])
    const attempts = [0, 59, 60, 120].map((after) =>
      remaining({ ...over, now: at + seconds(after) }, unstopped).flatMap((effect) =>
        effect.kind === 'turn.interrupt' ? [effect.attempt] : [],
      ),
    )
    expect(attempts).toEqual([[1000], [1000], [1001], [1002]])
  })

  it('and has come to its end by itself: the lock goes', () => {
    expect(words(remaining({ ...over, busy: false }, unstopped))).toEqual(['card frozen', `label.remove ${lock}`])
  })

  it('and cannot be seen: the lock stays', () => {
    expect(words(remaining({ ...over, busy: false, unreachable: true }, unstopped))).toEqual(['card unstopped frozen'])
  })

  it('that was never tried is no reason to wait while T3 is away', () => {
    expect(words(remaining({ busy: false, unreachable: true })).at(-1)).toBe(`label.remove ${lock}`)
  })

  it('without a lock is left to be found as an orphan', () => {
    const issue = anIssue({ labels: [ready] })
    expect(words(failing(remaining({ issue }, ended('cancelled')), 'turn.interrupt') ?? [])).toEqual([
      'card',
      `label.remove ${ready}`,
    ])
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
