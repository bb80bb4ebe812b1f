import { describe, expect, it } from 'vitest'
import type { Actor, LabelEvent } from '../../src/core/model.ts'
import { reconcile } from '../../src/core/run/reconcile.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import { aCard, anOutcome } from '../builders/card.ts'
import { afk, anIssue, labelled, lock, maria, ready, stranger, unlabelled } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { aHead, aRun, type RunChanges } from '../builders/run.ts'
import { minutes, sha, t0 } from '../builders/time.ts'

const agent: Actor = { login: 'code-agent', kind: 'user' }
const policy = aPolicy({ agentLogins: ['code-agent'] })
const locked = labelled(lock, { actor: afk, at: t0 + 1 })
const closed = (by: Actor | null) =>
  anIssue({ state: 'closed', closed: { at: t0 + minutes(5), actor: by, commit: null } })

function withEvents(labels: readonly string[], ...events: readonly LabelEvent[]): RunChanges {
  return { policy, issue: anIssue({ labels, labelEvents: [labelled(ready), locked, ...events] }) }
}

const removed = (actor: Actor | null) => unlabelled(ready, { actor, at: t0 + minutes(2) })
const again = (actor: Actor | null) => labelled(ready, { actor, at: t0 + minutes(3) })

const rows: readonly (readonly [why: string, changes: RunChanges, decision: Partial<RunDecision> | null])[] = [
  ['nothing of the kind', {}, null],
  // 1
  [
    'an outcome stands, whatever else is true',
    {
      card: aCard({ outcome: anOutcome({ kind: 'landed', reason: 'green' }) }),
      issue: closed(maria),
      closedBy: 'person',
      editedBy: 'x',
    },
    { kind: 'finish', code: 'landed' },
  ],
  [
    'an outcome of a card that is not believed',
    { card: aCard({ outcome: anOutcome() }), run: { cardState: 'lost' } },
    null,
  ],
  // 2
  [
    'closed by a person',
    { issue: closed(maria), closedBy: 'person' },
    { kind: 'cancel', code: 'issue-closed', facts: { by: 'maria' } },
  ],
  [
    'closed by nobody known',
    { issue: closed(null), closedBy: 'person' },
    { kind: 'cancel', code: 'issue-closed', facts: { by: null } },
  ],
  ['closed by a commit of the run', { issue: closed(maria), closedBy: 'run' }, null],
  ['closed by an agent', { issue: closed(agent), closedBy: 'agent' }, null],
  ['closed by afk', { issue: closed(afk), closedBy: 'afk' }, null],
  [
    'the lock taken off by a person',
    { run: { lock: { kind: 'off', by: maria, byRole: 'person' } } },
    { kind: 'cancel', code: 'lock-removed', facts: { by: 'maria' } },
  ],
  [
    'the lock taken off by nobody known',
    { run: { lock: { kind: 'off', by: null, byRole: 'person' } } },
    { kind: 'cancel', code: 'lock-removed', facts: { by: null } },
  ],
  ['the lock taken off by an agent', { run: { lock: { kind: 'off', by: agent, byRole: 'agent' } } }, null],
  ['the lock taken off by afk', { run: { lock: { kind: 'off', by: afk, byRole: 'afk' } } }, null],
  ['the lock never put on', { run: { lock: { kind: 'never' } } }, null],
  [
    'the ready label taken off by a person',
    withEvents([lock], removed(maria)),
    { kind: 'cancel', code: 'label-removed', facts: { by: 'maria' } },
  ],
  ['the ready label taken off by afk', withEvents([lock], removed(afk)), null],
  ['the ready label taken off by an agent', withEvents([lock], removed(agent)), null],
  ['the ready label gone without an event', withEvents([lock]), null],
  [
    'the ready label taken off and on again',
    withEvents([ready, lock], removed(maria), again(maria)),
    { kind: 'cancel', code: 'epoch-changed', facts: { by: 'maria' } },
  ],
  [
    'the ready label put on again by a stranger: revoked all the same',
    withEvents([ready, lock], removed(null), again(stranger)),
    { kind: 'cancel', code: 'epoch-changed', facts: { by: 'stranger' } },
  ],
  [
    'the ready label put on again by nobody known, and taken off since',
    withEvents([lock], removed(maria), again(null), unlabelled(ready, { id: 'UE_2', at: t0 + minutes(4) })),
    { kind: 'cancel', code: 'epoch-changed', facts: { by: null } },
  ],
  ['an epoch whose event is not known', { ...withEvents([lock], removed(maria)), run: { epoch: 'gone' } }, null],
  // 3 to 5
  [
    'a tampered card',
    { run: { cardState: 'tampered' } },
    { kind: 'stop', code: 'card-tampered', detail: 'the hidden marker of its card was edited by somebody else' },
  ],
  [
    'edited by somebody who is not trusted',
    { editedBy: 'stranger' },
    {
      kind: 'stop',
      code: 'edited-during-run',
      facts: { by: 'stranger' },
      detail: 'stranger changed the title or the text while the agent worked',
    },
  ],
  [
    'a head that is gone',
    { headRemoved: true, card: aCard({ head: { sha: sha('a'), seenAt: t0, pathsClear: true } }) },
    { kind: 'stop', code: 'head-removed', detail: 'commit aaaaaaaa is no longer on the branch' },
  ],
  [
    'a head that is gone, of which nothing else is known',
    { headRemoved: true },
    { kind: 'stop', code: 'head-removed', facts: { head: null } },
  ],
  [
    'a reverted head',
    { head: aHead({ revertedBy: sha('c') }) },
    {
      kind: 'stop',
      code: 'reverted',
      facts: { head: sha('a'), by: sha('c') },
      detail: 'commit aaaaaaaa was reverted by cccccccc',
    },
  ],
  [
    'protected paths, the first five named',
    { head: aHead({ protectedPaths: ['1', '2', '3', '4', '5', '6'] }) },
    { kind: 'stop', code: 'protected-path', detail: 'it changes 1, 2, 3, 4, 5' },
  ],
  ['a head with nothing to say of', { head: aHead() }, null],
]

describe('reconcile (SPEC 6.3)', () => {
  it.each(rows)('%s', (_, changes, decision) => {
    const decided = reconcile(aRun(changes), afk)
    if (decision === null) expect(decided).toBeNull()
    else expect(decided).toMatchObject(decision)
  })

  it('lets people win over everything but an outcome, in this order', () => {
    const all: RunChanges = {
      ...withEvents([lock], removed(maria)),
      editedBy: 'stranger',
      headRemoved: true,
      head: aHead({ revertedBy: sha('c'), protectedPaths: ['x'] }),
      run: { cardState: 'tampered' },
    }
    expect(reconcile(aRun(all), afk)?.code).toBe('label-removed')
    expect(reconcile(aRun({ ...all, policy: aPolicy({ agentLogins: ['maria'] }) }), afk)?.code).toBe('card-tampered')
  })
})
