import type { Pull } from './pull-model.ts'

export interface Label {
  id: number
  nodeId: string
  name: string
  color: string
  description: string | null
}

export interface ContentEdit {
  id: number
  nodeId: string
  editedAt: number
  editor: string | null
  /** The whole text after this edit (GitHub calls it `diff`). */
  text: string
}

export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes'

export interface Reaction {
  id: number
  nodeId: string
  user: string
  content: ReactionContent
  createdAt: number
}

export interface Comment {
  id: number
  nodeId: string
  author: string
  body: string
  createdAt: number
  updatedAt: number
  lastEditedAt: number | null
  editor: string | null
  edits: ContentEdit[]
  reactions: Reaction[]
  viaApp: string | null
}

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened'

export type Closer = { kind: 'commit'; sha: string } | { kind: 'pull'; number: number }

export type EventDetail =
  | { event: 'labeled' | 'unlabeled'; label: { id: number; name: string; color: string } }
  | { event: 'renamed'; from: string; to: string }
  | { event: 'closed'; reason: StateReason | null; closer: Closer | null }
  | { event: 'reopened' }
  | { event: 'referenced'; sha: string }
  | { event: 'blocked_by_added'; blockerId: number }
  | { event: 'merged'; sha: string }
  /** Named in the words of a pull request, `number`. GitHub shows it in the timeline, not in the list of events. */
  | { event: 'cross-referenced'; number: number }
  | { event: 'head_ref_deleted' | 'ready_for_review' | 'convert_to_draft' | 'added_to_merge_queue' }
  | { event: 'head_ref_force_pushed'; before: string; after: string }
  | { event: 'removed_from_merge_queue'; reason: string }
  | { event: 'review_dismissed'; reviewId: number; was: string; message: string | null }

export interface IssueEvent {
  id: number
  nodeId: string
  actor: string | null
  createdAt: number
  /** Slug of the app that acted, also when it acted for a user. */
  viaApp: string | null
  detail: EventDetail
}

export interface Issue {
  id: number
  nodeId: string
  number: number
  isPullRequest: boolean
  /** null for an issue, and for a pull request that only fills a place in lists. */
  pull: Pull | null
  title: string
  body: string
  author: string
  state: 'open' | 'closed'
  stateReason: StateReason | null
  labels: Label[]
  createdAt: number
  updatedAt: number
  closedAt: number | null
  closedBy: string | null
  /** Of the body only: GitHub records a new title as an event and nothing else. */
  lastEditedAt: number | null
  editor: string | null
  edits: ContentEdit[]
  comments: Comment[]
  events: IssueEvent[]
  /** Database ids of issues, which may live in other repositories. */
  blockedBy: number[]
  reactions: Reaction[]
  viaApp: string | null
}
