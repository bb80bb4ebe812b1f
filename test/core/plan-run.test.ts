import { describe, expect, it } from 'vitest'
import { decideRun } from '../../src/core/run/decide-run.ts'
import type { Effect } from '../../src/core/effects.ts'
import type { IssueFacts } from '../../src/core/model.ts'
import { nextCard } from '../../src/core/run/next-card.ts'
import { attemptNumber, planRun, wasPushed } from '../../src/core/run/plan-run.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, anOutcome, aRed, aTurn, runId } from '../builders/card.ts'
import { afk, anIssue, human, labelled, lock, maria, ready, unlabelled } from '../builders/issue.ts'
import { aHead, aPushedRun, aRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { aPolicy } from '../builders/policy.ts'
import { aThread } from '../builders/thread.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' }

/** As decided and planned, with the turn's text `text`. */
function plan(facts: RunFacts): { readonly decision: RunDecision; readonly effects: readonly Effect[] } {
  const decision = decideRun(facts, afk)
  return { decision, effects: planRun(facts, decision, 'text') }
}

function words(effects: readonly Effect[]): readonly string[] {
  return effects.map((effect) => {
    if (effect.kind === 'label.add' || effect.kind === 'label.remove') return `${effect.kind} ${effect.label}`
    if (effect.kind === 'doorbell.ring') return `ring ${effect.cause}`
    if (effect.kind === 'turn.start') return `turn ${effect.purpose} ${effect.attempt}`
    if (effect.kind === 'turn.interrupt') return `interrupt ${effect.attempt}`
    return effect.kind
  })
}

const closed = (by: typeof afk): IssueFacts =>
  anIssue({
    state: 'closed',
    labels: [ready, lock],
    labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: t0 + 1 })],
    closed: { at: t0 + minutes(10), actor: by, commit: null },
  })

const blocked: RunChanges = {
  thread: aThread({ state: 'finished', report: { report: { kind: 'blocked', words: 'no key' }, at: now } }),
}
const stalled: RunChanges = { now: { tracker: t0 + seconds(2700), executor: t0 + seconds(2700) } }

