import type { Approval } from '../card/card.ts'
import { stop, wait } from '../run/decisions.ts'
import { isRung } from '../doorbell/ring-effects.ts'
import { age } from '../label-history.ts'
import type { Instant } from '../model.ts'
import { noteIn, spoken } from './notes.ts'
import type { Said } from './people.ts'
import type { ApprovalPoint } from '../policy.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'

/**
 * The yes of a person before something is done (SPEC 16.2), for one head: a new commit asks again. Null: there is one, or none is
 * needed. A no outweighs a yes that is seen in the same look.
 */
export function approval(facts: RunFacts, what: ApprovalPoint): RunDecision | null {
  const { card, policy, head, now } = facts
  if (head === null || !policy.approval.before.includes(what)) return null
  const sha = head.commit.sha
  const cause = approvalCause(what, sha)
  const said = saidOf(facts, what, cause)
  if (said !== null) return said
  if (decided(facts, what) !== undefined) return null
  const bell = card.bells[cause]
  if (bell === undefined) return { kind: 'ask-approval', code: `approval-${what}`, facts: { head: sha }, what }
  const seconds = Math.floor(age(now.tracker, bell.at) / 1000)
  if (seconds > policy.mergeMaxSeconds)
    return stop('unapproved', { head: sha, what, seconds }, `nobody approved or rejected it (${what})`)
  return isRung(bell)
    ? wait(`approval-${what}`, { head: sha, seconds })
    : { kind: 'ask-approval', code: `approval-${what}`, facts: { head: sha, seconds }, what }
}

/** What somebody said since people were asked under this cause, to be written down; a no that stands ends the run. Null: nothing new. */
export function saidOf(facts: RunFacts, what: ApprovalPoint, cause: string): RunDecision | null {
  const { card, head, people, now } = facts
  if (head === null) return null
  const sha = head.commit.sha
  const standing = decided(facts, what)
  if (standing?.decision === 'rejected') {
    return stop('rejected', { head: sha, by: standing.by, what }, `${standing.by} said no`)
  }
  const bell = card.bells[cause]
  if (bell === undefined) return null
  const askedAt = askedSince(facts, cause) ?? bell.at
  const counts = people.said.filter((one) => isAbout(one, what, sha, askedAt))
  const said = counts.find(({ decision }) => decision === 'rejected') ?? counts[0]
  if (said === undefined || (standing !== undefined && said.decision !== 'rejected')) return null
  const given: Approval = { what, head: sha, decision: said.decision, by: said.by, via: said.via, at: now.tracker }
  const told = { head: sha, by: said.by, via: said.via, decision: said.decision }
  return { kind: 'record-approval', code: `approval-${what}`, facts: told, approval: given, receipt: said.comment }
}

function decided({ card, head }: RunFacts, what: ApprovalPoint): Approval | undefined {
  return card.approvals?.findLast((one) => one.what === what && one.head === head?.commit.sha)
}

/** Since when an answer counts: the comment may be older than the ring. */
function askedSince(facts: RunFacts, cause: string): Instant | null {
  return noteIn(spoken(facts), facts.run.runId, cause)?.createdAt ?? null
}

/** The doorbell by which somebody is asked, once a head. */
export function approvalCause(what: ApprovalPoint, head: string): string {
  return `approval:${what}:${head}`
}

/** Nothing that was said before this head was asked about counts for it, unless it names the commit. */
function isAbout(said: Said, what: ApprovalPoint, head: string, askedAt: number): boolean {
  if (said.what !== null && said.what !== what) return false
  if (said.head !== null) return head.startsWith(said.head)
  return said.at !== null && said.at >= askedAt
}
