import type { Approval, Turn } from '../card/card.ts'
import type { Facts } from '../dispatch/eligibility.ts'
import type { Purpose } from '../ids.ts'
import type { IssueComment, PendingRequest } from '../model.ts'
import type { ApprovalPoint } from '../policy.ts'
import type { MergeMethod, WaitingDeployment } from '../pull-model.ts'

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
  /** `receipt`: the comment that asked for it. */
  | { readonly kind: 'cancel'; readonly receipt?: number }
  | { readonly kind: 'fix-forward'; readonly attempt: number }
  | { readonly kind: 'rerun-ci'; readonly workflowRuns: readonly number[] }
  /** The same turn under the next attempt number, or a fixed *continue* turn (SPEC 5.2). `halted`: after an operator's halt. */
  | { readonly kind: 'retry'; readonly purpose: Purpose; readonly attempt: number; readonly halted?: true }
  /** Recorded and never delivered: sent again under the same ids. */
  | { readonly kind: 'resend'; readonly turn: Turn }
  | { readonly kind: 'nudge'; readonly attempt: number }
  /** `asks`: it is the reviewing agent's request, not that of the run's own. */
  | { readonly kind: 'ring-waiting'; readonly request: PendingRequest; readonly asks?: 'reviewer' }
  /** The agent's question goes to people (SPEC 16.1). */
  | { readonly kind: 'ask'; readonly question: number; readonly words: string }
  | { readonly kind: 'answer'; readonly comment: IssueComment; readonly attempt: number }
  /** A second agent looks at the pull request, in a thread of its own (SPEC 15.4). */
  | { readonly kind: 'review'; readonly round: number; readonly attempt: number; readonly halted?: true }
  | { readonly kind: 'reviewed'; readonly round: number; readonly said: 'clean' | 'issues' }
  | {
      readonly kind: 'findings'
      readonly round: number
      readonly purpose: Purpose
      readonly attempt: number
      readonly signature: string
    }
  /** What people asked for in a review was answered by a push: said there, and resolved. */
  | { readonly kind: 'resolve-findings'; readonly threads: readonly string[] }
  | { readonly kind: 'ask-approval'; readonly what: ApprovalPoint }
  /** This account may not let it go: people are told that they have to, at the service. */
  | { readonly kind: 'ask-on-github'; readonly waiting: readonly WaitingDeployment[] }
  | { readonly kind: 'record-approval'; readonly approval: Approval; readonly receipt: number | null }
  | { readonly kind: 'ring-ready'; readonly why: string }
  | { readonly kind: 'merge'; readonly method: MergeMethod }
  | { readonly kind: 'allow-deployment'; readonly waiting: readonly WaitingDeployment[] }
)

/** Decisions that send a turn, run CI again, merge or deploy: what a repo off the allowlist may no longer have (SPEC 3.7). */
export function startsWork(decision: RunDecision): boolean {
  return workers.has(decision.kind)
}

const workers: ReadonlySet<RunDecision['kind']> = new Set([
  'fix-forward',
  'rerun-ci',
  'retry',
  'resend',
  'nudge',
  'answer',
  'review',
  'findings',
  'merge',
  'allow-deployment',
])