const rows: readonly (readonly [
  why: string,
  facts: RunFacts,
  kind: RunDecision['kind'],
  effects: readonly string[],
])[] = [
  ['wait, with no news', aRun(), 'wait', []],
  ['wait, more tokens alone', aRun({ thread: aThread({ tokens: 5000 }) }), 'wait', []],
  ['wait, with news', aPushedRun(pending()), 'wait', ['card.write']],
  ['wait, the card gone', aRun({ run: { cardState: 'lost' } }), 'wait', ['card.write']],
  ['adopt', aRun({ run: { lock: { kind: 'never' } } }), 'adopt', ['card.write', `label.add ${lock}`]],
  [
    'land',
    aPushedRun(green),
    'land',
    ['card.write', 'ring done', 'card.write', `label.remove ${ready}`, 'issue.close', `label.remove ${lock}`],
  ],
  [
    'land, closed by the run itself',
    aPushedRun(green, { issue: closed(maria), closedBy: 'run' }),
    'land',
    ['card.write', 'ring done', 'card.write', `label.remove ${ready}`, `label.remove ${lock}`],
  ],
  [
    'stop, nothing pushed: escalate',
    aRun(blocked),
    'stop',
    [
      'card.write',
      'ring needs-human',
      'card.write',
      `label.remove ${ready}`,
      `label.add ${human}`,
      `label.remove ${lock}`,
    ],
  ],
  [
    'stop, busy: interrupted after the outcome',
    aRun({ editedBy: 'stranger' }),
    'stop',
    [
      'card.write',
      'interrupt 3',
      'ring needs-human',
      'card.write',
      `label.remove ${ready}`,
      `label.add ${human}`,
      `label.remove ${lock}`,
    ],
  ],
  [
    'stop, the executor unreachable: nothing is interrupted',
    aRun({ editedBy: 'stranger', now: { tracker: now, executor: null } }),
    'stop',
    [
      'card.write',
      'ring needs-human',
      'card.write',
      `label.remove ${ready}`,
      `label.add ${human}`,
      `label.remove ${lock}`,
    ],
  ],
  [
    'stop, pushed: freeze',
    aPushedRun(red(), blocked),
    'stop',
    ['card.write', 'ring frozen', 'card.write', `label.remove ${ready}`, `label.add ${human}`, `label.remove ${lock}`],
  ],
  [
    'stop, pushed once and gone: freeze',
    aRun({
      headRemoved: true,
      card: aCard({ head: { sha: sha('a'), seenAt: t0, pathsClear: true } }),
      thread: aThread({ state: 'finished' }),
    }),
    'stop',
    ['card.write', 'ring frozen', 'card.write', `label.remove ${ready}`, `label.add ${human}`, `label.remove ${lock}`],
  ],
  [
    'freeze, closed by a commit of the run: open again first',
    aPushedRun(red(), { ...blocked, issue: closed(maria), closedBy: 'run' }),
    'stop',
    [
      'issue.reopen',
      'card.write',
      'ring frozen',
      'card.write',
      `label.remove ${ready}`,
      `label.add ${human}`,
      `label.remove ${lock}`,
    ],
  ],
  [
    'escalate, closed by an agent: left closed',
    aRun({ ...blocked, issue: closed(maria), closedBy: 'agent' }),
    'stop',
    [
      'card.write',
      'ring needs-human',
      'card.write',
      `label.remove ${ready}`,
      `label.add ${human}`,
      `label.remove ${lock}`,
    ],
  ],
  [
    'cancel',
    aRun({ run: { lock: { kind: 'off', by: maria, byRole: 'person' } }, issue: anIssue() }),
    'cancel',
    ['card.write', 'interrupt 3', `label.remove ${ready}`],
  ],
  [
    'cancel, labelled anew: the new label stays',
    aRun({
      issue: anIssue({
        labels: [ready, lock],
        labelEvents: [
          labelled(ready),
          labelled(lock, { actor: afk, at: t0 + 1 }),
          unlabelled(ready, { at: t0 + 2 }),
          labelled(ready, { at: t0 + 3 }),
        ],
      }),
    }),
    'cancel',
    ['card.write', 'interrupt 3', `label.remove ${lock}`],
  ],
  [
    'finish',
    aRun({
      card: aCard({ outcome: anOutcome({ kind: 'landed', reason: 'green', at: now }), bells: { done: { at: now } } }),
      thread: aThread({ state: 'finished' }),
    }),
    'finish',
    ['card.write', `label.remove ${ready}`, 'issue.close', `label.remove ${lock}`],
  ],
  [
    'fix-forward: recorded before it is sent',
    aPushedRun(red()),
    'fix-forward',
    ['card.write', `turn fix:${sha('a')} 1`],
  ],
  [
    'fix-forward, closed by the run: open again first',
    aPushedRun(red(), { issue: closed(maria), closedBy: 'run' }),
    'fix-forward',
    ['issue.reopen', 'card.write', `turn fix:${sha('a')} 1`],
  ],
  [
    'fix-forward, closed by afk in another life: open again first',
    aPushedRun(red(), { issue: closed(afk), closedBy: 'afk' }),
    'fix-forward',
    ['issue.reopen', 'card.write', `turn fix:${sha('a')} 1`],
  ],
  ['nudge', aRun({ thread: aThread({ state: 'finished' }) }), 'nudge', ['card.write', 'turn nudge 1']],
  [
    'retry',
    aRun({ thread: aThread({ state: 'failed', lastSignAt: t0 + seconds(200) }) }),
    'retry',
    ['card.write', 'turn continue 1'],
  ],
  [
    'retry, stalled: what may be alive is interrupted first',
    aRun(stalled),
    'retry',
    ['card.write', 'interrupt 4', 'turn continue 1'],
  ],
  [
    'wait, stalled and the backoff not over: interrupted at once',
    aRun({ ...stalled, policy: aPolicy({ retryBackoffSeconds: 9000 }) }),
    'wait',
    ['interrupt 501'],
  ],
  [
    'wait, stalled after the push: interrupted, and CI decides',
    aPushedRun(pending(), { ...stalled, thread: aThread() }),
    'wait',
    ['card.write', 'interrupt 501'],
  ],
  [
    'wait, stalled in a turn of a person’s: left to them',
    aPushedRun(pending(), {
      ...stalled,
      thread: aThread({ messages: [{ id: 'of-a-person', at: t0 + seconds(100) }] }),
    }),
    'wait',
    ['card.write'],
  ],
  [
    'rerun-ci, stalled: interrupted as well',
    aPushedRun(red({ infrastructureOnly: true }), { ...stalled, thread: aThread() }),
    'rerun-ci',
    ['ci.rerun', 'card.write', 'interrupt 501'],
  ],
  ['resend', aRun({ thread: aThread({ state: 'idle', messages: [] }) }), 'resend', ['card.write', 'turn start 1']],
  ['rerun-ci', aPushedRun(red({ infrastructureOnly: true })), 'rerun-ci', ['ci.rerun', 'card.write']],
  [
    'ring-waiting',
    aRun({ thread: aThread({ state: 'waiting', pending: { id: 'r', kind: 'input', detail: '?' } }) }),
    'ring-waiting',
    ['ring waiting:r', 'card.write'],
  ],
  [
    'ring-waiting, with nobody to ring',
    aRun({ canRing: false, thread: aThread({ state: 'waiting', pending: { id: 'r', kind: 'input', detail: '?' } }) }),
    'ring-waiting',
    ['card.write'],
  ],
]

