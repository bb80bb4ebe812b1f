import type { Card } from '../card/card.ts'
import { stop, wait } from '../run/decisions.ts'
import { isRung } from '../doorbell/ring-effects.ts'
import { age } from '../label-history.ts'
import type { MergeMethod } from '../pull-model.ts'
import type { Landing } from './landing.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { isRefused } from './refused-merge.ts'

/**
 * The merge of a pull request that afk has nothing more to ask of (SPEC 15.5). What protects the branch decides: where a review is
 * required, this account may not merge, or a person is to do it, somebody is told once a head, and it waits. What was refused is tried
 * again when that may have changed.
 */
export function mergeRow(facts: RunFacts): RunDecision | null {
  const { landing, card, policy, head, now } = facts
  if (landing.kind !== 'open' || head === null) return null
  const { pull } = landing
  const told = { pull: pull.number, head: pull.head }
  const tried = card.merge?.head === pull.head ? card.merge : null
  if (pull.queued) return limited('in-merge-queue', tried?.at ?? head.seenAt)
  const person = whyPerson(facts, landing, isRefused(card, pull, now.tracker))
  if (person !== null) {
    const bell = card.bells[readyCause(card, pull.head)]
    const waits = bell === undefined ? null : limited(person, bell.at)
    return waits?.kind === 'stop' || (waits !== null && isRung(bell))
      ? waits
      : { kind: 'ring-ready', code: person, facts: told, why: person }
  }
  // The service computes it when asked; and what was merged a moment ago may still look open.
  if (pull.mergeState === 'unknown' || pull.mergeable === 'unknown') return limited('mergeability-unknown', head.seenAt)
  // What a queue takes out again is no merge to try once more: its verdict turns red (`pullVerdict`).
  if (tried?.state === 'sent' && (pull.queueRequired || age(now.tracker, tried.at) <= settleMs))
    return wait('merging', told)
  if (pull.mergeState === 'blocked') return limited('merge-blocked', head.seenAt)
  const method = methodFor(policy.mergeMethod, pull.methods)
  return { kind: 'merge', code: 'merge', facts: { ...told, method }, method }

  function limited(code: string, since: number): RunDecision {
    const seconds = Math.floor(age(now.tracker, since) / 1000)
    return seconds > policy.mergeMaxSeconds
      ? stop(
          'merge-timeout',
          { ...told, why: code, seconds },
          `it was not merged within ${policy.mergeMaxSeconds} seconds`,
        )
      : wait(code, { ...told, seconds })
  }
}

/**
 * The doorbell that tells people it is theirs to merge, once a head; and once more where they were told of something else, did it, and
 * the service then refused the merge.
 */
export function readyCause({ bells, merge }: Card, head: string): string {
  const cause = `ready-to-merge:${head}`
  const told = bells[cause]
  const refused = merge?.head === head && merge.state !== 'sent'
  return told !== undefined && refused && told.at < merge.at ? `ready-to-merge:refused:${head}` : cause
}

/** For so long a merge may not show yet. */
const settleMs = 120_000

type Pulled = Extract<Landing, { readonly kind: 'open' | 'merged' | 'closed' }>

/** Why a person has to do something before this can be merged; null when none has to. */
function whyPerson({ policy, head, now }: RunFacts, { pull, objectors = [] }: Pulled, refused: boolean): string | null {
  if (policy.merge === 'human') return 'merge-human'
  if (pull.draft || pull.mergeState === 'draft') return 'draft'
  // A no of somebody trusted holds it up also where the branch requires no review.
  if (pull.reviewDecision === 'changes-requested' || objectors.length > 0) return 'changes-requested'
  if (pull.reviewDecision === 'review-required') return 'review-required'
  if (refused) return 'merge-refused'
  // Something else is required that afk does not know of: it may still come by itself.
  const seen = head?.seenAt ?? now.tracker
  const waited = age(now.tracker, seen) > policy.ciStartGraceSeconds * 1000
  return pull.mergeState === 'blocked' && waited ? 'merge-blocked' : null
}

/** As configured where the repo allows it, else what it does allow. */
function methodFor(wanted: MergeMethod, allowed: readonly MergeMethod[]): MergeMethod {
  if (allowed.includes(wanted)) return wanted
  return (['squash', 'merge', 'rebase'] as const).find((method) => allowed.includes(method)) ?? wanted
}
