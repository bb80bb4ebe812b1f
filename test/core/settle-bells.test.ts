import { describe, expect, it } from 'vitest'
import { answeredBells } from '../../src/core/doorbell/answered-bells.ts'
import { openBells, threadOf } from '../../src/core/doorbell/bell-places.ts'
import type { Bell, Card } from '../../src/core/card/card.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import { roughly } from '../../src/core/text/roughly.ts'
import { settleEffects, withSettled, withSettledBells } from '../../src/core/doorbell/settle-bells.ts'
import { anIssue, maria } from '../builders/issue.ts'
import { aRun } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { aCard } from './builders.ts'

const at = 1000
const place = (n: number) => ({ channel: 'C1', ts: `${n}.1` })
const rung = (n: number, more: Partial<Bell> = {}): Bell => ({ at: n, ...place(n), ...more })

describe('openBells', () => {
  it('are those that ask, stand somewhere, and are not settled', () => {
    const bells = {
      done: rung(1),
      'needs-human': rung(2),
      'waiting:r': rung(3),
      'question:1': rung(4),
      'approval:merge:abc': rung(5),
      'ready-to-merge:abc': rung(6),
      'waiting:nowhere': { at: 7 },
      'waiting:half': { at: 7, ts: '7.1' },
      'waiting:settled': rung(8, { resolved: 9 }),
      'waiting:tried': rung(10, { tries: 2 }),
      'waiting:given-up': rung(11, { tries: 3 }),
      'waitinglist:x': rung(12),
    }
    expect(openBells(aCard({ bells }))).toEqual([
      { cause: 'waiting:r', kind: 'waiting', place: place(3) },
      { cause: 'question:1', kind: 'question', place: place(4) },
      { cause: 'approval:merge:abc', kind: 'approval', place: place(5) },
      { cause: 'ready-to-merge:abc', kind: 'ready-to-merge', place: place(6) },
      { cause: 'waiting:tried', kind: 'waiting', place: place(10) },
    ])
  })
})

describe('threadOf', () => {
  it('is the first message of the run that stands somewhere', () => {
    expect(threadOf(aCard({ bells: {} }))).toBeUndefined()
    expect(threadOf(aCard({ bells: { 'waiting:a': { at: 1 } } }))).toBeUndefined()
    const bells = { 'waiting:c': rung(3), 'waiting:a': { at: 1 }, 'waiting:b': rung(2, { resolved: 9 }) }
    expect(threadOf(aCard({ bells }))).toEqual(place(2))
  })
})

