import { stop } from './decisions.ts'
import { epochById, eventsAfter } from '../label-history.ts'
import { roleOf } from '../lock-history.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import type { Actor } from '../model.ts'

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
  const { history, run, policy, issue, landing, people } = facts
  const who = { policy, self }
  const told = people.commands.find(({ kind }) => kind === 'stop')
  if (told) return { kind: 'cancel', code: 'stopped', facts: { by: told.by }, receipt: told.comment }
  if (landing.kind === 'closed' && landing.closedBy === 'person') {
    const { number, closedBy } = landing.pull
    return { kind: 'cancel', code: 'pull-closed', facts: { pull: number, by: closedBy?.login ?? null } }
  }
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
  const strange = notTheRuns(facts)
  if (strange !== null) return strange
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

/** Pull requests that are not what a run may have (SPEC 15.2): nothing of it is merged, and a person looks. */
function notTheRuns({ landing, card }: RunFacts): RunDecision | null {
  if (landing.kind === 'none' && landing.pushed !== null) {
    return stop(
      'bypassed-review',
      { head: landing.pushed },
      `commit ${short(landing.pushed)} reached the default branch without a pull request`,
    )
  }
  // Queued or merged by afk at this head: then it was looked at before.
  if (landing.kind === 'merged' && landing.mergedByAgent && card.merge?.head !== landing.pull.head) {
    return stop(
      'bypassed-review',
      { pull: landing.pull.number, head: landing.pull.mergeCommit },
      `the agent merged pull request #${landing.pull.number} itself`,
    )
  }
  if (landing.kind === 'ambiguous') {
    const numbers = landing.numbers.map((number) => `#${number}`)
    return stop('ambiguous', { pulls: landing.numbers }, `it has ${numbers.join(' and ')} open at once`)
  }
  if (landing.kind === 'open' && landing.foreign !== null) {
    return stop(
      'foreign-commit',
      { pull: landing.pull.number, head: landing.foreign },
      `commit ${short(landing.foreign)} on its branch is neither the run's nor by somebody trusted`,
    )
  }
  return null
}

function short(sha: string | undefined): string {
  return (sha ?? '').slice(0, 8)
}
