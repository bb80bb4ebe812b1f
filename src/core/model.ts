/**
 * The nouns of afk, as facts: what was observed, in the domain's words, with no vendor's type in sight.
 * Owns no decision. Everything here is plain data that survives JSON.
 */

import type { ReviewReport } from './pull-model.ts'

/** Milliseconds since the epoch on the clock of the service that said it; ages are taken between two instants of one clock (SPEC 6.1). */
export type Instant = number

/** `owner/name`. Compare with {@link sameName}, never with `===`. */
export type RepoName = string

export interface IssueRef {
  readonly repo: RepoName
  readonly number: number
}

export interface Actor {
  /** Without the `[bot]` suffix that only REST shows. */
  readonly login: string
  readonly kind: 'user' | 'bot'
}

/** The sum of all checks of a commit as the tracker sums it up; `none` when nothing ever reported. */
export type RollupState = 'success' | 'pending' | 'failure' | 'none'

/** What one look over a repo tells: numbers and the base, no texts. */
export interface RepoOverview {
  /** As asked for. */
  readonly repo: RepoName
  /** As answered: another name than asked for means that the repo moved. */
  readonly nameWithOwner: RepoName
  /** Null for a repo without any commit. */
  readonly base: { readonly branch: string; readonly head: string; readonly rollup: RollupState } | null
  /** Open issues (never pull requests) that carry the ready label: all of them. */
  readonly ready: readonly number[]
  /** Issues of any state that carry the in-progress label: all of them. */
  readonly locked: readonly number[]
}

/** What is known of a ready issue without asking about its history. */
export interface IssueSummary extends IssueRef {
  readonly title: string
  readonly url: string
  readonly body: string
  readonly labels: readonly string[]
  /** Open issues that the tracker's own dependencies name as blockers. */
  readonly openDependencies: number
  /** Who put the ready label on last (null: the account is gone); absent where the tracker did not tell. */
  readonly readyBy?: Actor | null
}

export interface LabelEvent {
  /** Node id; the same string from either API. */
  readonly id: string
  readonly action: 'labeled' | 'unlabeled'
  readonly label: string
  /** Null when the account is gone. */
  readonly actor: Actor | null
  readonly at: Instant
}

export interface IssueEdit {
  readonly what: 'title' | 'body'
  readonly actor: Actor | null
  readonly at: Instant
}

export interface IssueComment {
  /** Database id: what the write calls take. */
  readonly id: number
  readonly author: Actor | null
  readonly body: string
  readonly createdAt: Instant
  /** Written by the account that afk uses. */
  readonly own: boolean
  /** Who edited it last, when that was not its author. */
  readonly editedByOther: boolean
  /** When its text was last changed; absent: never. */
  readonly editedAt?: Instant
  /** afk's own account has put a reaction on it: its receipt for a command (SPEC 16.3). Absent: none. */
  readonly receipted?: boolean
}

export interface IssueClosing {
  readonly at: Instant
  readonly actor: Actor | null
  /** The commit that closed it by a keyword, if one did. */
  readonly commit: string | null
}

export interface Blocker extends IssueRef {
  readonly state: 'open' | 'closed' | 'unreadable'
}

/** All that the tracker knows of one issue, as far as afk decides by it. Lists are oldest first and complete. */
export interface IssueFacts extends IssueSummary {
  readonly state: 'open' | 'closed'
  readonly author: Actor | null
  /** Events of the three labels of the loop, any case. */
  readonly labelEvents: readonly LabelEvent[]
  readonly edits: readonly IssueEdit[]
  /** The newest closing, when the issue is closed. */
  readonly closed: IssueClosing | null
  readonly comments: readonly IssueComment[]
  /** The tracker's own dependencies. */
  readonly dependencies: readonly Blocker[]
}

/** What a person may do in a repo, or null where the tracker does not tell (not a collaborator, not readable). */
export interface Permission {
  readonly permission: string
  readonly role: string
}

export interface Commit {
  readonly sha: string
  readonly message: string
  /** The account of its author; null when the author's address belongs to none. */
  readonly author: Actor | null
  readonly parents: readonly string[]
  readonly url: string
}

export type CheckConclusion =
  | 'success'
  | 'neutral'
  | 'skipped'
  | 'failure'
  | 'cancelled'
  | 'timed-out'
  | 'stale'
  | 'startup-failure'
  | 'action-required'
  | 'unknown'

