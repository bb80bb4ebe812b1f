import type { Instant, IssueComment } from '../model.ts'
import type { WaitingDeployment } from '../pull-model.ts'

/** What people said to a run in flight (SPEC 16), from those alone whose word counts for it. */
export interface People {
  /** The first trusted comment after the open question that is no command. */
  readonly answer: IssueComment | null
  /** Commands of trusted people that were not obeyed yet, oldest first. */
  readonly commands: readonly PersonsCommand[]
  /** Every yes and no by somebody whom `approval.by` names, oldest first. */
  readonly said: readonly Said[]
  /** Comments by one of those that mean to approve and name no commit; without those that have a receipt. */
  readonly unclear: readonly number[]
  /** Deployments of the head that GitHub holds back until somebody allows them. */
  readonly waiting: readonly WaitingDeployment[]
}

export interface PersonsCommand {
  readonly kind: 'status' | 'stop'
  readonly by: string
  /** Database id of the comment: what the receipt goes to. */
  readonly comment: number
  /** The issue or the pull request that it stands on. */
  readonly on: number
}

export interface Said {
  readonly decision: 'approved' | 'rejected'
  /** The commit that it is about; null: whatever was asked last before it. */
  readonly head: string | null
  readonly what: 'merge' | 'deploy' | null
  readonly by: string
  readonly via: 'slack' | 'review' | 'comment'
  /** Null for a reaction: the notifier does not tell when it was made. */
  readonly at: Instant | null
  /** The comment that the receipt goes to. */
  readonly comment: number | null
  /** It has its receipt. */
  readonly receipted?: true
}

/** Nobody said anything, or nobody was asked. */
export const nobodySaid: People = { answer: null, commands: [], said: [], unclear: [], waiting: [] }
