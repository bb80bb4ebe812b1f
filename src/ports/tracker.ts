import type {
  Actor,
  Blocker,
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
  /** What is labelled, in numbers, in as few requests as can be. A repo that cannot be seen is `not-found`. */
  readonly overview: (
    repos: readonly { readonly repo: RepoName; readonly labels: LabelNames }[],
  ) => Promise<readonly Each<RepoOverview, RepoName>[]>
  /** Texts and labels of open ready issues, all of them, no history. Pull requests never appear. */
  readonly summaries: (
    repos: readonly { readonly repo: RepoName; readonly labels: LabelNames }[],
  ) => Promise<readonly Each<readonly IssueSummary[], RepoName>[]>
  /** Everything about some issues, of any state, with complete lists. A number that is a pull request is `not-found`. */
  readonly look: (
    issues: readonly (IssueRef & { readonly labels: LabelNames })[],
  ) => Promise<readonly Each<IssueFacts, IssueRef>[]>
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
