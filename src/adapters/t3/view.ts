import type { Instant, ThreadView } from '../../core/model.ts'
import { pendingRequestOf, type Flagged } from './pending-request.ts'
import { readPushedShas, readReports, readReview } from './reports.ts'
import type { Thread } from './schemas.ts'
import { standingOf } from './standing.ts'
import { usageOf } from './tokens.ts'
import { newest } from './turns-since.ts'

/** T3's thread as afk sees it (SPEC 8.1); no raw state leaves this folder. `readAt`: the server's own time of this answer; `flagged`: what the shell says of it. */
export function viewOf(raw: Thread, readAt: Instant | null, flagged?: Flagged): ThreadView {
  const thread = inOrder(raw)
  const users = thread.messages.filter(({ role }) => role === 'user')
  const asked = users.at(-1)?.createdAt
  const speeches = thread.messages
    .filter(({ role }) => role === 'assistant')
    .map(({ text, createdAt, streaming }) => ({ text, at: createdAt, streaming }))
  const answers = speeches.filter(({ at }) => asked === undefined || at > asked)
  const pending = pendingRequestOf(thread, flagged)
  const standing = standingOf(thread, readAt, pending !== null)
  const usage = usageOf(thread.activities)
  return {
    id: thread.id,
    ...standing,
    createdAt: thread.createdAt,
    lastSignAt: lastSignOf(thread),
    messages: users.map(({ id, createdAt }) => ({ id, at: createdAt })),
    ...readReports(answers),
    review: readReview(answers),
    pushedShas: readPushedShas(speeches),
    tokens: usage.reduce((sum, { tokens }) => sum + tokens, 0),
    usage,
    pending: standing.state === 'waiting' ? pending : null,
  }
}

function inOrder(thread: Thread): Thread {
  return {
    ...thread,
    messages: thread.messages.toSorted((a, b) => a.createdAt - b.createdAt),
    activities: thread.activities.toSorted((a, b) => a.createdAt - b.createdAt),
  }
}

function lastSignOf({ messages, activities, checkpoints }: Thread): Instant | null {
  return newest([
    ...messages.map(({ createdAt }) => createdAt),
    ...activities.filter(({ kind }) => !complaints.has(kind)).map(({ createdAt }) => createdAt),
    ...checkpoints.map(({ completedAt }) => completedAt),
  ])
}

/** T3's word on a command that found nobody to act on: a dead turn would look alive again each time that it is interrupted. */
const complaints: ReadonlySet<string> = new Set([
  'provider.turn.interrupt.failed',
  'provider.approval.respond.failed',
  'provider.user-input.respond.failed',
])
