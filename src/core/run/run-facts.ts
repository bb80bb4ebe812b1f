import type { Card } from '../card/card.ts'
import type { Run } from './identify.ts'
import type { Commit, Instant, IssueFacts, ThreadView } from '../model.ts'
import type { RepoPolicy } from '../policy.ts'
import type { LabelHistory } from '../label-history.ts'
import type { Landing } from '../landing/landing.ts'
import type { People } from '../people/people.ts'
import type { Verdict } from '../verdict/verdict.ts'

/** Everything that one decision about one run rests on. Complete: what could not be read is said in so many words. */
export interface RunFacts {
  readonly run: Run
  readonly issue: IssueFacts
  readonly history: LabelHistory
  readonly policy: RepoPolicy
  /** Executor null: it could not be reached in this tick. */
  readonly now: { readonly tracker: Instant; readonly executor: Instant | null }
  /** False for a repo that left the allowlist, or moved away under its name, while this run was in flight (SPEC 3.7). */
  readonly allowlisted: boolean
  /** The card as it stands, or as derived from facts where it is gone (SPEC 6.2). */
  readonly card: Card
  readonly thread: ThreadView
  /**
   * Whether the commit that the thread reports as pushed is on the default branch, and not on top of the run's head. Absent: none is
   * reported, or the run lands by pull request.
   */
  readonly reportSeen?: boolean
  /** Null: nothing of this run is on the default branch. */
  readonly head: RunHead | null
  /** Null exactly when there is no head. */
  readonly verdict: Verdict | null
  /** The default branch by name. */
  readonly baseBranch: string
  /** A head that was seen once is gone from the branch. */
  readonly headRemoved: boolean
  /** Who edited the title or the body after the epoch without being trusted; null when nobody did. */
  readonly editedBy: string | null
  /** Who closed the issue, when it is closed. `run` = by a commit of this run. */
  readonly closedBy: 'person' | 'afk' | 'agent' | 'run' | null
  /** How the work stands on its way to the default branch (SPEC 15). */
  readonly landing: Landing
  /** The thread of the newest review that was asked for; null: none, or it could not be read. */
  readonly reviewer: ThreadView | null
  /** Link to that thread for people, where somebody has to look there. */
  readonly reviewerLink?: string | null
  readonly people: People
  /** A notifier is configured. */
  readonly canRing: boolean
  /** Link to the thread for people, if the executor told it. */
  readonly threadLink: string | null
}

export interface RunHead {
  readonly commit: Commit
  readonly seenAt: Instant
  readonly revertedBy: string | null
  /** Protected paths that the run's commits change; null when that is allowed or was found clear before. */
  readonly protectedPaths: readonly string[]
}
