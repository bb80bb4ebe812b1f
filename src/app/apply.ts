import type { Outcome as RunOutcome } from '../core/card/card.ts'
import type { Effect } from '../core/effects.ts'
import type { IssueFacts, IssueRef } from '../core/model.ts'
import type { PortError } from '../ports/errors.ts'
import type { Receipt } from '../ports/notifier.ts'
import { ring, updateBell, withBells } from './apply-bells.ts'
import { writeCard } from './apply-card.ts'
import { explain, retract } from './apply-explain.ts'
import { allowDeployment, isRefusal, mergePull, replyOnce, resolveReview, sayOnce } from './apply-landing.ts'
import { createThread, ensureProject, interrupt, startTurn, yieldToEarlier } from './apply-executor.ts'
import { heldBack } from './held-back.ts'
import { asPortError, type Tick } from './tick.ts'

/** The issue whose effects are carried out, with what must be known of it while that lasts. */
export interface ApplyContext {
  readonly tick: Tick
  readonly issue: IssueRef
  readonly run: string
  /** As observed; null only where there is no issue (archiving). */
  readonly facts: IssueFacts | null
  /** Filled as effects are carried out. */
  readonly memory: {
    projectId: string | null
    /** A dispatch that has no thread yet. With one it is half done, and finished in spite of a drain (SPEC 3.4). */
    startsNew: boolean
    /** The card's comment and its text, once written in this tick. */
    card: { readonly comment: number; readonly body: string } | null
    /** Where doorbells rang, by cause. */
    readonly receipts: Map<string, Receipt>
    /** Causes of doorbells that could not be edited. */
    readonly unsettled: Set<string>
  }
}

/**
 * `refused` = afk itself held back (a gate, an earlier thread, the deadline): nothing failed, and the rest was not attempted. `ended`: what
 * was done instead has ended the run.
 */
export type Applied =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: string; readonly ended?: RunOutcome }
  /** `category` of the port's failure, or `bug`. */
  | { readonly kind: 'failed'; readonly category: string }

/** What one effect came to. `instead` = the world's answer makes another plan the right one (a burnt id, a refused turn). */
export type Outcome =
  | { readonly kind: 'done' | 'replayed' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'instead'; readonly effects: readonly Effect[]; readonly why: string }

export function applyContext(tick: Tick, issue: IssueRef, run: string, facts: IssueFacts | null): ApplyContext {
  return {
    tick,
    issue,
    run,
    facts,
    memory: { projectId: null, startsNew: false, card: null, receipts: new Map(), unsettled: new Set() },
  }
}

/** Carries effects out in order; the first that fails or is refused ends the list of this issue (SPEC 5.2). */
export async function applyEffects(effects: readonly Effect[], context: ApplyContext): Promise<Applied> {
  for (const effect of effects) {
    const held = holdBack(effect, context)
    if (held !== null) {
      say(context, effect, 'refused', { why: held })
      return { kind: 'refused', why: held }
    }
    let outcome: Outcome
    try {
      outcome = await applyOne(effect, context)
    } catch (thrown) {
      const error = asPortError(thrown)
      say(context, effect, 'failed', { error })
      context.tick.failures.item(error)
      // A comment that outlives its reason is no harm: the lock must not wait for it, and the watcher finds it again.
      if (effect.kind === 'comment.retract') continue
      // An edit of a message is a courtesy: nothing waits for it.
      if (effect.kind === 'doorbell.update') continue
      // A receipt too: without it a command is looked at again, and what it asked for is there already.
      if (effect.kind === 'comment.react') continue
      // The run ends all the same; the card says it too.
      if (effect.kind === 'review.reply' && isRefusal(error.category)) continue
      if (effect.kind === 'doorbell.ring' && effect.ifFailed && isUnrung(error)) {
        await applyEffects(effect.ifFailed, context)
      }
      if (effect.kind === 'turn.interrupt' && effect.ifFailed) await applyEffects(effect.ifFailed, context)
      if (effect.kind === 'pull.merge' && error.category === 'conflict') await applyEffects(effect.ifConflict, context)
      return { kind: 'failed', category: error.category }
    }
    if (outcome.kind === 'refused') {
      say(context, effect, 'refused', { why: outcome.why })
      return outcome
    }
    if (outcome.kind === 'instead') {
      say(context, effect, 'refused', { why: outcome.why })
      const instead = await applyEffects(outcome.effects, context)
      return instead.kind === 'done' ? { kind: 'refused', why: outcome.why, ...endOf(outcome.effects) } : instead
    }
    say(context, effect, outcome.kind, {})
  }
  return { kind: 'done' }
}

