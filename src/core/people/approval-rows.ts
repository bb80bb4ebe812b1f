import type { Approval } from '../card/card.ts'
import { stop, wait } from '../run/decisions.ts'
import { age } from '../label-history.ts'
import type { Said } from './people.ts'
import type { ApprovalPoint } from '../policy.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'

/**
 * The yes of a person before something is done (SPEC 16.2), for one head: a new commit asks again. Null: there is one, or none is
 * needed. A no outweighs a yes that is seen in the same look.
 */
export function approval(facts: RunFacts, what: ApprovalPoint): RunDecision | null {
  const { card, policy, head, people, now } = facts
  if (head === null || !policy.approval.before.includes(what)) return null
  const sha = head.commit.sha
  const decided = (card.approvals ?? []).findLast((one) => one.what === what && one.head === sha)
  if (decided?.decision === 'rejected') {
    return stop('rejected', { head: sha, by: decided.by, what }, `${decided.by} said no`)
  }
  const bell = card.bells[approvalCause(what, sha)]
  if (bell === undefined && decided !== undefined) return null
  if (bell === undefined) return { kind: 'ask-approval', code: `approval-${what}`, facts: { head: sha }, what }
  const counts = people.said.filter((one) => isAbout(one, what, sha, bell.at))
  const said = counts.find(({ decision }) => decision === 'rejected') ?? counts[0]
  if (decided !== undefined && said?.decision !== 'rejected') return null
  if (said !== undefined) {
    const given: Approval = { what, head: sha, decision: said.decision, by: said.by, via: said.via, at: now.tracker }
    const told = { head: sha, by: said.by, via: said.via, decision: said.decision }
    return { kind: 'record-approval', code: `approval-${what}`, facts: told, approval: given, receipt: said.comment }
  }
  const seconds = Math.floor(age(now.tracker, bell.at) / 1000)
  return seconds > policy.mergeMaxSeconds
    ? stop('unapproved', { head: sha, what, seconds }, `nobody approved or rejected it (${what})`)
    : wait(`approval-${what}`, { head: sha, seconds })
}

/** The doorbell by which somebody is asked, once a head. */
export function approvalCause(what: ApprovalPoint, head: string): string {
  return `approval:${what}:${head}`
}

/** A deployment that GitHub holds back: asked for here, where its environment waits (SPEC 16.2). */
export function deployApproval(facts: RunFacts): RunDecision | null {
  const { landing, verdict, people } = facts
  if (landing.kind === 'open' || verdict?.kind !== 'pending' || people.waiting.length === 0) return null
  const missing = approval(facts, 'deploy')
  if (missing !== null) return missing
  if (!facts.policy.approval.before.includes('deploy')) return null
  // What the service refuses for so long, though it said that this account may, the checks' own limit ends too.
  const given = facts.card.approvals?.findLast(({ what }) => what === 'deploy')?.at ?? facts.now.tracker
  if (age(facts.now.tracker, given) > facts.policy.ciMaxSeconds * 1000) return null
  const allowed = people.waiting
    .map((run) => ({ ...run, environments: run.environments.filter(({ mayApprove }) => mayApprove) }))
    .filter(({ environments }) => environments.length > 0)
  const environments = allowed.flatMap((run) => run.environments.map(({ name }) => name))
  // Where this account may not, a person has to do it in GitHub too: the checks' own limit ends that.
  if (allowed.length === 0) return null
  return { kind: 'allow-deployment', code: 'approved', facts: { environments }, waiting: allowed }
}

/** Nothing that was said before this head was asked about counts for it, unless it names the commit. */
function isAbout(said: Said, what: ApprovalPoint, head: string, askedAt: number): boolean {
  if (said.what !== null && said.what !== what) return false
  if (said.head !== null) return head.startsWith(said.head)
  return said.at !== null && said.at >= askedAt
}
