import type { Instant, Phase } from './model.ts'
import type { Purpose } from './ids.ts'

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
  readonly tokens: number
  readonly links: Links
  readonly outcome: Outcome | null
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
}

export interface Links {
  readonly thread?: string
  readonly commit?: string
  readonly ci?: string
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
}

/** The phases in order, as the task list shows them. */
export const phases: readonly Phase[] = ['worktree', 'tests-red', 'green', 'pushed', 'CI', 'deployed', 'done']
