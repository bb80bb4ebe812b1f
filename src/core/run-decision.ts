import type { Turn } from './card.ts'
import type { Facts } from './eligibility.ts'
import type { Purpose } from './ids.ts'
import type { PendingRequest } from './model.ts'

/** What the watcher does about one run in one tick. Each carries the code and the facts that explain it (SPEC 12). */
export type RunDecision = { readonly code: string; readonly facts: Facts } & (
  | { readonly kind: 'wait' }
  /** The outcome stands: only its remaining writes are done (SPEC 6.3). */
  | { readonly kind: 'finish' }
  /** The dispatch died before its lock and the poller will not come back to it: card and lock first. */
  | { readonly kind: 'adopt' }
  | { readonly kind: 'land' }
  /** Freeze when something was pushed, escalate when not. */
  | { readonly kind: 'stop'; readonly detail: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'fix-forward'; readonly attempt: number }
  | { readonly kind: 'rerun-ci'; readonly workflowRuns: readonly number[] }
  /** The same turn under the next attempt number, or a fixed *continue* turn (SPEC 5.2). */
  | { readonly kind: 'retry'; readonly purpose: Purpose; readonly attempt: number }
  /** Recorded and never delivered: sent again under the same ids. */
  | { readonly kind: 'resend'; readonly turn: Turn }
  | { readonly kind: 'nudge'; readonly attempt: number }
  | { readonly kind: 'ring-waiting'; readonly request: PendingRequest }
)

/** Decisions that send a turn or run CI again: what a repo off the allowlist may no longer have (SPEC 3.7). */
export function startsWork(decision: RunDecision): boolean {
  return ['fix-forward', 'rerun-ci', 'retry', 'resend', 'nudge'].includes(decision.kind)
}
