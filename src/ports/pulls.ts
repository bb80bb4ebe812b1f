import type { Instant, IssueComment, RepoName } from '../core/model.ts'
import type { MergeMethod, Pull, PullSummary, WaitingDeployment } from '../core/pull-model.ts'

/**
 * Pull requests and what people say on them (SPEC 15, 16). Asked for only where a repo lands by pull request, or waits for people.
 * As fresh as the service gives it. Throws PortError only.
 */
export interface Pulls {
  /**
   * Pull requests of the repo that were created at or after `since`, newest first, of any state, forks' too; at most 1,000 are
   * looked through. `prefix`: only those whose head branch begins so.
   */
  readonly list: (
    repo: RepoName,
    options: { readonly since: Instant; readonly prefix: string },
  ) => Promise<readonly PullSummary[]>
  /** Everything about one, in as few requests as can be. A number that is no pull request is `not-found`. */
  readonly view: (repo: RepoName, number: number) => Promise<Pull>
  /** Paths that it changes against its base, renames with both names; complete. */
  readonly files: (repo: RepoName, number: number) => Promise<readonly string[]>
  /**
   * Merges it, or hands it to the queue that its base branch requires, if its head is still `head`. Merged (or queued) already: done.
   * `conflict` when the head or the base has moved, another merge is under way, or the service has yet to find out whether it can be
   * merged: look again. `refused` when it may not be merged as things are (closed, a draft, a conflict, a missing review or check, the
   * method is not allowed); `forbidden` when this account may not. Nothing is ever bypassed: an administrator's rights are not used.
   */
  readonly merge: (
    repo: RepoName,
    number: number,
    how: { readonly head: string; readonly method: MergeMethod; readonly title: string; readonly message: string },
  ) => Promise<'merged' | 'queued'>
  /** Not idempotent: look for the tag first. */
  readonly replyToThread: (repo: RepoName, number: number, thread: string, body: string) => Promise<void>
  /** Resolving a resolved one is done. */
  readonly resolveThread: (repo: RepoName, number: number, thread: string) => Promise<void>

  /** All comments on an issue or on a pull request as a whole, oldest first; who edited them and what is receipted is not told here. */
  readonly comments: (repo: RepoName, number: number) => Promise<readonly IssueComment[]>
  /** Puts a reaction of afk's own account on a comment of an issue or a pull request; one that is there already is done. */
  readonly react: (
    repo: RepoName,
    comment: number,
    reaction: '+1' | '-1' | 'confused' | 'eyes' | 'rocket',
  ) => Promise<void>

  /** Workflow runs of this commit that wait for their deployment to be allowed. */
  readonly waitingDeployments: (repo: RepoName, sha: string) => Promise<readonly WaitingDeployment[]>
  /**
   * `refused` or `forbidden` when this account may not, or when only some of these wait; deciding what waits no longer is done.
   */
  readonly decideDeployment: (
    repo: RepoName,
    workflowRun: number,
    environments: readonly number[],
    decision: { readonly state: 'approved' | 'rejected'; readonly comment: string },
  ) => Promise<void>
}
