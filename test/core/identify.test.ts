import { describe, expect, it } from 'vitest'
import { identifyRun, type Identified } from '../../src/core/run/identify.ts'
import { runIdOf } from '../../src/core/ids.ts'
import type { Actor, IssueComment, IssueFacts, LabelEvent } from '../../src/core/model.ts'
import { aCard, anOutcome, cardComment, runId } from '../builders/card.ts'
import { aComment, afk, anIssue, epochId, human, labelled, lock, maria, ready, unlabelled } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { minutes, t0 } from '../builders/time.ts'

interface Given {
  readonly labels?: readonly string[]
  readonly events?: readonly LabelEvent[]
  readonly comments?: readonly IssueComment[]
  readonly threads?: readonly string[]
  readonly atWork?: readonly string[]
  readonly state?: IssueFacts['state']
  readonly pollerResumes?: boolean
}

function identify({
  labels = [ready],
  events = [labelled(ready)],
  comments = [],
  threads = [],
  atWork = [],
  ...more
}: Given): Identified {
  return identifyRun(anIssue({ labels, labelEvents: events, comments, state: more.state ?? 'open' }), {
    policy: aPolicy({ agentLogins: ['code-agent'] }),
    self: afk,
    threadExists: (id) => threads.includes(id) || atWork.includes(id),
    threadAtWork: (id) => atWork.includes(id),
    pollerResumes: more.pollerResumes ?? true,
  })
}

const on = labelled(lock, { actor: afk, at: t0 + minutes(2) })
const off = (actor: Actor | null) => unlabelled(lock, { actor, at: t0 + minutes(3) })
const unready = (actor: Actor | null) => unlabelled(ready, { actor, at: t0 + minutes(4) })
const second = labelled(ready, { id: 'LE_2', at: t0 + minutes(5) })
const secondRun = runIdOf('acme/shop', 42, 'LE_2')
const secondCard = aCard({ runId: secondRun, epoch: 'LE_2', epochAt: second.at, startedAt: second.at + 1 })
const open = cardComment(aCard())
const ended = cardComment(aCard({ outcome: anOutcome() }))
const tampered = cardComment(aCard(), { editedByOther: true })
const agent: Actor = { login: 'code-agent', kind: 'user' }

