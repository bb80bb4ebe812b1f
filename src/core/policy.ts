/**
 * What the owner of afk decided: the tunables of SPEC 4 as the core sees them, already resolved for one repo.
 * Owns no reading, no defaults and no validation: those are `config/`.
 */

import type { MergeMethod } from './pull-model.ts'

/** How finished work reaches the default branch (SPEC 15). */
export type LandingMode = 'push' | 'pull-request'

/** What people may want to say yes to first (SPEC 16.2). */
export type ApprovalPoint = 'merge' | 'deploy'

/** The three labels of the loop. Compared without case everywhere. */
export interface Labels {
  readonly ready: string
  readonly inProgress: string
  readonly human: string
}

/** Where a landed commit must show up before its run counts as rolled out (SPEC 7.3). */
export type RolloutTarget =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'kubernetes'
      readonly namespace: string
      readonly workload: 'Deployment' | 'StatefulSet'
      readonly name: string
      /** The container to look at; absent = the only one, or the first whose image fits. */
      readonly container?: string
      /** Template of what the image contains, with `{sha}` or `{shortSha}`. */
      readonly image: string
    }
  | { readonly kind: 'githubDeployment'; readonly environment: string }

/** Argument vectors told to the agent, never run by afk. */
export interface Commands {
  readonly setup: readonly (readonly string[])[]
  readonly test: readonly (readonly string[])[]
  readonly lint: readonly (readonly string[])[]
}

/** Everything that may differ from repo to repo. All `…Seconds` are seconds of wall clock. */
export interface RepoPolicy {
  readonly labels: Labels
  readonly pickupDelaySeconds: number
  readonly trustedPermissions: readonly string[]
  readonly trustedActors: readonly string[]
  readonly agentLogins: readonly string[]
  readonly protectedPaths: readonly string[]
  readonly allowProtectedPaths: boolean
  readonly defaultPriority: number
  readonly requireGreenBase: boolean
  readonly fixForward: {
    readonly maxAttempts: number
    readonly maxSeconds: number
    readonly stagnationThreshold: number
  }
  readonly ciStartGraceSeconds: number
  readonly ciSettleSeconds: number
  readonly ciMaxSeconds: number
  readonly rolloutMaxSeconds: number
  readonly maxRunSeconds: number
  readonly stallSeconds: number
  readonly maxTurnRetries: number
  readonly retryBackoffSeconds: number
  readonly maxNudges: number
  readonly budgetUsd: number
  readonly usdPerMillionTokens: number
  readonly startGraceSeconds: number
  readonly maxQuestions: number
  readonly questionMaxSeconds: number
  /** SPEC 15; with `push` the four below are without effect. */
  readonly landing: LandingMode
  readonly merge: 'auto' | 'human'
  readonly mergeMethod: MergeMethod
  readonly mergeMaxSeconds: number
  readonly review: { readonly rounds: number }
  readonly approval: {
    readonly before: readonly ApprovalPoint[]
    /** Logins of the tracker and user ids of the notifier, in one list (SPEC 16.2). */
    readonly by: readonly string[]
  }
  readonly model: string
  readonly instanceId: string
  readonly runtimeMode: 'approval-required' | 'auto-accept-edits' | 'full-access'
  readonly workspaceBase: string
  readonly notifyDone: boolean
  readonly archiveAfterSeconds: number
  /** One comment on an issue that stays skipped for a reason only a person can mend. */
  readonly explainOnIssue: boolean
  /** Empty = every check that exists counts. */
  readonly requiredChecks: readonly string[]
  readonly ci: 'checks' | 'none'
  readonly rollout: RolloutTarget
  readonly commands: Commands
  readonly instructions: string
}

/** Limits over all repos (SPEC 4, "global only"). */
export interface GlobalPolicy {
  readonly maxConcurrentRuns: number
  readonly maxDispatchPerTick: number
  readonly maxRunsPerDay: number
}

/** The whole policy: the global limits and one resolved policy a repo. */
export interface Policy extends GlobalPolicy {
  /** The policy of a repo (`owner/name`, any case): its own entry over the global value. Total: unknown repos get the global one. */
  readonly repo: (repo: string) => RepoPolicy
}
