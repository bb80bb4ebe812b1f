import type { CiPlan } from './ci-model.ts'
import type { ContentEdit, Reaction } from './issue-model.ts'

export type MergeMethod = 'merge' | 'squash' | 'rebase'

/** What makes an issue a pull request. Its title, body, comments, labels and events are the issue's. */
export interface Pull {
  /** null: the fork is gone. */
  headRepoId: number | null
  /** The owner at the time it was opened; outlives the fork. */
  headOwner: string
  headRef: string
  /** Follows the branch while the pull request is open. */
  headSha: string
  baseRef: string
  /** Tip of the base when it was opened, or when it was merged. */
  baseSha: string
  draft: boolean
  mergedAt: number | null
  mergedBy: string | null
  mergeCommitSha: string | null
  /** Shas of its commits, kept when it is merged: a base that has them all would show none. */
  mergedCommits: string[] | null
  reviews: Review[]
  threads: ReviewThread[]
  requestedReviewers: string[]
  autoMerge: AutoMerge | null
  /** Which pair of head and base GitHub was asked to try; it computes in the background, so the first look finds nothing. */
  mergeability: { pair: string; askedAt: number } | null
  /** What CI does with the commit that merges it, instead of the repository's script. */
  mergeCi: CiPlan | null | undefined
  /** Its group in a merge queue ends red. */
  failsInQueue: boolean
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'

export interface Review {
  id: number
  nodeId: string
  author: string
  state: ReviewState
  body: string
  /** The head it was given for. */
  commitSha: string
  submittedAt: number
  viaApp: string | null
}

export interface ReviewThread {
  id: number
  nodeId: string
  path: string
  /** null: on the file as a whole. */
  line: number | null
  /** The head it was started on. */
  commitSha: string
  resolvedBy: string | null
  comments: ReviewComment[]
}

export interface ReviewComment {
  id: number
  nodeId: string
  author: string
  body: string
  reviewId: number
  inReplyTo: number | null
  commitSha: string
  createdAt: number
  updatedAt: number
  lastEditedAt: number | null
  editor: string | null
  edits: ContentEdit[]
  reactions: Reaction[]
}

export interface AutoMerge {
  enabledBy: string
  enabledAt: number
  method: MergeMethod
  title: string | null
  message: string | null
}

/** Rules of a branch. The defaults of `protect` are GitHub's own: nothing required, and admins stand above the rules. */
export interface Protection {
  requiredApprovals: number
  dismissStale: boolean
  requiredChecks: string[]
  /** The branch must be up to date with its base. */
  strict: boolean
  linearHistory: boolean
  conversationResolution: boolean
  /** Who may push or merge; null: everybody with write. */
  pushers: string[] | null
  enforceAdmins: boolean
  queue: QueueSettings | null
}

export interface QueueSettings {
  method: MergeMethod
  /** How long the checks of a group take, in milliseconds. */
  checkMs: number
}

export interface QueueEntry {
  id: number
  nodeId: string
  number: number
  base: string
  enqueuer: string
  enqueuedAt: number
  headSha: string
  endsAt: number
}

export interface MergeSettings {
  methods: MergeMethod[]
  autoMerge: boolean
  deleteBranch: boolean
  /** How long GitHub takes to find out whether a pull request can be merged, in milliseconds, from the first look. */
  mergeabilityMs: number
}

export interface Environment {
  id: number
  nodeId: string
  name: string
  /** Logins one of whom must say yes; empty: nobody is asked. */
  reviewers: string[]
  preventSelfReview: boolean
}

export interface DeploymentReview {
  environment: string
  state: 'approved' | 'rejected'
  user: string
  comment: string
}
