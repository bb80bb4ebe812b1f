import type { Operation } from './description.ts'
import { problem, within, type Check, type Problem } from './problem.ts'

/** A success must be described; any operation may refuse (401, 403, 404, 429 ...), and refusals all have one shape. */
export function responseProblems(operation: Operation, status: number, body: unknown, check: Check): Problem[] {
  const known = operation.responses[String(status)]
  if (!known) {
    if (status < 300) return [problem(`response ${status} is not in the description`)]
    return hasMessage(body) ? [] : [problem(`response ${status} has no message`)]
  }
  if (known.pointer === null) return []
  if (body === undefined) return [problem(`response ${status} has no body`)]
  const byEvent = /^issues\/list-events(-for-timeline)?$/.test(operation.operationId) && status === 200
  return within(`response ${status}`, byEvent ? eventProblems(body, check) : check(known.pointer, body))
}

function hasMessage(body: unknown): boolean {
  return body !== null && typeof body === 'object' && 'message' in body && typeof body.message === 'string'
}

const eventSchemas: Record<string, string> = {
  labeled: 'labeled-issue-event',
  unlabeled: 'unlabeled-issue-event',
  renamed: 'renamed-issue-event',
  closed: 'state-change-issue-event',
  reopened: 'state-change-issue-event',
  referenced: 'state-change-issue-event',
  commented: 'timeline-comment-event',
  'cross-referenced': 'timeline-cross-referenced-event',
  reviewed: 'timeline-reviewed-event',
  review_dismissed: 'review-dismissed-issue-event',
  merged: 'state-change-issue-event',
  head_ref_deleted: 'state-change-issue-event',
  head_ref_force_pushed: 'state-change-issue-event',
  ready_for_review: 'state-change-issue-event',
  convert_to_draft: 'state-change-issue-event',
  added_to_merge_queue: 'state-change-issue-event',
  removed_from_merge_queue: 'state-change-issue-event',
  blocked_by_added: 'blocked-by-added-issue-event',
}

/** The description's `anyOf` of events accepts almost anything, so the schema is picked by the event's name. */
function eventProblems(body: unknown, check: Check): Problem[] {
  if (!Array.isArray(body)) return [problem('/ must be array')]
  return body.flatMap((entry: { event?: string }, index) => {
    const schema = eventSchemas[entry.event ?? '']
    if (!schema) return [problem(`/${index}/event has no schema, got ${entry.event}`)]
    return check(`/components/schemas/${schema}`, entry).map(({ text, ofUnion }) => ({
      text: `/${index}${text}`,
      ofUnion,
    }))
  })
}
