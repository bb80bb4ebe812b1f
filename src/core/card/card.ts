import type { Instant, Phase, TurnUsage } from '../model.ts'
import type { Purpose } from '../ids.ts'

/**
 * The card: the one comment that afk keeps per run on the issue, and the only memory it has (SPEC 6.2).
 * This is its data, all of which stands in its hidden marker; `card-render.ts` and `card-parse.ts` turn it into text and back.
 * All instants are the tracker's clock.
 */
export interface Card {
  readonly runId: string
  /** In lower case, as in the ids. */
  readonly repo: string
  readonly issue: number
  /** Node id of the `labeled` event that this run answers. */
  readonly epoch: string
  readonly epochAt: Instant
  readonly startedAt: Instant
  /** Head of the default branch at dispatch. */
  readonly base: string | null
  readonly phase: Phase
  /** When each phase was first seen. */
  readonly phases: { readonly [P in Phase]?: Instant }
  readonly head: Head | null
  readonly firstRedAt: Instant | null
  /** Every turn that was recorded before it was sent, oldest first. */
  readonly turns: readonly Turn[]
  /** One entry a red verdict that counted, oldest first. */
  readonly reds: readonly Red[]
  readonly rerun: Rerun | null
  /** By cause: when it was rung, and where if the notifier said so. */
  readonly bells: { readonly [cause: string]: Bell }
  readonly absentSince: Instant | null
  /** All that its own thread has used. */
  readonly tokens: number
  /** Of that, what each of its last turns used at most, oldest first; absent on cards of earlier builds (`core/run/usage.ts`). */
  readonly usage?: readonly TurnUsage[]
  readonly links: Links
  readonly outcome: Outcome | null
  /** The run's pull request, the newest of them (SPEC 15). Cards of runs that land by push have none of these. */
  readonly pull?: PullRecord
  /** Rounds of review, oldest first; the number in each is what its thread's id is derived from. */
  readonly reviews?: readonly ReviewRecord[]
  /** Sets of findings that were sent to the agent, oldest first. */
  readonly findings?: readonly FindingsRecord[]
  /** The merge that was tried last. */
  readonly merge?: MergeRecord
  /** Questions of the agent to people, oldest first (SPEC 16.1). */
  readonly questions?: readonly Question[]
  /** What people said yes or no to, oldest first (SPEC 16.2). */
  readonly approvals?: readonly Approval[]
  /** What stands between green checks and their deployment; only where a yes to deploy is wanted (SPEC 16.2). */
  readonly deployment?: DeploymentRecord
  /** A person has sent the newest message to the agent, and that turn lasts (SPEC 16.4). */
  readonly driven?: true
  /** When an operator interrupted its agents with `afk halt`; gone once the run goes on or ends (`core/run/halted.ts`). */
  readonly halted?: Instant
}

export interface PullRecord {
  readonly number: number
  readonly url: string
  readonly branch: string
  /** What it became on the default branch, once merged. */
  readonly merged: string | null
}

export interface ReviewRecord {
  /** Counts from 1 over the whole run. */
  readonly round: number
  readonly pull: number
  /** The commit that was to be looked at. */
  readonly head: string
  readonly at: Instant
  /** `issues`: they are to be sent, or were (`findings` tells). */
  readonly state: 'asked' | 'clean' | 'issues'
  /** Turns in the reviewer's thread so far. */
  readonly attempt: number
  readonly tokens: number
  /** As of the run's own thread. */
  readonly usage?: readonly TurnUsage[]
  /** The newest of them had not arrived when afk looked again: since then it is sent again. */
  readonly resent?: Instant
  /** Of those turns, how many an operator's halt interrupted: no fault of the reviewer's. */
  readonly halts?: number
  /** Of `issues`, the newest round's: their first lines, for people. May hold words of the agent. */
  readonly found?: readonly string[]
}

export interface FindingsRecord {
  readonly head: string
  /** SHA-256 over what is open. */
  readonly signature: string
  /** Review threads of people that were sent; none for those of a reviewing agent alone. */
  readonly threads: readonly string[]
  /** The round whose findings were sent; 0 for those of people alone. */
  readonly round: number
  readonly at: Instant
}