describe('planRun: the writes of each decision, in order (SPEC 6.5)', () => {
  it.each(rows)('%s', (_, facts, kind, effects) => {
    const planned = plan(facts)
    expect(planned.decision.kind).toBe(kind)
    expect(words(planned.effects)).toEqual(effects)
  })

  it('has a row here for every decision', () => {
    expect(new Set(rows.map(([, , kind]) => kind)).size).toBe(12)
  })
})

describe('what stands in the card', () => {
  const cardOf = (effects: readonly Effect[], index = 0) => {
    const effect = effects.filter(({ kind }) => kind === 'card.write')[index]
    return effect?.kind === 'card.write' ? effect.card : null
  }

  it('before a corrective turn: the turn, the red that it answers, and the first red', () => {
    const facts = aPushedRun(red())
    expect(cardOf(plan(facts).effects)).toEqual({
      ...nextCard(facts),
      firstRedAt: now,
      reds: [aRed()],
      turns: [aTurn(), aTurn({ purpose: `fix:${sha('a')}`, at: now })],
    })
  })

  it('before a repeated turn: that it is a retry; before the first one ever: that it is none', () => {
    const failed = aThread({ state: 'failed', lastSignAt: t0 + seconds(200) })
    expect(cardOf(plan(aRun({ thread: failed })).effects)?.turns.at(-1)).toEqual(
      aTurn({ purpose: 'continue', at: now, retry: true }),
    )
    const unsent = aRun({ card: aCard({ turns: [] }), thread: aThread({ state: 'idle', messages: [] }) })
    expect(cardOf(plan(unsent).effects)?.turns).toEqual([aTurn({ at: now })])
  })

  it('of a turn that is sent again: since when', () => {
    const facts = aRun({ thread: aThread({ state: 'idle', messages: [] }) })
    expect(plan(facts).effects).toEqual([
      { kind: 'card.write', card: aCard({ turns: [aTurn({ resent: now })] }) },
      {
        kind: 'turn.start',
        runId,
        purpose: 'start',
        attempt: 1,
        text: 'text',
        model,
        ifRefused: [{ kind: 'card.write', card: aCard({ turns: [aTurn({ resent: now, refused: true })] }) }],
      },
    ])
    const turns = [aTurn({ resent: now - 1 })]
    expect(cardOf(plan({ ...facts, card: aCard({ turns }) }).effects)?.turns).toEqual(turns)
  })

  it('of a stop: the outcome, with the reds up to it', () => {
    expect(cardOf(plan(aPushedRun(red(), blocked)).effects)).toMatchObject({
      outcome: { kind: 'frozen', reason: 'blocked', detail: 'no key', at: now },
      reds: [aRed()],
    })
  })

  it('of a rerun: that it was done, or that it was refused', () => {
    const [rerun, written] = plan(aPushedRun(red({ infrastructureOnly: true }))).effects
    const done = { head: sha('a'), at: now, refused: false }
    expect(written).toMatchObject({ card: { rerun: done } })
    expect(rerun).toMatchObject({
      sha: sha('a'),
      workflowRuns: [7],
      ifRefused: [{ card: { rerun: { ...done, refused: true } } }],
    })
  })

  it('of a waiting request: when it was rung', () => {
    const facts = aRun({ thread: aThread({ state: 'waiting', pending: { id: 'r', kind: 'input', detail: '?' } }) })
    expect(cardOf(plan(facts).effects)?.bells).toEqual({ 'waiting:r': { at: now } })
    expect(plan(facts).effects[0]).toMatchObject({
      message: { paragraphs: [{ label: '', quote: facts.issue.title }, {}, {}] },
    })
  })
})

