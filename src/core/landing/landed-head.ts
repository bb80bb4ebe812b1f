import type { Card } from '../card/card.ts'
import { findMerged, type FoundHead } from '../run/find-head.ts'
import type { Run } from '../run/identify.ts'
import { pullVerdict, type Landing } from './landing.ts'
import type { Commit } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'
import { carriesTrailer } from '../trailer.ts'
import { isAgent } from '../trust.ts'
import type { Verdict } from '../verdict/verdict.ts'

/** The newest commit of an open pull request, what a merged one became, or what was pushed (SPEC 6.1, 15.2). */
export function landedHead(
  landing: Landing,
  onBranch: FoundHead | null,
  commits: readonly Commit[],
  policy: RepoPolicy,
): FoundHead | null {
  if (landing.kind === 'push') return onBranch
  if (landing.kind === 'open') {
    const tip = landing.pull.commits.find(({ sha }) => sha === landing.pull.head)
    // What it changes is asked of the pull request as a whole: nobody goes by the parents.
    const head = tip === undefined ? null : { ...tip, parents: [] }
    return head === null ? null : { head, own: [head], later: [], pushedOnTop: [], revertedBy: null }
  }
  if (landing.kind !== 'merged' || landing.pull.mergeCommit === null) return null
  const { mergeCommit, url } = landing.pull
  const found = findMerged(commits, mergeCommit, {
    isAgent: (author) => author !== null && isAgent(author, policy),
    reported: [],
  })
  // The branch may not show it yet, or no longer in its newest commits: it is there all the same.
  const head: Commit = { sha: mergeCommit, message: '', author: null, parents: [], url }
  return found ?? { head, own: [head], later: [], pushedOnTop: [], revertedBy: null }
}

/** A head that was seen on the default branch itself: one of an open pull request may still be rewritten. */
export function isLanded(card: Card | null): card is Card & { readonly head: NonNullable<Card['head']> } {
  return card?.head != null && (card.pull === undefined || card.pull.merged === card.head.sha)
}

/** Commits that a corrective turn may have been about; a squash has taken the place of those of a pull request that is merged. */
export function shasOf(
  { runId }: Run,
  found: FoundHead | null,
  landing: Landing,
  commits: readonly Commit[],
): readonly string[] {
  const proposed = 'pull' in landing ? landing.pull.commits : []
  const trailed = [...commits, ...proposed].filter(({ message }) => carriesTrailer(message, runId))
  return [...(found?.own ?? []), ...trailed].map(({ sha }) => sha)
}

/** Nothing of an open pull request is rolled out. */
export function verdictPolicy(policy: RepoPolicy, landing: Landing): RepoPolicy {
  return landing.kind === 'open' ? { ...policy, rollout: { kind: 'none' } } : policy
}

/** What stands between an open pull request and its base is part of its verdict (SPEC 15.3). */
export function landingVerdict(verdict: Verdict, landing: Landing, card: Card | null, now: number): Verdict {
  if (landing.kind !== 'open') return verdict
  const { pull } = landing
  const sent = card?.merge?.head === pull.head && card.merge.state === 'sent' ? card.merge.at : null
  const left = pull.queueRequired && !pull.queued && sent !== null && now - sent > queueGraceMs
  return pullVerdict(verdict, pull, card, left)
}

/** For so long a queue may not show what was handed to it. */
const queueGraceMs = 180_000
