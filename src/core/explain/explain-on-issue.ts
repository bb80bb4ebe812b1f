import type { DispatchDecision, Failing } from '../dispatch/dispatch-plan.ts'
import type { Effect } from '../effects.ts'
import type { EligibilityCode } from '../dispatch/eligibility.ts'
import type { Instant } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'
import { renderWhy } from './render-why.ts'
import { retractEffects, whyCommentsOf } from './why-comment.ts'

/** Reasons that do not go away by themselves. */
const mendable: readonly EligibilityCode[] = [
  'human-label',
  'untrusted-labeller',
  'edited-after-label',
  'blocked',
  'base-red',
  'repo-moved',
]

/** So long may a reason stand before its issue is told. */
const patienceMs = 600_000

/** Whether the issue is skipped for a reason that only a person can mend, as far as is known. */
export function waitsForPeople({ decision, cancel, failing }: DispatchDecision): boolean {
  return (
    decision === 'skip' &&
    cancel === null &&
    failing.some(isMendable) &&
    !failing.some(({ code }) => silent.includes(code))
  )
}

/**
 * What is to be written on a skipped issue so that its people know why: desired against actual, empty when it says so already. Nothing
 * without a look at the issue itself, nothing for a dispatch (which takes the comment away by itself), nothing new before the label and
 * the reason are ten minutes old, as far as times are known: a red base, a blocker and a new name have none, and count from the label
 * (a blocker from the newest change of the text, too, which may be what names it).
 */
export function explainOnIssue(
  decision: DispatchDecision,
  now: Instant,
  policy: Pick<RepoPolicy, 'explainOnIssue' | 'labels'>,
): readonly Effect[] {
  const { candidate, failing, notEvaluated } = decision
  if (decision.decision !== 'skip' || decision.cancel !== null || candidate.facts === null) return []
  if (failing.some(({ code }) => silent.includes(code))) return []
  const reasons = policy.explainOnIssue ? failing.filter(isMendable) : []
  const { standing, doubles } = whyCommentsOf(candidate.facts)
  if (reasons.length === 0) {
    // What was not asked in this tick may still be the reason: rules that cost requests are not, of an issue without room.
    const isUnknown = notEvaluated.some((code) => standing?.codes.includes(code))
    return policy.explainOnIssue && isUnknown ? [] : retractEffects(candidate.facts)
  }
  if (standing === null && !reasons.some((reason) => isOld(reason, decision, now))) return []
  const body = renderWhy(reasons, policy.labels)
  return standing?.body === body && doubles.length === 0 ? [] : [{ kind: 'comment.explain', body }]
}

/** A run has the issue, its end is not finished yet, or something could not be read: no time to explain a skip. */
const silent: readonly EligibilityCode[] = ['in-progress', 'already-ran', 'unreadable']

function isMendable({ code }: Failing): boolean {
  return mendable.includes(code)
}

function isOld({ code, facts }: Failing, { candidate }: DispatchDecision, now: Instant): boolean {
  if (candidate.epoch === null) return false
  const at = typeof facts['at'] === 'string' ? Date.parse(facts['at']) : 0
  const named = code === 'blocked' ? (candidate.facts?.edits.findLast(({ what }) => what === 'body')?.at ?? 0) : 0
  return now - Math.max(candidate.epoch.at, at, named) > patienceMs
}
