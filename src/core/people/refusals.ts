import { approvalCause } from './approval-rows.ts'
import type { Effect } from '../effects.ts'
import { onGithubCause } from './held-deployments.ts'
import { noteIn, spoken } from './notes.ts'
import type { Said } from './people.ts'
import type { RunFacts } from '../run/run-facts.ts'

/**
 * Receipts, once each, for the yes and no that came to nothing (SPEC 16.2, 16.3): a yes that names no commit, or another than the
 * newest, and a no where nothing was asked yet.
 */
export function planRefusals(facts: RunFacts): readonly Effect[] {
  const { said, unclear } = facts.people
  const vain = said
    .filter((one) => one.receipted !== true && isInVain(one, facts))
    .flatMap(({ comment }) => comment ?? [])
  return [...unclear, ...vain].map((comment) => ({ kind: 'comment.react', comment, reaction: 'confused' }))
}

function isInVain({ decision, head: named, at }: Said, facts: RunFacts): boolean {
  if (at === null) return false
  if (decision === 'rejected') return !wasAsked(facts, at)
  const { head, landing } = facts
  // What names no commit of this run may yet name its first.
  if (head === null || named === null) return false
  const known = [head.commit.sha, ...('pull' in landing ? [landing.pull.head] : [])]
  // Said before this commit was there, it may have been about the one before, and have counted.
  return at >= head.seenAt && !known.some((sha) => sha.startsWith(named))
}

/** A yes to the newest commit was asked for by then. */
function wasAsked(facts: RunFacts, at: number): boolean {
  const { head, policy, card, run } = facts
  if (head === null) return false
  const { sha } = head.commit
  const causes = [...policy.approval.before.map((what) => approvalCause(what, sha)), onGithubCause(sha)]
  return causes.some((cause) => {
    const asked = noteIn(spoken(facts), run.runId, cause)?.createdAt ?? card.bells[cause]?.at
    return asked !== undefined && at >= asked
  })
}