describe('the end of a run whose agent could not be interrupted', () => {
  const card = aCard({
    outcome: anOutcome({ kind: 'escalated', at: now - minutes(2), unstopped: true }),
    bells: { 'needs-human': { at: now - minutes(2) } },
  })
  const issue = anIssue({ labels: [human, lock], labelEvents: [labelled(ready), labelled(lock, { actor: afk })] })
  const rest = (changes: RunChanges) => words(plan(aRun({ card, issue, ...changes })).effects)
  const unlocked = `label.remove ${lock}`

  it.each<[string, RunChanges, readonly string[]]>([
    ['at work', {}, ['card.write', 'interrupt 1002', 'card.write', unlocked]],
    [
      'in a state that is not known',
      { thread: aThread({ state: 'unknown' }) },
      ['card.write', 'interrupt 1002', 'card.write', unlocked],
    ],
    ['over', { thread: aThread({ state: 'failed' }) }, ['card.write', unlocked]],
    [
      'driven by a person by now',
      { thread: aThread({ messages: [{ id: 'of-a-person', at: now }] }) },
      ['card.write', unlocked],
    ],
    [
      'not to be seen',
      { thread: aThread({ state: 'unknown' }), now: { tracker: now, executor: null } },
      ['card.write'],
    ],
  ])('%s', (_, changes, effects) => {
    expect(rest(changes)).toEqual(effects)
  })
})

describe('planRun', () => {
  it('never sends a turn that is not recorded', () => {
    const resend: RunDecision = { kind: 'resend', code: 'x', facts: {}, turn: aTurn() }
    expect(() => planRun(aRun({ card: aCard({ turns: [] }) }), resend, '')).toThrow('recorded before it is sent')
  })

  it('names no commit where there is none', () => {
    const fix = planRun(aRun(), { kind: 'fix-forward', code: 'red', facts: {}, attempt: 1 }, '')
    expect(words(fix)).toContain('turn fix: 1')
    const rerun = planRun(aRun(), { kind: 'rerun-ci', code: 'x', facts: {}, workflowRuns: [] }, '')
    expect(rerun[0]).toMatchObject({ sha: '' })
  })

  it('ends a run whose label event is gone', () => {
    const facts = aRun({ ...blocked, run: { epoch: 'gone' } })
    expect(words(plan(facts).effects)).toContain(`label.remove ${ready}`)
  })
})

describe('attemptNumber and wasPushed', () => {
  it('count from one, retries left out', () => {
    const turns = [aTurn(), aTurn({ purpose: 'fix:x' }), aTurn({ purpose: 'fix:x', attempt: 2, retry: true })]
    expect([attemptNumber(aRun()), attemptNumber(aRun({ card: aCard({ turns }) }))]).toEqual([1, 2])
  })

  it('go by the head, now or before', () => {
    const before = aCard({ head: { sha: sha('a'), seenAt: t0, pathsClear: true } })
    expect([wasPushed(aRun()), wasPushed(aRun({ head: aHead() })), wasPushed(aRun({ card: before }))]).toEqual([
      false,
      true,
      true,
    ])
  })
})
