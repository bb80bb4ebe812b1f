import { epochById, eventsAfter } from './label-history.ts'
import { roleOf } from './lock-history.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import type { Actor } from './model.ts'

/**
 * What comes before the decision table (SPEC 6.3): an outcome that stands, people who changed their mind, and heads that are not what
 * they were. Null: nothing of the kind, the table decides.
 */
export function reconcile(facts: RunFacts, self: Actor): RunDecision | null {
  if (facts.run.cardState === 'present' && facts.card.outcome !== null) {
    return { kind: 'finish', code: facts.card.outcome.kind, facts: { reason: facts.card.outcome.reason } }
  }
  return humanWins(facts, self) ?? notWhatItWas(facts)
}

function humanWins(facts: RunFacts, self: Actor): RunDecision | null {
  const { history, run, policy, issue } = facts
  const who = { policy, self }
  if (issue.state === 'closed' && facts.closedBy === 'person') {
    return { kind: 'cancel', code: 'issue-closed', facts: { by: issue.closed?.actor?.login ?? null } }
  }
  if (run.lock.kind === 'off' && run.lock.byRole === 'person') {
    return { kind: 'cancel', code: 'lock-removed', facts: { by: run.lock.by?.login ?? null } }
  }
  const epoch = epochById(history, run.epoch)
  const since = epoch === null ? [] : eventsAfter(history, epoch, policy.labels.ready)
  const later = since.findLast((event) => event.action === 'labeled')
  if (later)
    return { kind: 'cancel', code: 'epoch-changed', facts: { by: later.actor?.login ?? null, epoch: later.id } }
  const removal = history.readyNow ? undefined : since.findLast((event) => event.action === 'unlabeled')
  if (removal && roleOf(removal.actor, who) === 'person') {
    return { kind: 'cancel', code: 'label-removed', facts: { by: removal.actor?.login ?? null } }
  }
  return null
}

function notWhatItWas(facts: RunFacts): RunDecision | null {
  if (facts.run.cardState === 'tampered') {
    return stop('card-tampered', {}, 'the hidden marker of its card was edited by somebody else')
  }
  if (facts.editedBy !== null) {
    return stop(
      'edited-during-run',
      { by: facts.editedBy },
      `${facts.editedBy} changed the title or the text while the agent worked`,
    )
  }
  if (facts.headRemoved) {
    return stop(
      'head-removed',
      { head: facts.card.head?.sha ?? null },
      `commit ${short(facts.card.head?.sha)} is no longer on the branch`,
    )
  }
  const { head } = facts
  if (head?.revertedBy) {
    return stop(
      'reverted',
      { head: head.commit.sha, by: head.revertedBy },
      `commit ${short(head.commit.sha)} was reverted by ${short(head.revertedBy)}`,
    )
  }
  if (head && head.protectedPaths.length > 0) {
    return stop(
      'protected-path',
      { head: head.commit.sha, paths: head.protectedPaths },
      `it changes ${head.protectedPaths.slice(0, 5).join(', ')}`,
    )
  }
  return null
}

function stop(code: string, facts: RunDecision['facts'], detail: string): RunDecision {
  return { kind: 'stop', code, facts, detail }
}

function short(sha: string | undefined): string {
  return (sha ?? '').slice(0, 8)
}
