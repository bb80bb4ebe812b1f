import { describe, expect, it } from 'vitest'
import type { DispatchDecision } from '../../src/core/dispatch/dispatch-plan.ts'
import type { Effect } from '../../src/core/effects.ts'
import { cancelDispatch, dispatchEffects, type DispatchContext } from '../../src/core/dispatch/plan-dispatch.ts'
import { aCard, anOutcome, cardComment, runId } from '../builders/card.ts'
import { anIssue, human, labelled, lock, ready } from '../builders/issue.ts'
import { aPolicy } from '../builders/policy.ts'
import { seconds, sha, t0 } from '../builders/time.ts'

const at = t0 + seconds(90)
const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' }

function context(changes: Partial<DispatchContext> = {}): DispatchContext {
  return {
    facts: anIssue(),
    epoch: labelled(ready),
    runId,
    policy: aPolicy(),
    now: at,
    base: sha('b'),
    threadLink: null,
    canRing: true,
    prompt: 'Do it.',
    ...changes,
  }
}

const kinds = (effects: readonly Effect[]) =>
  effects.map((effect) => ('label' in effect ? `${effect.kind} ${effect.label}` : effect.kind))

const decision = (cancel: DispatchDecision['cancel']): DispatchDecision => ({
  issue: { repo: 'acme/shop', number: 42 },
  decision: 'skip',
  resume: true,
  failing: [],
  notEvaluated: [],
  priority: 100,
  candidate: {
    ref: { repo: 'acme/shop', number: 42 },
    summary: null,
    facts: null,
    history: null,
    epoch: null,
    runId: null,
    card: null,
    thread: null,
    threadByTitle: true,
  },
  cancel,
})

describe('dispatchEffects (SPEC 5.2)', () => {
  it('are project, thread, look again, turn, card, lock, in this order', () => {
    expect(dispatchEffects(context())).toEqual([
      { kind: 'project.ensure', repo: 'acme/shop', workspaceRoot: '/data/acme__shop' },
      {
        kind: 'thread.create',
        runId,
        repo: 'acme/shop',
        title: 'acme/shop#42 Prices are wrong',
        model,
        ifBurnt: expect.any(Array),
      },
      { kind: 'thread.yield', runId, repo: 'acme/shop' },
      { kind: 'turn.start', runId, purpose: 'start', attempt: 1, text: 'Do it.', model, ifRefused: expect.any(Array) },
      { kind: 'card.write', card: aCard() },
      { kind: 'label.add', label: lock },
    ])
  })

  it('take an older human label off before the lock goes on', () => {
    const facts = anIssue({ labels: [ready, 'Ready-for-Human'] })
    expect(kinds(dispatchEffects(context({ facts }))).slice(-2)).toEqual([`label.remove ${human}`, `label.add ${lock}`])
  })

  it('keep the card that stands, and put the link into a new one', () => {
    const standing = aCard({ startedAt: t0 + 7, tokens: 5 })
    const facts = anIssue({ comments: [cardComment(standing)] })
    expect(dispatchEffects(context({ facts }))).toContainEqual({ kind: 'card.write', card: standing })
    const threadLink = 'https://t3.example/e/t'
    expect(dispatchEffects(context({ threadLink }))).toContainEqual({
      kind: 'card.write',
      card: aCard({ links: { thread: threadLink } }),
    })
  })

  it('write names in derived form, and labels as the policy spells them', () => {
    const facts = anIssue({ repo: 'Acme/Shop' })
    const [project, , , , card] = dispatchEffects(context({ facts }))
    expect(project).toMatchObject({ repo: 'Acme/Shop', workspaceRoot: '/data/Acme__Shop' })
    expect(card).toMatchObject({ card: { repo: 'acme/shop', issue: 42 } })
  })

  it.each([
    ['thread.create', 'ifBurnt', 'thread-burnt'],
    ['turn.start', 'ifRefused', 'start-failed'],
  ] as const)('escalate instead when %s can never be done', (kind, alternative, reason) => {
    const effect = dispatchEffects(context()).find((one) => one.kind === kind)
    const instead =
      effect !== undefined && alternative in effect ? (effect as never as Record<string, Effect[]>)[alternative] : []
    expect(kinds(instead ?? [])).toEqual([
      'card.write',
      'doorbell.ring',
      'card.write',
      `label.add ${human}`,
      `label.remove ${ready}`,
    ])
    expect(instead?.[0]).toMatchObject({ card: { outcome: { kind: 'escalated', reason, at } } })
  })
})

describe('cancelDispatch (SPEC 5.1, Resume first)', () => {
  it('records the outcome, interrupts, and takes the ready label away: nobody is rung', () => {
    const effects = cancelDispatch(context(), decision('blocked'), true)
    expect(kinds(effects)).toEqual(['card.write', 'turn.interrupt', `label.remove ${ready}`])
    expect(effects[0]).toMatchObject({ card: { outcome: { kind: 'cancelled', reason: 'blocked', at } } })
  })

  it('interrupts nothing that does not work, and has a reason in any case', () => {
    const effects = cancelDispatch(context(), decision(null), false)
    expect(kinds(effects)).toEqual(['card.write', `label.remove ${ready}`])
    expect(effects[0]).toMatchObject({ card: { outcome: { reason: 'label-removed' } } })
  })

  it('never decides a run again that has its outcome: what is left to do is done (SPEC 6.3)', () => {
    const outcome = anOutcome({ kind: 'escalated', reason: 'start-failed', at })
    const facts = anIssue({ comments: [cardComment(aCard({ outcome }))] })
    const effects = cancelDispatch(context({ facts }), decision('already-ran'), false)
    expect(effects[0]).toEqual({ kind: 'card.write', card: aCard({ outcome }) })
    expect(kinds(effects)).toEqual([
      'card.write',
      'doorbell.ring',
      'card.write',
      `label.add ${human}`,
      `label.remove ${ready}`,
    ])
  })
})
