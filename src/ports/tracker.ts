import type {
  Actor,
  Blocker,
  Check,
  Commit,
  Instant,
  IssueFacts,
  IssueRef,
  IssueSummary,
  Permission,
  RepoName,
  RepoOverview,
} from '../core/model.ts'
import type { PortError } from './errors.ts'

/** One answer of a batch: an item that cannot be read fails alone. */
export type Each<T, Ref> = { readonly ref: Ref } & (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: PortError }
)

/** The names of the labels to look for, per repo (SPEC 4). */
export interface LabelNames {
  readonly ready: string
  readonly inProgress: string
  readonly human: string
}

/** `branch` only where it was asked for, and there is one with a commit. */
export interface Looked extends IssueFacts {
  readonly branch?: RecentCommits
}

/** The newest commits of a default branch, as far as one cheap look tells of them. */
export interface RecentCommits {
  /** Newest first, as the service lists them; 100, or down to the root. */
  readonly commits: readonly Omit<Commit, 'parents'>[]
  /** Checks of the first of them, as `Ci.closeUp` has them; null when they are too many for this look. */
  readonly checks: readonly Check[] | null
}

/**
 * Issues and people. Reads are as fresh as the service gives them and may lag behind a write by seconds; every write is idempotent
 * except `comment`. Throws {@link PortError} only. Batches answer one entry a ref, in the order asked.
 * `auth`, `rate` and `unavailable` of a whole request are thrown, not spread over its items.
 */
export interface Tracker {
  /** The account that afk acts as. */
  readonly self: () => Promise<Actor>
  /** The service's own time in the newest of its answers, null before the first (SPEC 6.1, ages). */
  readonly now: () => Instant | null
  /** Share of the hourly limit that is left, 0 to 1; null before the first answer. */
  readonly remaining: () => number | null
  /** When the limit of which that share is left is whole again, by the service's clock; null before it told. */
  readonly resetsAt: () => Instant | null
  /** When the credential ends, as the newest answer that tells it says; null before that, where it does not end or renews itself. */
  readonly tokenEndsAt: () => Instant | null
  /**
   * What is labelled, in numbers, in as few requests as can be. A repo that cannot be seen is `not-found`. `lockedOnly`: the ready
   * issues of that repo are not asked for, and `ready` is empty.
   */
  readonly overview: (
    repos: readonly { readonly repo: RepoName; readonly labels: LabelNames; readonly lockedOnly?: boolean }[],
  ) => Promise<readonly Each<RepoOverview, RepoName>[]>
  /**
   * Texts and labels of open ready issues, all of them. Pull requests never appear. `ready`: how many an overview has counted, by which
   * less is paid for; and of few of them everything is told that {@link look} tells.
   */
  readonly summaries: (
    repos: readonly { readonly repo: RepoName; readonly labels: LabelNames; readonly ready?: number }[],
  ) => Promise<readonly Each<readonly (IssueSummary | IssueFacts)[], RepoName>[]>
  /** What the summaries of a repo with so many ready issues cost, and an overview of so many repos: shares of the hourly limit. */
  readonly summariesPrice: (ready: number) => number
  readonly overviewPrice: (repos: number) => number
  /**
   * Everything about some issues, of any state, with complete lists. A number that is a pull request is `not-found`. `withBranch`:
   * and what their repo's default branch shows at the same time.
   */
  readonly look: (
    issues: readonly (IssueRef & { readonly labels: LabelNames; readonly withBranch?: boolean })[],
  ) => Promise<readonly Each<Looked, IssueRef>[]>
  /** Open or closed, for issues (and pull requests) named as blockers; one that cannot be read is `unreadable`, never an error. */
  readonly states: (issues: readonly IssueRef[]) => Promise<readonly Blocker[]>
  /** Null for nobody with a standing in this repo (404, 403). */
  readonly permission: (repo: RepoName, login: string) => Promise<Permission | null>
  /** The app that a label event was performed through, null for none; `not-found` when there is no such event. */
  readonly labelledVia: (repo: RepoName, issue: number, eventId: string) => Promise<string | null>
  /** Text of a file on the default branch, null when it is not there. */
  readonly file: (repo: RepoName, path: string) => Promise<string | null>

  /** Not idempotent: look for the tag first. Answers the new comment's id. */
  readonly comment: (issue: IssueRef, body: string) => Promise<number>
  readonly editComment: (issue: IssueRef, comment: number, body: string) => Promise<void>
  /** Deleting one that is gone is done. */
  readonly deleteComment: (issue: IssueRef, comment: number) => Promise<void>
  readonly addLabel: (issue: IssueRef, label: string) => Promise<void>
  /** Removing one that is gone is done. */
  readonly removeLabel: (issue: IssueRef, label: string) => Promise<void>
  /** Closes as completed. */
  readonly close: (issue: IssueRef) => Promise<void>
  readonly reopen: (issue: IssueRef) => Promise<void>
}
