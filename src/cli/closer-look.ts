import type { PlannedIssue } from '../app/plan.ts'
import { blockerRefs } from '../core/dispatch/blockers.ts'
import { seenOpen } from '../core/dispatch/eligibility.ts'
import { cardsOf } from '../core/card/cards-of.ts'
import type { Actor } from '../core/model.ts'
import { issueKey, personKey, type PollObservation } from '../core/dispatch/poll-facts.ts'
import type { Policy } from '../core/policy.ts'
import { trustOf, type TrustContext } from '../core/trust.ts'
import { iso } from './words.ts'

/** Everything that was found out about one issue: who labelled and edited it and whether that counts, what blocks it, its runs so far. */
export function closerLook({ candidate, effects }: PlannedIssue, observation: PollObservation, policy: Policy) {
  const { ref, facts, summary, epoch, thread } = candidate
  const trust: TrustContext = {
    policy: policy.repo(ref.repo),
    self: observation.self,
    permissionOf: (login) => observation.permissions[personKey(ref.repo, login)],
  }
  const person = (actor: Actor | null) => ({
    by: actor?.login ?? null,
    role: actor === null ? null : (observation.permissions[personKey(ref.repo, actor.login)]?.role ?? null),
    trust: trustOf(actor, trust),
  })
  const overview = observation.repos.find(({ repo }) => repo === ref.repo)
  return {
    labelled: epoch && {
      ...person(epoch.actor),
      at: iso(epoch.at),
      epoch: epoch.id,
      viaApp: observation.via[epoch.id] || null,
    },
    labels: summary?.labels ?? [],
    labelEvents: (facts?.labelEvents ?? []).map(({ action, label, actor, at }) => ({
      action,
      label,
      by: actor?.login ?? null,
      at: iso(at),
    })),
    edits: (facts?.edits ?? []).map((edit) => ({
      what: edit.what,
      ...person(edit.actor),
      at: iso(edit.at),
      afterLabel: epoch !== null && edit.at >= epoch.at,
    })),
    blockers: [
      ...blockerRefs(summary?.body ?? '', ref.repo)
        .filter((named) => issueKey(named) !== issueKey(ref))
        .map((named) => ({
          repo: named.repo,
          issue: named.number,
          state: (observation.blockers[issueKey(named)] ?? seenOpen(named, observation)[0])?.state ?? 'unknown',
          named: 'in its text',
        })),
      ...(facts?.dependencies ?? []).map(({ repo, number, state }) => ({
        repo,
        issue: number,
        state,
        named: 'as a dependency',
      })),
    ],
    runs:
      facts === null
        ? []
        : cardsOf(facts).cards.map(({ card }) => ({
            run: card.runId,
            startedAt: iso(card.startedAt),
            outcome: card.outcome?.kind ?? null,
            reason: card.outcome?.reason ?? null,
          })),
    thread: thread && { id: thread.id, state: thread.state, createdAt: iso(thread.createdAt) },
    base: overview?.base ?? null,
    prompt: effects?.find((effect) => effect.kind === 'turn.start')?.text ?? null,
  }
}

export type CloserLook = ReturnType<typeof closerLook>
