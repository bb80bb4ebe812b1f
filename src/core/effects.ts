import type { Card } from './card.ts'
import type { Purpose } from './ids.ts'
import type { RepoName } from './model.ts'

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
  | { readonly kind: 'turn.interrupt'; readonly runId: string; readonly attempt: number }
  | { readonly kind: 'thread.archive'; readonly threadId: string; readonly commandId: string }
  /** Makes the issue's card say this: written where there is none, edited where its text differs, doubles deleted. */
  | { readonly kind: 'card.write'; readonly card: Card }
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
  /** Rings, and lets the card writes after it carry the receipt. */
  | { readonly kind: 'doorbell.ring'; readonly cause: string; readonly message: DoorbellMessage }

export interface ModelChoice {
  readonly instanceId: string
  readonly model: string
  readonly runtimeMode: 'approval-required' | 'auto-accept-edits' | 'full-access'
}

export type DoorbellKind = 'done' | 'needs-human' | 'frozen' | 'waiting'

/** What a doorbell says, before any vendor's markup. Texts from outside stand only in `quotes`, and are escaped by the adapter. */
export interface DoorbellMessage {
  readonly kind: DoorbellKind
  /** afk's own words, one line, safe. */
  readonly headline: string
  readonly repo: RepoName
  readonly issue: number
  /** afk's own sentences, in order: what happened, why, what was tried, what it cost, what to do next. */
  readonly paragraphs: readonly { readonly label: string; readonly text: string; readonly quote?: string }[]
  readonly buttons: readonly { readonly label: 'Issue' | 'Thread' | 'Commit' | 'CI'; readonly url: string }[]
  /** Mention the person on call. */
  readonly mention: boolean
}
