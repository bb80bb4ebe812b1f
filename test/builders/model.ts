import type { Card } from '../../src/core/card/card.ts'
import type { Effect } from '../../src/core/effects.ts'
import { commandIdOf, messageIdOf } from '../../src/core/ids.ts'
import { epochById, labelHistory } from '../../src/core/label-history.ts'
import { lockFate } from '../../src/core/lock-history.ts'
import type { IssueFacts, LabelEvent } from '../../src/core/model.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { idsPerTurn } from '../../src/core/run/turns.ts'
import { afk } from './issue.ts'

/**
 * The world of one run, as far as effects change it: applied in order, each idempotent as the real one is. Beside the facts it keeps
 * what nobody may do twice.
 */
export interface Model {
  readonly facts: RunFacts
  /** Message ids in the order in which the executor got them. */
  readonly sent: readonly string[]
  /** Command ids of interrupts that the executor has seen: a known one does nothing again. */
  readonly interrupts: readonly string[]
  readonly rung: readonly string[]
  readonly reruns: number
  /** Every card that was written and differed from the one before. */
  readonly written: readonly Card[]
}

export function aModel(facts: RunFacts): Model {
  return { facts, sent: [], interrupts: [], rung: [], reruns: 0, written: [] }
}

/**
 * The first `count` of the effects: then afk dies. `slackUp` false: a ring fails, `stops` false: an interrupt does; then what it names
 * instead is done, and nothing that follows.
 */
export function applyAll(
  model: Model,
  effects: readonly Effect[],
  count = Infinity,
  slackUp = true,
  stops = true,
): Model {
  let next = model
  for (const [index, effect] of effects.entries()) {
    if (index >= count) break
    if ((effect.kind === 'doorbell.ring' && !slackUp) || (effect.kind === 'turn.interrupt' && !stops)) {
      return applyAll(next, effect.ifFailed ?? [], count - index, slackUp, stops)
    }
    next = apply(next, effect)
  }
  return next
}

function apply(model: Model, effect: Effect): Model {
  const { facts } = model
  switch (effect.kind) {
    case 'card.write':
      return {
        ...model,
        written: same(effect.card, facts.card) ? model.written : [...model.written, effect.card],
        facts: { ...facts, card: effect.card, run: { ...facts.run, card: effect.card, cardState: 'present' } },
      }
    case 'turn.start':
      return startTurn(model, effect)
    case 'turn.interrupt':
      return interrupt(model, commandIdOf(effect.runId, 'interrupt', effect.attempt))
    case 'label.add':
    case 'label.remove':
      return { ...model, facts: withLabel(facts, effect.label, effect.kind === 'label.add' ? 'labeled' : 'unlabeled') }
    case 'issue.close':
      return { ...model, facts: withIssue({ ...facts, closedBy: 'afk' }, { state: 'closed' }) }
    case 'issue.reopen':
      return { ...model, facts: withIssue({ ...facts, closedBy: null }, { state: 'open' }) }
    case 'doorbell.ring':
      return { ...model, rung: [...model.rung, effect.cause] }
    case 'doorbell.update':
      return model
    case 'ci.rerun':
      return {
        ...model,
        reruns: model.reruns + 1,
        facts: { ...facts, verdict: { kind: 'pending', stage: 'ci', why: 'rerun', waitingFor: [] } },
      }
    case 'comment.say':
    case 'comment.react':
    case 'comment.explain':
    case 'comment.retract':
      return model
    case 'pull.merge':
    case 'review.resolve':
    case 'review.reply':
    case 'deployment.allow':
    case 'project.ensure':
    case 'thread.create':
    case 'thread.yield':
    case 'thread.archive':
      throw new Error(`no effect of a run: ${effect.kind}`)
  }
}

function startTurn(model: Model, { runId, purpose, attempt }: Extract<Effect, { kind: 'turn.start' }>): Model {
  const { facts } = model
  const ids = Array.from({ length: idsPerTurn }, (_, i) => messageIdOf(runId, purpose, attempt + i))
  const [id] = ids
  if (id === undefined || facts.thread.messages.some((message) => ids.includes(message.id))) return model
  const at = facts.now.executor ?? 0
  const { thread } = facts
  return {
    ...model,
    sent: [...model.sent, id],
    facts: {
      ...facts,
      thread: {
        ...thread,
        state: 'starting',
        report: null,
        startFailed: false,
        messages: [...thread.messages, { id, at }],
      },
    },
  }
}

function interrupt(model: Model, commandId: string): Model {
  const { facts } = model
  if (model.interrupts.includes(commandId)) return model
  const busy = ['starting', 'working', 'waiting'].includes(facts.thread.state)
  return {
    ...model,
    interrupts: [...model.interrupts, commandId],
    facts: busy
      ? { ...facts, thread: { ...facts.thread, state: 'failed', pending: null, error: 'interrupted' } }
      : facts,
  }
}

/** By afk unless told otherwise; nothing happens where nothing changes, as on the real tracker. */
export function withLabel(facts: RunFacts, label: string, action: LabelEvent['action'], actor = afk): RunFacts {
  const { issue, policy, run } = facts
  if (issue.labels.includes(label) === (action === 'labeled')) return facts
  const labels = action === 'labeled' ? [...issue.labels, label] : issue.labels.filter((name) => name !== label)
  const event: LabelEvent = { id: `E${issue.labelEvents.length}`, action, label, actor, at: facts.now.tracker }
  const next = withIssue(facts, { labels, labelEvents: [...issue.labelEvents, event] })
  const epoch = epochById(next.history, run.epoch)
  return epoch === null
    ? next
    : { ...next, run: { ...run, lock: lockFate(next.history, epoch, { policy, self: afk }) } }
}

export function withIssue(facts: RunFacts, changes: Partial<IssueFacts>): RunFacts {
  const issue = { ...facts.issue, ...changes }
  return { ...facts, issue, history: labelHistory(issue, facts.policy.labels) }
}

function same(a: Card, b: Card): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