describe('answeredBells', () => {
  const card = aCard({ bells: { 'waiting:r': rung(1), 'question:1': rung(2) } })
  const pending = { id: 'r', kind: 'input', detail: '?' } as const
  const causes = (more: Parameters<typeof aRun>[0]) =>
    answeredBells(aRun({ card, canRing: true, ...more }), card).map(({ bell }) => bell.cause)

  it('are those whose request is not pending any more', () => {
    expect(causes({ thread: aThread({ state: 'working', pending: null }) })).toEqual(['waiting:r'])
    expect(causes({ thread: aThread({ state: 'finished', pending: null }) })).toEqual(['waiting:r'])
    expect(causes({ thread: aThread({ state: 'waiting', pending: { ...pending, id: 'other' } }) })).toEqual([
      'waiting:r',
    ])
    expect(causes({ thread: aThread({ state: 'waiting', pending }) })).toEqual([])
  })

  it('are none while nobody can tell', () => {
    expect(causes({ thread: aThread({ state: 'waiting', pending: null }) })).toEqual([])
    expect(causes({ thread: aThread({ state: 'unknown' }) })).toEqual([])
    expect(causes({ thread: aThread({ state: 'absent' }) })).toEqual([])
    expect(causes({ thread: aThread({ state: 'working' }), now: { tracker: at, executor: null } })).toEqual([])
    expect(causes({ thread: aThread({ state: 'working' }), canRing: false })).toEqual([])
  })

  it('were answered now, by nobody that T3 would name', () => {
    const [answered] = answeredBells(aRun({ card, canRing: true, thread: aThread({ state: 'working' }) }), card)
    expect(answered?.resolution).toMatchObject({ what: 'Answered in T3', by: null })
  })

  const resolutions = (more: Partial<Card>) => {
    const bells = { 'question:1': rung(1), 'approval:merge:abc': rung(2), 'ready-to-merge:abc': rung(3) }
    const standing = aCard({ bells, ...more })
    const comment = { id: 7, author: maria, body: '', createdAt: 1, own: false, editedByOther: false }
    const facts = aRun({ card: standing, canRing: true, issue: anIssue({ comments: [comment] }) })
    return answeredBells(facts, standing).map(({ bell, resolution }) => [bell.cause, resolution.what, resolution.by])
  }
  const head = (sha: string) => ({ sha, seenAt: 1, pathsClear: true })
  const question = (answer: number | null) => ({ number: 1, at: 1, answer, answeredAt: answer === null ? null : 2 })
  const said = { what: 'merge', head: 'abc', at: 3 } as const

  it('of a question: once the card names the comment that answers it', () => {
    expect(resolutions({ questions: [question(null)], head: head('abc') })).toEqual([])
    expect(resolutions({ questions: [question(7)], head: head('abc') })).toEqual([
      ['question:1', 'Answered', { login: 'maria' }],
    ])
    expect(resolutions({ questions: [question(8)], head: null })).toEqual([['question:1', 'Answered', null]])
  })

  it('of an approval: who said what, for that head alone', () => {
    const yes = { ...said, decision: 'approved', by: 'UANN00001', via: 'slack' } as const
    const no = { ...said, decision: 'rejected', by: 'mona', via: 'comment' } as const
    expect(resolutions({ approvals: [{ ...yes, head: 'other' }], head: head('abc') })).toEqual([])
    expect(resolutions({ approvals: [{ ...yes, what: 'deploy' }], head: head('abc') })).toEqual([])
    expect(resolutions({ approvals: [yes], head: head('abc') })).toEqual([
      ['approval:merge:abc', 'Approved', { member: 'UANN00001' }],
    ])
    expect(resolutions({ approvals: [yes, no], head: head('abc') })).toEqual([
      ['approval:merge:abc', 'Rejected', { login: 'mona' }],
    ])
  })

  it('of a merge: that it is done; and of both, that another commit is asked about', () => {
    const pull = { number: 1, url: 'u', branch: 'b', merged: 'def' }
    expect(resolutions({ pull, head: head('abc') })).toEqual([['ready-to-merge:abc', 'Merged', null]])
    expect(resolutions({ pull: { ...pull, merged: null }, head: head('abd') })).toEqual([
      ['approval:merge:abc', 'No longer asked: there is a newer commit', null],
      ['ready-to-merge:abc', 'No longer asked: there is a newer commit', null],
    ])
  })
})

