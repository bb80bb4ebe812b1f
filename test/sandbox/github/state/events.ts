import { nextIds } from './ids.ts'
import type { EventDetail, Issue, IssueEvent } from './issue-model.ts'
import type { GitHubState } from './model.ts'

/** Who acts: a login (null: a deleted account), and the app it went through, if any. */
export interface Actor {
  login: string | null
  viaApp?: string | null
}

export function recordEvent(state: GitHubState, issue: Issue, actor: Actor, detail: EventDetail): IssueEvent {
  const now = state.clock.now()
  const prefix = {
    labeled: 'LE',
    unlabeled: 'UNLE',
    renamed: 'RTE',
    closed: 'CE',
    reopened: 'REE',
    referenced: 'RE',
    blocked_by_added: 'BBAE',
    merged: 'ME',
    'cross-referenced': 'CRE',
    head_ref_deleted: 'HRDE',
    head_ref_force_pushed: 'HRFPE',
    ready_for_review: 'RFRE',
    convert_to_draft: 'CTDE',
    added_to_merge_queue: 'ATMQE',
    removed_from_merge_queue: 'RFMQE',
    review_dismissed: 'RDE',
  }
  const event: IssueEvent = {
    ...nextIds(state, prefix[detail.event]),
    actor: actor.login,
    createdAt: now,
    viaApp: actor.viaApp ?? null,
    detail,
  }
  issue.events.push(event)
  issue.updatedAt = now
  return event
}
