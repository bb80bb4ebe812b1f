import type { Card } from './card/card.ts'
import type { Purpose } from './ids.ts'
import type { Instant, RepoName } from './model.ts'
import type { MergeMethod } from './pull-model.ts'

/**
 * Everything that afk can do to the world, as data. The plan that a dry run prints is the value that `app/apply` carries out,
 * in order, stopping at the first failure of an issue (SPEC 2, 5.2).
 */
export type Effect =
  | { readonly kind: 'project.ensure'; readonly repo: RepoName; readonly workspaceRoot: string }
  | {
      readonly kind: 'thread.create'
      readonly runId: string
      readonly repo: RepoName
      readonly title: string
      readonly model: ModelChoice
      /** Instead of the rest, when the executor has burnt this id for good. */
      readonly ifBurnt: readonly Effect[]
    }
  /** Stops this issue's effects, without failing, when an earlier thread of the repo goes first (SPEC 5.2, *look again*). */
  | { readonly kind: 'thread.yield'; readonly runId: string; readonly repo: RepoName }
  | {
      readonly kind: 'turn.start'
      readonly runId: string
      readonly purpose: Purpose
      readonly attempt: number
      readonly text: string
      readonly model: ModelChoice
      /** Instead of the rest, when every id of this turn was refused. */
      readonly ifRefused: readonly Effect[]
    }
  | {
      readonly kind: 'turn.interrupt'
      readonly runId: string
      readonly attempt: number
      /** Instead of the rest, when it could not be done. */
      readonly ifFailed?: readonly Effect[]
    }
  | { readonly kind: 'thread.archive'; readonly threadId: string; readonly commandId: string }
  /** Makes the issue's card say this: written where there is none, edited where its text differs, doubles deleted. */
  | { readonly kind: 'card.write'; readonly card: Card }
  /** Makes the issue's one comment on why it does not start say this; {@link whyCommentsOf} finds it. */
  | { readonly kind: 'comment.explain'; readonly body: string }
  /** Deletes comments of afk's on why the issue does not start. Its failing holds nothing up. */
  | { readonly kind: 'comment.retract'; readonly comments: readonly number[] }
  | { readonly kind: 'label.add' | 'label.remove'; readonly label: string }
  | { readonly kind: 'issue.close' }
  | { readonly kind: 'issue.reopen' }
  | {
      readonly kind: 'ci.rerun'
      readonly workflowRuns: readonly number[]
      readonly sha: string
      /** Instead of the rest, when CI will not run it again. */
      readonly ifRefused: readonly Effect[]
    }
  /** A comment of afk's on an issue or a pull request, once: posted unless one with this tag is there. */
  | { readonly kind: 'comment.say'; readonly on: number; readonly tag: string; readonly body: string }
  /** A receipt for a command, or for a yes or no, in a comment (SPEC 16.3). `confused`: it came to nothing. */
  | { readonly kind: 'comment.react'; readonly comment: number; readonly reaction: '+1' | '-1' | 'confused' }
  | {
      readonly kind: 'pull.merge'
      readonly number: number
      /** Merged only while this is its newest commit. */
      readonly head: string
      readonly method: MergeMethod
      readonly title: string
      readonly message: string
      /** Instead of the rest, when this account may not merge it, or not as things are. */
      readonly ifRefused: readonly Effect[]
      /** Instead of the rest, when something moved in that moment: it failed, and the next tick looks again. */
      readonly ifConflict: readonly Effect[]
    }
  /** Resolves a conversation on a pull request, then says in it what became of it. */
  | { readonly kind: 'review.resolve'; readonly pull: number; readonly thread: string; readonly body: string }
  /** Says something in a conversation on a pull request, once: unless an answer with this tag is there. Where this account may not, the rest goes on. */
  | {
      readonly kind: 'review.reply'
      readonly pull: number
      readonly thread: string
      readonly tag: string
      readonly body: string
    }
  | {
      readonly kind: 'deployment.allow'
      readonly workflowRun: number
      readonly environments: readonly number[]
      readonly comment: string
      /** Instead of the rest, when this account may not. */
      readonly ifRefused: readonly Effect[]
    }
  /** Rings, and lets the card writes after it carry the receipt. */
  | {
      readonly kind: 'doorbell.ring'
      readonly cause: string
      readonly message: DoorbellMessage
      /** The run's first message, under which this one stands. */
      readonly thread?: MessagePlace | undefined
      /** Instead of the rest, when it was tried and cannot be rung. */
      readonly ifFailed?: readonly Effect[]
    }
  /** Makes a message say what has become of it. A courtesy: when it fails the rest goes on, and the card writes after it say so. */
  | {
      readonly kind: 'doorbell.update'
      readonly cause: string
      readonly place: MessagePlace
      readonly message: DoorbellMessage
    }

/** Where a message of the notifier stands. */
export interface MessagePlace {
  readonly channel: string
  readonly ts: string
}

export interface ModelChoice {
  readonly instanceId: string
  readonly model: string
  readonly runtimeMode: 'approval-required' | 'auto-accept-edits' | 'full-access'
}

export type DoorbellKind =
  | 'done'
  | 'needs-human'
  | 'frozen'
  /** The agent asks for something in the executor. */
  | 'waiting'
  /** The agent asks something that is answered on the issue (SPEC 16.1). */
  | 'question'
  /** afk asks whether it may merge or deploy (SPEC 16.2). */
  | 'approval'
  /** A person merges (SPEC 15.5). */
  | 'ready-to-merge'
  /** A credential of afk's ends soon. */
  | 'token-ends'

/** What a doorbell says, before any vendor's markup. Texts from outside stand only in `quotes`, and are escaped by the adapter. */
export interface DoorbellMessage {
  readonly kind: DoorbellKind
  /** afk's own words, one line, safe. */
  readonly headline: string
  /** Null, like the issue, where the message is about afk itself. */
  readonly repo: RepoName | null
  readonly issue: number | null
  /** afk's own sentences, in order: what happened, why, what was tried, what it cost, what to do next. */
  readonly paragraphs: readonly { readonly label: string; readonly text: string; readonly quote?: string }[]
  readonly buttons: readonly {
    readonly label: 'Issue' | 'Pull request' | 'Deployment' | 'Thread' | 'Commit' | 'CI'
    readonly url: string
  }[]
  /** Mention the person on call. */
  readonly mention: boolean
  /** Only in an update: nothing is asked any more. */
  readonly resolved?: Resolution
}

/** How what a message asked for came to its end. */
export interface Resolution {
  /** afk's own words, such as `Answered` or `The run ended`. */
  readonly what: string
  /** Who did it: a login of the tracker, or a member of the notifier by the id there. From outside; null where nobody can be named. */
  readonly by: { readonly login: string } | { readonly member: string } | null
  readonly at: Instant
}
