import type { Card } from '../card/card.ts'
import { cardsOf } from '../card/cards-of.ts'
import type { DispatchDecision } from './dispatch-plan.ts'
import type { Effect } from '../effects.ts'
import { detailStarts } from '../explain/explain-cases.ts'
import { endRun, withOutcome } from '../run/end-run.ts'
import { sameName, type Instant, type IssueFacts, type LabelEvent } from '../model.ts'
import { modelChoice } from '../model-choice.ts'
import type { RepoPolicy } from '../policy.ts'
import { threadTitle, workspaceRootOf } from '../titles.ts'
import { retractEffects } from '../explain/why-comment.ts'

export interface DispatchContext {
  readonly facts: IssueFacts
  readonly epoch: LabelEvent
  readonly runId: string
  readonly policy: RepoPolicy
  readonly now: Instant
  readonly base: string | null
  readonly threadLink: string | null
  readonly canRing: boolean
  readonly prompt: string
}

/**
 * The writes of one dispatch, in the order that makes it exactly once (SPEC 5.2): project, thread, look again, turn, card, lock.
 * The lock comes last, so that whatever died half way is found and finished under the same ids.
 */
export function dispatchEffects(context: DispatchContext): readonly Effect[] {
  const { facts, policy, runId } = context
  const model = modelChoice(policy)
  const card = standingCard(context) ?? newCard(context)
  const staleHuman = facts.labels.some((label) => sameName(label, policy.labels.human))
  return [
    { kind: 'project.ensure', repo: facts.repo, workspaceRoot: workspaceRootOf(policy.workspaceBase, facts.repo) },
    {
      kind: 'thread.create',
      runId,
      repo: facts.repo,
      title: threadTitle(facts.repo, facts.number, facts.title),
      model,
      ifBurnt: escalate(
        context,
        card,
        'thread-burnt',
        'its thread was deleted or archived in T3, and an id is never used twice there',
      ),
    },
    { kind: 'thread.yield', runId, repo: facts.repo },
    {
      kind: 'turn.start',
      runId,
      purpose: 'start',
      attempt: 1,
      text: context.prompt,
      model,
      ifRefused: escalate(context, card, 'start-failed', detailStarts.turnRefused),
    },
    { kind: 'card.write', card },
    ...(staleHuman ? [{ kind: 'label.remove', label: policy.labels.human } as const] : []),
    ...retractEffects(facts),
    { kind: 'label.add', label: policy.labels.inProgress },
  ]
}

/** A half-done dispatch that must not go on: it ends as cancelled, and says why. */
export function cancelDispatch(
  context: Omit<DispatchContext, 'prompt'>,
  decision: DispatchDecision,
  busy: boolean,
): readonly Effect[] {
  const card = standingCard(context) ?? newCard(context)
  return endRun({
    // An outcome that stands is never decided again (SPEC 6.3): what is left to do for it is done.
    card:
      card.outcome === null
        ? withOutcome(card, 'cancelled', decision.cancel ?? 'label-removed', '', context.now)
        : card,
    issue: context.facts,
    policy: context.policy,
    now: context.now,
    canRing: context.canRing,
    busy,
    readyIsNewer: false,
  })
}

function escalate(context: DispatchContext, card: Card, code: string, detail: string): readonly Effect[] {
  return endRun({
    card: withOutcome(card, 'escalated', code, detail, context.now),
    issue: context.facts,
    policy: context.policy,
    now: context.now,
    canRing: context.canRing,
    busy: false,
    readyIsNewer: false,
  })
}

function standingCard({ facts, runId }: Pick<DispatchContext, 'facts' | 'runId'>): Card | null {
  return cardsOf(facts).cards.find(({ card }) => card.runId === runId)?.card ?? null
}

function newCard({ facts, epoch, runId, now, base, threadLink }: Omit<DispatchContext, 'prompt'>): Card {
  return {
    runId,
    repo: facts.repo.toLowerCase(),
    issue: facts.number,
    epoch: epoch.id,
    epochAt: epoch.at,
    startedAt: now,
    base,
    phase: 'worktree',
    phases: { worktree: now },
    head: null,
    firstRedAt: null,
    turns: [{ purpose: 'start', attempt: 1, at: now, retry: false, refused: false }],
    reds: [],
    rerun: null,
    bells: {},
    absentSince: null,
    tokens: 0,
    links: threadLink === null ? {} : { thread: threadLink },
    outcome: null,
  }
}