export interface Check {
  readonly name: string
  readonly kind: 'check-run' | 'status'
  /** Null while it has not concluded. */
  readonly conclusion: CheckConclusion | null
  readonly url: string | null
  /** The workflow run and job behind it: what logs are read from and what can be run again. */
  readonly workflowRun: number | null
  readonly job: number | null
  /** It has not begun: a rule of the environment that it deploys to holds it back. */
  readonly held?: true
  /** When it failed; absent where it did not, or the service does not tell. */
  readonly failedAt?: Instant
}

/** The checks of one commit, check runs and statuses together. */
export interface CommitChecks {
  readonly sha: string
  readonly checks: readonly Check[]
  /** Highest attempt of its workflow runs, asked for only when a check failed or was cancelled, else 1: above 1 it was run again. */
  readonly attempt: number
}

/** The end of one failing log, as text for the agent: already without escapes and with secrets masked. */
export interface LogTail {
  readonly name: string
  readonly text: string
}

/** What the place of deployment says of a target; `missing` and `forbidden` are facts, not failures. */
export type RolloutFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'missing'; readonly what: string }
  | { readonly kind: 'forbidden'; readonly what: string }
  | {
      readonly kind: 'workload'
      readonly name: string
      readonly image: string
      readonly generation: number
      readonly observedGeneration: number
      readonly replicas: number
      readonly updated: number
      readonly ready: number
      readonly available: number
      /** Pods in all, old ones included. */
      readonly total: number
      readonly deadlineExceeded: boolean
    }
  | {
      readonly kind: 'deployment'
      readonly environment: string
      readonly sha: string
      readonly state: 'success' | 'failure' | 'pending'
    }

export type Phase = 'worktree' | 'tests-red' | 'green' | 'pushed' | 'CI' | 'deployed' | 'done'

/** The agent's last word in its thread (SPEC 5.3), newer than the newest message to it. */
export type Report =
  | { readonly kind: 'pushed'; readonly sha: string }
  /** Landing by pull request: the work is there for all to see (SPEC 15.1). */
  | { readonly kind: 'pr'; readonly number: number }
  | { readonly kind: 'blocked'; readonly words: string }
  | { readonly kind: 'needs-clarification'; readonly words: string }
  | { readonly kind: 'no-change'; readonly words: string }

/** `idle`: created, and never given a message. The others as in SPEC 8.1. */
export type ThreadState = 'absent' | 'idle' | 'starting' | 'working' | 'waiting' | 'finished' | 'failed' | 'unknown'

/** A thread as the executor's one cheap list shows it. `settled` = not at work; whether it finished, failed or never began only its detail tells. */
export interface ThreadSummary {
  readonly id: string
  readonly projectId: string
  readonly title: string
  readonly state: 'idle' | 'working' | 'waiting' | 'settled' | 'unknown'
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly lastMessageAt: Instant | null
}

export interface ProjectSummary {
  readonly id: string
  readonly title: string
  readonly workspaceRoot: string
}

/** Something that the agent's thread asks a person in the executor. */
export interface PendingRequest {
  readonly id: string
  readonly kind: 'approval' | 'input'
  readonly detail: string
}

/** The one derived view of a thread (SPEC 8.1). All instants are the executor's. */
export interface ThreadView {
  readonly id: string
  readonly state: ThreadState
  readonly createdAt: Instant | null
  /** Newest message, activity or checkpoint of any kind; never the row's own `updatedAt`, which moves without a sign, nor the executor's complaints about a command that found nobody. */
  readonly lastSignAt: Instant | null
  /** Messages to the agent, oldest first. */
  readonly messages: readonly { readonly id: string; readonly at: Instant }[]
  readonly phase: 'worktree' | 'tests-red' | 'green' | 'pushed' | null
  readonly report: { readonly report: Report; readonly at: Instant } | null
  /** Any `pushed` reports ever made in this thread, newest last: what names a commit as the run's own. */
  readonly pushedShas: readonly string[]
  /** A reviewer's last word, newer than the newest message to it (SPEC 15.4); null in every other thread. */
  readonly review?: ReviewReport | null
  readonly error: string | null
  /** The last message's turn could not be begun at all. */
  readonly startFailed: boolean
  /** Of all turns that the thread still shows. */
  readonly tokens: number
  /** The same by turn, in the turns' order. Absent: it is not known by turn (records of earlier builds). */
  readonly usage?: readonly TurnUsage[]
  readonly pending: PendingRequest | null
}

/** Tokens of one turn; `turn` is a short name made of the turn's id. */
export interface TurnUsage {
  readonly turn: string
  readonly tokens: number
}

/** `owner/name` and label names compare without case (SPEC 4). */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** The form of a repo's name in every derived id (SPEC 5.2). */
export function repoKey(repo: RepoName): string {
  return repo.toLowerCase()
}
