import { describe, expect, it } from 'vitest'
import { labelHistory } from '../../src/core/label-history.ts'
import { lockFate, roleOf } from '../../src/core/lock-history.ts'
import type { Actor, LabelEvent } from '../../src/core/model.ts'
import { afk, anIssue, labelled, lock, maria, ready, unlabelled } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { minutes, t0 } from '../builders/time.ts'

const agent: Actor = { login: 'code-agent', kind: 'user' }
const who = { policy: aPolicy({ agentLogins: ['code-agent'] }), self: afk }
const epoch = labelled(ready)
const on = (actor: Actor | null, n = 1) => labelled(lock, { id: `on${n}`, actor, at: t0 + minutes(n) })
const off = (actor: Actor | null, n = 2) => unlabelled(lock, { id: `off${n}`, actor, at: t0 + minutes(n) })

function fate(events: readonly LabelEvent[], labels: readonly string[] = [ready]) {
  return lockFate(labelHistory(anIssue({ labels, labelEvents: events }), who.policy.labels), epoch, who)
}

describe('lockFate', () => {
  it('is never before the lock was put on', () => {
    expect(fate([epoch])).toEqual({ kind: 'never' })
  })

  it('is on while the label is there, whoever put it on', () => {
    expect(fate([epoch, on(maria)], [ready, 'Agent-In-Progress'])).toEqual({ kind: 'on' })
  })

  it.each<[string, Actor | null, string]>([
    ['a person', maria, 'person'],
    ['afk', afk, 'afk'],
    ['an agent', agent, 'agent'],
    ['nobody that can be named', null, 'person'],
  ])('is off, by %s', (_, by, byRole) => {
    expect(fate([epoch, on(afk), off(by)])).toEqual({ kind: 'off', by, byRole })
  })

  it('goes by the last that took it off', () => {
    expect(fate([epoch, on(afk), off(afk), on(maria, 3), off(maria, 4)])).toMatchObject({ byRole: 'person' })
  })

  it('counts no lock that a person tried out, or that nobody is known to have put on', () => {
    expect(fate([epoch, on(maria), off(maria)])).toEqual({ kind: 'never' })
    expect(fate([epoch, on(null), off(null)])).toEqual({ kind: 'never' })
  })

  it('counts a lock that an agent put on', () => {
    expect(fate([epoch, on(agent), off(maria)])).toMatchObject({ kind: 'off', byRole: 'person' })
  })

  it('leaves out the lock of an earlier epoch', () => {
    expect(fate([labelled(ready, { id: 'old', at: t0 - minutes(9) }), on(afk), off(afk), epoch])).toEqual({
      kind: 'never',
    })
  })

  it('is off without a known hand when the label vanished without an event', () => {
    expect(fate([epoch, on(afk)])).toEqual({ kind: 'off', by: null, byRole: 'person' })
  })
})

describe('roleOf', () => {
  it('knows afk, agents and people, in any letter case', () => {
    expect(
      [{ ...afk, login: 'AFK-Runner' }, { ...agent, login: 'Code-Agent' }, maria, null].map((actor) =>
        roleOf(actor, who),
      ),
    ).toEqual(['afk', 'agent', 'person', 'person'])
  })
})
