import type { Check, Commit, CommitChecks, LogTail, RepoName } from '../core/model.ts'
import type { Each } from './tracker.ts'

/** One commit seen from near. */
export interface CloseUp {
  readonly parents: readonly string[]
  readonly checks: readonly Check[]
}

/** Commits and what CI says of them. Throws PortError only. */
export interface Ci {
  /**
   * Commits of a branch, newest first, at least `depth` of them or down to the branch's root; more when `until` is given: down to
   * that commit, at most 1,000. First parents and merged ones alike, as the service lists them.
   */
  readonly history: (
    repo: RepoName,
    branch: string,
    options: { readonly depth: number; readonly until?: string },
  ) => Promise<readonly Commit[]>
  /** Whether `sha` is reachable from the branch's tip. A commit that is unknown is not. */
  readonly contains: (repo: RepoName, branch: string, sha: string) => Promise<boolean>
  /** Every check run (the newest of each name in a workflow run or app) and every status of these commits, complete. */
  readonly checks: (
    commits: readonly { readonly repo: RepoName; readonly sha: string }[],
  ) => Promise<readonly Each<CommitChecks, { readonly repo: RepoName; readonly sha: string }>[]>
  /**
   * Parents and checks of single commits, complete, in as few requests as can be: what {@link checks} has but for attempts, each of
   * which costs a request.
   */
  readonly closeUp: (
    commits: readonly { readonly repo: RepoName; readonly sha: string }[],
  ) => Promise<readonly Each<CloseUp, { readonly repo: RepoName; readonly sha: string }>[]>
  /** Paths that this commit changes against `against`, or against its first parent. Renames count with both names. */
  readonly files: (repo: RepoName, sha: string, against?: string) => Promise<readonly string[]>
  /**
   * The tails of the logs of failing checks, whatever can be read of them: at most `lines` lines each, terminal escapes removed;
   * secrets are not masked yet. A log that is not there gives an empty text.
   */
  readonly logs: (repo: RepoName, failing: readonly Check[], lines: number) => Promise<readonly LogTail[]>
  /** Runs the failed jobs of a workflow run again. `refused` when that cannot be (not allowed, too old); done when it already runs again. */
  readonly rerun: (repo: RepoName, workflowRun: number) => Promise<void>
  /**
   * The newest deployment of the environment that is of one of these commits, with its newest status (an inactive one is pending: it is
   * not there any more); null when there is none.
   */
  readonly deployment: (
    repo: RepoName,
    environment: string,
    shas: readonly string[],
  ) => Promise<{
    readonly sha: string
    readonly state: 'success' | 'failure' | 'pending'
    readonly url: string | null
  } | null>
}
