import type { Actor, Commit, Instant, IssueComment } from './model.ts'

/**
 * Pull requests, reviews and what people say on them, as facts (SPEC 15, 16): the nouns of landing by pull request, with no vendor's
 * type in sight. Owns no decision.
 */

export type MergeMethod = 'squash' | 'merge' | 'rebase'

/** A pull request as a list shows it: enough to tell whose it is. */
export interface PullSummary {
  readonly number: number
  readonly state: 'open' | 'merged' | 'closed'
  /** Its head branch, without `refs/heads/`. */
  readonly branch: string
  /** The head branch lies in the repo itself, not in a fork. */
  readonly sameRepo: boolean
  readonly createdAt: Instant
}

/** Everything about one pull request that afk decides by. Lists are complete; commits are newest first. */
export interface Pull extends PullSummary {
  readonly url: string
  readonly title: string
  readonly draft: boolean
  /** The branch that it is to be merged into. */
  readonly base: string
  /** Newest commit of the head branch, as the service sees it now. */
  readonly head: string
  /** The newest hundred at most; those of the pull request alone, not of its base. */
  readonly commits: readonly Omit<Commit, 'parents'>[]
  /** What it became on the base branch; null until it is merged. */
  readonly mergeCommit: string | null
  /** Who merged it; null until then, and where the account is gone. */
  readonly mergedBy: Actor | null
  /** Who closed it without a merge; null while it is open, once it is merged, and where the account is gone. */
  readonly closedBy: Actor | null
  /** `unknown` while the service computes it: ask again. */
  readonly mergeable: 'mergeable' | 'conflicting' | 'unknown'
  /**
   * What the service itself says of merging it now, for this account: `blocked` = a review or a check is missing, `behind` = the
   * branch has to be brought up to date first, `unstable` = mergeable though something that is not required is not green.
   */
  readonly mergeState: 'clean' | 'blocked' | 'behind' | 'draft' | 'unstable' | 'conflicting' | 'unknown'
  readonly reviewDecision: 'approved' | 'changes-requested' | 'review-required' | 'none'
  /** The newest approval or refusal of each reviewer, dismissed ones left out. */
  readonly reviews: readonly PullReview[]
  readonly threads: readonly ReviewThread[]
  /** Comments on the pull request as a whole, oldest first. */
  readonly comments: readonly IssueComment[]
  /** The base branch takes merges through a queue only. */
  readonly queueRequired: boolean
  /** It stands in that queue now. */
  readonly queued: boolean
  /** What the repo allows. */
  readonly methods: readonly MergeMethod[]
}

export interface PullReview {
  readonly author: Actor | null
  readonly state: 'approved' | 'changes-requested'
  /** The commit that was looked at; null where the service does not tell. */
  readonly commit: string | null
  readonly at: Instant
}

/** One conversation about a place in the diff. */
export interface ReviewThread {
  /** What the write calls take. */
  readonly id: string
  readonly resolved: boolean
  /** Login of who resolved it; null while it is open, and where the service does not tell. */
  readonly resolvedBy?: string | null
  readonly path: string
  /** In the newest version; null when that line is gone. */
  readonly line: number | null
  readonly url: string
  /** Oldest first; of a very long one the newest fifty. */
  readonly comments: readonly {
    readonly author: Actor | null
    readonly body: string
    readonly at: Instant
    /** Written by the account that afk uses. */
    readonly own: boolean
    /** Who edited it last, where that may be somebody else than its author; null: an account that is gone. Absent: nobody else. */
    readonly editedBy?: Actor | null
  }[]
}

/** A workflow run that waits for somebody to allow its deployment. */
export interface WaitingDeployment {
  readonly workflowRun: number
  /** Its page, where a person allows it; null where the service does not tell. */
  readonly url: string | null
  readonly environments: readonly { readonly id: number; readonly name: string; readonly mayApprove: boolean }[]
}

/** What a second agent said of the diff (SPEC 15.4). */
export interface ReviewReport {
  readonly kind: 'clean' | 'issues'
  /** Its whole last message, for the run's own thread; empty for a clean one. */
  readonly findings: string
}