export interface MergeRecord {
  readonly head: string
  readonly at: Instant
  /**
   * `sent`: merged, or in the queue of its branch. `refused`: this account may not, or not as things are; a person is asked. `conflict`:
   * something moved in that moment.
   */
  readonly state: 'sent' | 'refused' | 'conflict'
  /** What the service had said of it when it refused: once it says something else, it is tried again. */
  readonly seen?: string
}

export interface Question {
  /** Counts from 1 over the run; part of the tag of its comment. */
  readonly number: number
  readonly at: Instant
  /** Database id of the comment that answered; null too where a person answered in the executor. */
  readonly answer: number | null
  /** Null: it is open. */
  readonly answeredAt: Instant | null
  /** The newest message in its thread when it was asked: one by a person after it answers as well (SPEC 16.4). */
  readonly after?: string
}

export interface Approval {
  readonly what: 'merge' | 'deploy'
  readonly head: string
  readonly decision: 'approved' | 'rejected'
  /** A login, or the notifier's user id. */
  readonly by: string
  readonly via: 'slack' | 'review' | 'comment'
  readonly at: Instant
}

export interface DeploymentRecord {
  readonly head: string
  /** When nothing but a deployment was left first. */
  readonly at: Instant
  /**
   * `free`: nothing is held back. `held`: it is, and this account may let it go. `there`: only a person at the service may. `allowed`: it
   * was let go, and still shows as held. `running`: checks are, the deployment's own perhaps.
   */
  readonly state: 'free' | 'held' | 'there' | 'allowed' | 'running'
  readonly since: Instant
  /** Where a person lets it go. */
  readonly url?: string
  /** Workflow runs that this account was refused. */
  readonly refused?: readonly number[]
  /** Environments that it let go, by id. */
  readonly allowed?: readonly number[]
}

export interface Head {
  readonly sha: string
  readonly seenAt: Instant
  /** Its diff was read and touches no protected path. */
  readonly pathsClear: boolean
}

export interface Turn {
  readonly purpose: Purpose
  readonly attempt: number
  readonly at: Instant
  /** It repeats or continues the one before it: costs a retry, never a fix-forward attempt (SPEC 5.2). */
  readonly retry: boolean
  /** The executor has refused every id of it. */
  readonly refused: boolean
  /** It had not arrived when afk looked again: since then it is sent again. */
  readonly resent?: Instant
  /** It follows an operator's halt, and costs no retry. */
  readonly halted?: true
}

export interface Red {
  readonly head: string
  readonly signature: string
  /** Names of what failed, for the next run's prompt and for people. */
  readonly failing: readonly string[]
  /** Delivered fix-forward turns when it was counted. */
  readonly after: number
}

export interface Rerun {
  readonly head: string
  readonly at: Instant
  /** CI would not run it again. */
  readonly refused: boolean
}

export interface Bell {
  readonly at: Instant
  readonly channel?: string
  readonly ts?: string
  /** The message says by now that nothing is asked any more. */
  readonly resolved?: Instant
  /** How often it could not be made to say so. */
  readonly tries?: number
  /** Seen first that nobody is waited for any more. */
  readonly over?: Instant
  /** It could not be rung yet: `at` is when people were asked, and it is tried again. */
  readonly undelivered?: true
}

export interface Links {
  readonly thread?: string
  readonly commit?: string
  readonly ci?: string
  readonly pull?: string
}

export type OutcomeKind = 'landed' | 'frozen' | 'escalated' | 'cancelled'

export interface Outcome {
  readonly kind: OutcomeKind
  /** A code, such as `stagnant`. */
  readonly reason: string
  /** One line for people; may hold words of the agent. */
  readonly detail: string
  readonly at: Instant
  /** Nobody could be told: the notifier stayed down for too long (SPEC 9). */
  readonly untold: boolean
  /** The agent could not be interrupted, and may be at work: the lock stays, and it is tried again. */
  readonly unstopped?: true
}

/** The phases in order, as the task list shows them. */
export const phases: readonly Phase[] = ['worktree', 'tests-red', 'green', 'pushed', 'CI', 'deployed', 'done']