/** It was tried and failed. Not: no time was left for it, or somebody else has changed the card, and may have rung. */
function isUnrung({ port, isTooLate }: PortError): boolean {
  return port === 'notifier' && !isTooLate
}

function endOf(effects: readonly Effect[]): { readonly ended?: RunOutcome } {
  const ended = effects.flatMap((effect) => (effect.kind === 'card.write' ? (effect.card.outcome ?? []) : [])).at(-1)
  return ended === undefined ? {} : { ended }
}

/** Effects that start or continue agent work, and those that let it into production: the gates are read again right before each (SPEC 3.5). */
const agentWork: readonly Effect['kind'][] = [
  'project.ensure',
  'thread.create',
  'turn.start',
  'ci.rerun',
  'pull.merge',
  'deployment.allow',
]

/** Nothing depends on these, so that a shut gate stops them as well. */
const words: readonly Effect['kind'][] = ['comment.explain']

function holdBack(effect: Effect, context: ApplyContext): string | null {
  return agentWork.includes(effect.kind) || words.includes(effect.kind) ? heldBack(context) : null
}

async function applyOne(effect: Effect, context: ApplyContext): Promise<Outcome> {
  const { tick, issue } = context
  const { tracker, executor } = tick.world
  switch (effect.kind) {
    case 'project.ensure':
      return ensureProject(effect, context)
    case 'thread.create':
      return createThread(effect, context)
    case 'thread.yield':
      return yieldToEarlier(effect, context)
    case 'turn.start':
      return startTurn(effect, context)
    case 'turn.interrupt':
      return interrupt(effect, context)
    case 'thread.archive':
      await executor.archive({ commandId: effect.commandId, threadId: effect.threadId })
      return { kind: 'done' }
    case 'card.write':
      return writeCard(withBells(effect.card, context), context)
    case 'comment.explain':
      return explain(effect.body, context)
    case 'comment.retract':
      return retract(effect.comments, context)
    case 'label.add':
      await tracker.addLabel(issue, effect.label)
      return { kind: 'done' }
    case 'label.remove':
      await tracker.removeLabel(issue, effect.label)
      return { kind: 'done' }
    case 'issue.close':
      await tracker.close(issue)
      return { kind: 'done' }
    case 'issue.reopen':
      await tracker.reopen(issue)
      return { kind: 'done' }
    case 'ci.rerun':
      return rerun(effect, context)
    case 'comment.say':
      return sayOnce(effect, context)
    case 'comment.react':
      await tick.world.pulls.react(issue.repo, effect.comment, effect.reaction)
      return { kind: 'done' }
    case 'pull.merge':
      return mergePull(effect, context)
    case 'review.resolve':
      return resolveReview(effect, context)
    case 'review.reply':
      return replyOnce(effect, context)
    case 'deployment.allow':
      return allowDeployment(effect, context)
    case 'doorbell.ring':
      return ring(effect, context)
    case 'doorbell.update':
      return updateBell(effect, context)
  }
}

async function rerun(effect: Extract<Effect, { kind: 'ci.rerun' }>, { tick, issue }: ApplyContext): Promise<Outcome> {
  for (const run of effect.workflowRuns) {
    try {
      await tick.world.ci.rerun(issue.repo, run)
    } catch (thrown) {
      const error = asPortError(thrown)
      if (!['refused', 'forbidden', 'not-found'].includes(error.category)) throw error
      return {
        kind: 'instead',
        effects: effect.ifRefused,
        why: `workflow run ${run} cannot be run again (${error.category})`,
      }
    }
  }
  return { kind: 'done' }
}

function say(
  context: ApplyContext,
  effect: Effect,
  result: 'done' | 'replayed' | 'failed' | 'refused',
  more: { error?: PortError; why?: string },
): void {
  context.tick.report.effect({ issue: context.issue, run: context.run, effect: effect.kind, result, ...more })
}