describe('the edits', () => {
  const card = aCard({ bells: { 'waiting:r': rung(1, { tries: 1 }), done: rung(2) } })
  const subject = { card, title: 'Round prices', issueUrl: 'https://github.com/acme/shop/issues/42', repo: 'acme/shop' }
  const settled = openBells(card).map((bell) => ({ bell, resolution: { what: 'Answered', by: null, at } }))
  const update = settleEffects(subject, settled)[0]
  const marked = withSettled(card, settled, at)
  const write = { kind: 'card.write', card } as const
  const label = { kind: 'label.add', label: 'x' } as const

  it('name the message, and stand in the card as made', () => {
    expect(update).toMatchObject({ kind: 'doorbell.update', cause: 'waiting:r', place: place(1) })
    expect(marked.bells).toEqual({ 'waiting:r': rung(1, { tries: 1, resolved: at }), done: rung(2) })
    expect(withSettled(aCard({ bells: {} }), settled, at).bells).toEqual({})
  })

  it('come last, with one more card, or before the card that is last', () => {
    const last = { kind: 'card.write', card: marked }
    expect(withSettledBells([write], subject, settled, at)).toEqual([update, last])
    expect(withSettledBells([], subject, settled, at)).toEqual([update, last])
    expect(withSettledBells([write, label], subject, settled, at)).toEqual([write, label, update, last])
    expect(withSettledBells([write, label], subject, [], at)).toEqual([write, label])
  })

  it('of a plan carry on what its last written card holds', () => {
    const facts = aRun({ card, canRing: true, thread: aThread({ state: 'working', tokens: 7_000_000 }) })
    const effects = planRun(facts, { kind: 'wait', code: 'busy', facts: {} }, '')
    expect(effects.map(({ kind }) => kind)).toEqual(['doorbell.update', 'card.write'])
    expect(effects.at(-1)).toMatchObject({
      card: { tokens: 7_000_000, bells: { 'waiting:r': { resolved: facts.now.tracker } } },
    })
  })

  it('of an end stand before the labels, and say that it is over, or what was said', () => {
    const bells = { 'waiting:r': rung(1), 'approval:merge:abc': rung(2) }
    const approvals = [{ what: 'merge', head: 'abc', decision: 'rejected', by: 'mona', via: 'review', at: 3 }] as const
    const pending = { id: 'r', kind: 'input', detail: '?' } as const
    const thread = aThread({ state: 'waiting', pending })
    const facts = aRun({ card: aCard({ bells, approvals }), canRing: true, thread })
    const effects = planRun(facts, { kind: 'stop', code: 'rejected', detail: 'mona said no', facts: {} }, '')
    const kinds = effects.map(({ kind }) => kind)
    expect(kinds.slice(kinds.indexOf('doorbell.ring'))).toEqual([
      'doorbell.ring',
      'doorbell.update',
      'doorbell.update',
      'card.write',
      'label.remove',
      'label.add',
      'label.remove',
    ])
    expect(effects.find(({ kind }) => kind === 'doorbell.ring')).toMatchObject({ thread: place(1) })
    expect(effects.filter(({ kind }) => kind === 'doorbell.update')).toMatchObject([
      { message: { resolved: { what: 'No longer asked: the run is over', by: null } } },
      { message: { resolved: { what: 'Rejected', by: { login: 'mona' } } } },
    ])
  })

  it('of an end say what was answered just before it, but not after nobody had answered in time', () => {
    const facts = aRun({ card: aCard({ bells: { 'waiting:r': rung(1) } }), canRing: true })
    const whatOf = (code: string, state: 'finished' | 'failed' | 'working') => {
      const ended = { ...facts, thread: aThread({ state }) }
      const effects = planRun(ended, { kind: 'stop', code, detail: '', facts: {} }, '')
      return effects.flatMap((effect) => (effect.kind === 'doorbell.update' ? [effect.message.resolved?.what] : []))
    }
    expect(whatOf('blocked', 'finished')).toEqual(['Answered in T3'])
    expect(whatOf('blocked', 'failed')).toEqual(['No longer asked'])
    expect(whatOf('unanswered', 'failed')).toEqual(['Nobody answered in time'])
  })

  it('of an end that rings nobody are recorded too, and made once', () => {
    const facts = aRun({ card: aCard({ bells: { 'waiting:r': rung(1) } }), canRing: true })
    const effects = planRun(facts, { kind: 'cancel', code: 'issue-closed', facts: {} }, '')
    const written = effects.findLast((effect) => effect.kind === 'card.write')?.card
    expect(written?.bells['waiting:r']?.resolved).toBe(facts.now.tracker)
    const again = planRun({ ...facts, card: written ?? facts.card }, { kind: 'finish', code: 'x', facts: {} }, '')
    expect(again.map(({ kind }) => kind)).not.toContain('doorbell.update')
  })
})

describe('roughly', () => {
  it.each([
    [0, '1 second'],
    [1, '1 second'],
    [119, '119 seconds'],
    [120, '2 minutes'],
    [3600, '60 minutes'],
    [7200, '2 hours'],
    [86_400, '24 hours'],
    [172_800, '2 days'],
    [604_800, '7 days'],
  ])('%d s is %s', (seconds, text) => {
    expect(roughly(seconds)).toBe(text)
  })
})
