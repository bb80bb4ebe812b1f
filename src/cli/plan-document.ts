import type { PlannedIssue, TickPlan } from '../app/plan.ts'
import type { Gates } from '../config/gates.ts'
import { oneLine } from '../core/text/escape.ts'
import { explainSkip } from '../core/explain/explain.ts'
import type { Policy } from '../core/policy.ts'
import type { Absent } from './absent.ts'
import { closerLook } from './closer-look.ts'
import { effectWords } from './effect-words.ts'
import { inScope, type Scope } from './scope.ts'
import type { Session } from './session.ts'
import { iso } from './words.ts'

/** The JSON of `afk plan`. Names are stable; new ones may come. Times are ISO 8601, by GitHub's clock. */
export function planDocument(
  plan: TickPlan,
  scope: Scope,
  gates: Gates,
  policy: Policy,
  session: Session,
  absent: Absent | null,
) {
  const shown = plan.issues.filter(({ decision }) => inScope(scope, decision.issue))
  return {
    command: 'plan',
    at: iso(plan.observation.now.tracker),
    ...gatesDocument(gates),
    assumed: { armed: gates.killSwitch, allowlisted: scope.assumed },
    issues: shown.map((planned) => ({
      ...issueDocument(planned),
      ...(scope.issue === null ? {} : { closer: closerLook(planned, plan.observation, policy) }),
    })),
    ...(absent === null ? {} : { absent }),
    errors: session.errors(),
    spent: { requests: session.clients.meters.requests(), points: session.clients.meters.points() },
  }
}

export type PlanDocument = ReturnType<typeof planDocument>
export type IssueDocument = PlanDocument['issues'][number]

export function gatesDocument({ open, killSwitch, drain, allowlist, why }: Gates) {
  return { gates: { open, killSwitch, drain, allowlist: allowlist.map(({ fullName }) => fullName), why } }
}

function issueDocument({ decision, failing, effects, candidate, explains }: PlannedIssue) {
  const { repo, number } = decision.issue
  const { epoch, summary } = candidate
  const place = `${repo}#${number}`
  return {
    repo,
    issue: number,
    title: summary === null ? null : oneLine(summary.title, 200),
    url: summary?.url ?? null,
    decision: decision.decision,
    /** A dispatch that died half way is finished, or, when `cancel` names a rule, taken back. */
    resume: decision.resume,
    cancel: decision.cancel,
    priority: decision.priority,
    labelledBy: epoch?.actor?.login ?? null,
    labelledAt: iso(epoch?.at ?? null),
    run: candidate.runId,
    failing: failing.map(({ code, facts, unblock }) => ({
      code,
      title: explainSkip(code).title,
      // Where the fact itself has no time, the issue has been waiting since it was labelled.
      since: typeof facts['at'] === 'string' ? facts['at'] : iso(epoch?.at ?? null),
      facts,
      unblock,
    })),
    effects: effects && effects.map((effect) => effectWords(effect, place)),
    explains: explains && {
      inMinutes: explains.inMinutes,
      effects: explains.effects.map((effect) => effectWords(effect, place)),
    },
  }
}