const rows: readonly (readonly [why: string, given: Given, expected: object])[] = [
  // Locked.
  [
    'locked, with its card',
    { labels: [ready, lock], events: [labelled(ready), on], comments: [open] },
    { kind: 'run', runId, epoch: epochId, epochAt: t0, cardState: 'present', lock: { kind: 'on' }, card: aCard() },
  ],
  [
    'locked, its outcome recorded: the rest is to be done',
    { labels: [lock], events: [labelled(ready), on], comments: [ended] },
    { kind: 'run', runId, cardState: 'present', card: { outcome: { kind: 'frozen' } } },
  ],
  [
    'locked, its card gone',
    { labels: [lock], events: [labelled(ready), on] },
    { kind: 'run', runId, epoch: epochId, card: null, cardState: 'lost', lock: { kind: 'on' } },
  ],
  [
    'locked, its card tampered with',
    { labels: [lock], events: [labelled(ready), on], comments: [tampered] },
    { kind: 'run', runId, card: null, cardState: 'tampered' },
  ],
  [
    'locked, and labelled anew since: still the first run, whose marker says so',
    { labels: [ready, lock], events: [labelled(ready), on, second], comments: [open] },
    { kind: 'run', runId, epoch: epochId, lock: { kind: 'on' } },
  ],
  [
    'locked, labelled anew since, and the card gone: the epoch before the lock',
    { labels: [ready, lock], events: [labelled(ready), on, second] },
    { kind: 'run', runId, epoch: epochId },
  ],
  [
    'locked for the second run, the first one ended',
    {
      labels: [ready, lock],
      events: [labelled(ready), on, off(afk), second, labelled(lock, { id: 'on2', actor: afk, at: second.at + 2 })],
      comments: [ended, cardComment(secondCard, { id: 2 })],
    },
    { kind: 'run', runId: secondRun, epoch: 'LE_2', card: secondCard },
  ],
  [
    'locked, its label events gone (a transfer): the card tells',
    { labels: [lock], events: [], comments: [open] },
    { kind: 'run', runId, lock: { kind: 'on' } },
  ],
  [
    'locked, its label events gone, and ended',
    { labels: [lock], events: [], comments: [ended] },
    { kind: 'run', runId, card: { outcome: { kind: 'frozen' } } },
  ],
  [
    'locked by hand, and never labelled ready',
    { labels: [lock], events: [on] },
    { kind: 'none', why: expect.stringContaining(ready) },
  ],
  // Not locked, with an open card.
  [
    'half dispatched: the card stands, the lock is missing',
    { comments: [open], threads: [runId] },
    { kind: 'dispatching', runId },
  ],
  [
    'half dispatched in a repo that the poller has left',
    { comments: [open], threads: [runId], pollerResumes: false },
    { kind: 'run', runId, lock: { kind: 'never' } },
  ],
  [
    'half dispatched and closed',
    { comments: [open], state: 'closed' },
    { kind: 'run', runId, lock: { kind: 'never' } },
  ],
  ['half dispatched and unlabelled', { labels: [], comments: [open] }, { kind: 'run', runId, lock: { kind: 'never' } }],
  [
    'half dispatched and labelled anew',
    { events: [labelled(ready), second], comments: [open] },
    { kind: 'run', runId, lock: { kind: 'never' } },
  ],
  [
    'its lock taken off by a person',
    { events: [labelled(ready), on, off(maria)], comments: [open] },
    { kind: 'run', runId, lock: { kind: 'off', byRole: 'person' } },
  ],
  [
    'an open card whose label event is gone',
    { labels: [], events: [], comments: [open] },
    { kind: 'run', runId, lock: { kind: 'never' } },
  ],
  // Not locked, no open card.
  ['never labelled', { labels: [], events: [] }, { kind: 'none', why: expect.stringContaining(ready) }],
  [
    'ended, and the ready label still on: the rest is to be done',
    { comments: [ended] },
    { kind: 'run', runId, card: { outcome: { kind: 'frozen' } } },
  ],
  [
    'ended in every way',
    { labels: [], events: [labelled(ready), on, off(afk)], comments: [ended] },
    { kind: 'over', card: { runId } },
  ],
  ['ready, and nothing else is known', {}, { kind: 'none', why: 'no run of it is known' }],
  [
    'ready anew after an ended run',
    { events: [labelled(ready), on, off(afk), second], comments: [ended], threads: [runId] },
    { kind: 'none', why: 'no run of it is known' },
  ],
  ['half dispatched: only the thread is there', { threads: [runId] }, { kind: 'dispatching', runId }],
  [
    'only the thread is there, of a repo that the poller has left',
    { threads: [runId], pollerResumes: false },
    { kind: 'run', runId, card: null, cardState: 'lost', lock: { kind: 'never' } },
  ],
  [
    'only the thread is there, and the issue is closed (`Closes #n` before the lock was on)',
    { threads: [runId], state: 'closed' },
    { kind: 'run', runId, cardState: 'lost', lock: { kind: 'never' } },
  ],
  [
    'its card deleted after afk took the lock off: it has ended',
    { labels: [], events: [labelled(ready), on, off(afk)], threads: [runId] },
    { kind: 'over', card: null },
  ],
  [
    'its card deleted and the lock taken off by a person',
    { events: [labelled(ready), on, off(maria)], threads: [runId] },
    { kind: 'run', runId, cardState: 'lost', lock: { kind: 'off', byRole: 'person' } },
  ],
  [
    'its card deleted and the lock taken off by an agent: a machine ends nothing',
    { events: [labelled(ready), on, off(agent)], threads: [runId] },
    { kind: 'run', runId, lock: { kind: 'off', byRole: 'agent' } },
  ],
  [
    'its card tampered with, before the lock',
    { comments: [tampered], pollerResumes: false },
    { kind: 'run', runId, cardState: 'tampered', lock: { kind: 'never' } },
  ],
  // Labelled anew before the card of the first dispatch was written.
  [
    'only the thread of the epoch before is there, at work: that run, whose epoch has changed',
    { events: [labelled(ready), unready(maria), second], atWork: [runId] },
    { kind: 'run', runId, epoch: epochId, epochAt: t0, card: null, cardState: 'lost', lock: { kind: 'never' } },
  ],
  [
    'the same, and the second label taken off again',
    { labels: [], events: [labelled(ready), unready(maria), second], atWork: [runId] },
    { kind: 'run', runId, epoch: epochId },
  ],
  [
    'of two epochs before the later one first',
    {
      events: [labelled(ready), second, labelled(ready, { id: 'LE_3', at: t0 + minutes(6) })],
      atWork: [runId, secondRun],
    },
    { kind: 'run', runId: secondRun, epoch: 'LE_2' },
  ],
  [
    'the same where the new epoch has begun: the new one',
    { events: [labelled(ready), unready(maria), second], atWork: [runId], threads: [secondRun] },
    { kind: 'dispatching', runId: secondRun },
  ],
  ...(
    [
      ['its thread at rest', { atWork: [], threads: [runId] }],
      ['its end told by its card', { comments: [ended] }],
      ['its card tampered with', { comments: [tampered] }],
      ['its card broken', { comments: [aComment({ body: '<!-- afk:v1 {} -->' })] }],
      ['its card a newer one', { comments: [aComment({ body: '<!-- afk:v3 {} -->' })] }],
      ['its lock off', { events: [labelled(ready), on, off(maria), unready(maria), second] }],
      ['its end told by its label', { events: [labelled(ready), unready(afk), second] }],
    ] satisfies [string, Given][]
  ).map(([why, given]): (typeof rows)[number] => [
    `the same with ${why}: none`,
    { events: [labelled(ready), unready(maria), second], atWork: [runId], ...given },
    { kind: 'none', why: 'no run of it is known' },
  ]),
  // Ended, with somebody's hand in it.
  [
    'never locked, its end written, and then its card deleted: afk takes the ready label off at an end and nowhere else',
    { labels: [human], events: [labelled(ready), unready(afk)], threads: [runId] },
    { kind: 'over', card: null },
  ],
  [
    'the same, with its card edited by somebody',
    { labels: [human], events: [labelled(ready), unready(afk)], comments: [tampered], threads: [runId] },
    { kind: 'over' },
  ],
  [
    'never locked, its card gone, and a person took the ready label off',
    { labels: [], events: [labelled(ready), unready(maria)], threads: [runId] },
    { kind: 'run', cardState: 'lost', lock: { kind: 'never' } },
  ],
  [
    'ended, and a person took both labels off before its doorbell rang',
    { labels: [], events: [labelled(ready), on, off(maria), unready(maria)], comments: [ended] },
    { kind: 'run', runId, card: { outcome: { kind: 'frozen' } } },
  ],
  [
    'ended, never locked, and a person took the ready label off before its doorbell rang',
    { labels: [], events: [labelled(ready), unready(maria)], comments: [ended] },
    { kind: 'run', runId },
  ],
  ...[
    cardComment(aCard({ outcome: anOutcome(), bells: { frozen: { at: t0 } } })),
    cardComment(aCard({ outcome: anOutcome({ untold: true }) })),
    cardComment(aCard({ outcome: anOutcome({ kind: 'cancelled' }) })),
  ].map((card, nth): (typeof rows)[number] => [
    ['the same after it rang', 'the same where the card says that nobody was told', 'a cancel, which rings for nobody'][
      nth
    ] ?? '',
    { labels: [], events: [labelled(ready), on, off(maria), unready(maria)], comments: [card] },
    { kind: 'over' },
  ]),
  // Not to be believed.
  [
    'a newer card, left alone',
    { labels: [lock], comments: [open, aComment({ id: 2, body: '<!-- afk:v3 {} -->' })] },
    { kind: 'newer', version: 3 },
  ],
  [
    'a broken card, never a guess',
    { labels: [lock], comments: [aComment({ body: '<!-- afk:v1 {} -->' })] },
    { kind: 'broken' },
  ],
]

describe('identifyRun (SPEC 6.1)', () => {
  it.each(rows)('%s', (_, given, expected) => {
    expect(identify(given)).toMatchObject(expected)
  })

  it('goes by the newest of two open cards', () => {
    const comments = [open, cardComment(secondCard, { id: 2 })]
    expect(identify({ events: [labelled(ready), second], comments })).toEqual({ kind: 'dispatching', runId: secondRun })
  })
})
