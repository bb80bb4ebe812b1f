import type { Instant, PendingRequest } from '../../core/model.ts'
import { oneLine } from './one-line.ts'
import type { Activity, ShellThread, Thread } from './schemas.ts'

/** What the shell's flags say of a thread: one of its turns waits for a person. */
export interface Flagged {
  readonly kind: PendingRequest['kind']
  /** The turn that was running then. */
  readonly turn: string | null
  /** The server's time of the shell. */
  readonly at: Instant | null
}

/** By thread, in a shell that was read at this time. */
export function flagsOf(threads: readonly ShellThread[], at: Instant | null): ReadonlyMap<string, Flagged> {
  return new Map(
    threads
      .filter(({ hasPendingApprovals, hasPendingUserInput }) => hasPendingApprovals || hasPendingUserInput)
      .map((thread) => {
        const kind = thread.hasPendingApprovals ? 'approval' : 'input'
        return [thread.id, { kind, turn: turnOf(thread), at }]
      }),
  )
}

/**
 * The oldest thing that the thread's running turn asks a person, or null. The pending flags are only in the shell; a thread's detail
 * tells it by its activities. A request whose answer could not be delivered is over too: nobody listens behind it any more. Where the
 * activities tell of none (T3 keeps the newest of them alone), the flag suffices, and the turn's id stands for the request's.
 */
export function pendingRequestOf(thread: Thread, flagged: Flagged | undefined): PendingRequest | null {
  return requestOf(thread) ?? (flagged === undefined ? null : requestUnseen(thread, flagged))
}

/**
 * Null too for a flag that may have been put down since (the turn is another, or something was answered after the shell was read), and
 * for one that may stand for good: an answer could not be delivered.
 */
function requestUnseen(thread: Thread, { kind, turn, at }: Flagged): PendingRequest | null {
  if (turn === null || turn !== turnOf(thread)) return null
  const isOver = thread.activities.some(
    (activity) => undelivered.has(activity.kind) || (closings.has(activity.kind) && activity.createdAt >= (at ?? 0)),
  )
  return isOver ? null : { id: `turn:${turn}`, kind, detail: '' }
}

function turnOf({ session, latestTurn }: Pick<Thread, 'session' | 'latestTurn'>): string | null {
  return session?.activeTurnId ?? latestTurn?.turnId ?? null
}

function requestOf(thread: Thread): PendingRequest | null {
  const { activities } = thread
  const active = turnOf(thread)
  const closed = new Set(
    activities.filter(({ kind }) => closings.has(kind)).map((activity) => field(activity, 'requestId')),
  )
  for (const activity of activities) {
    const kind = requests.get(activity.kind)
    const id = field(activity, 'requestId')
    if (kind === undefined || id === null || closed.has(id)) continue
    if (activity.turnId !== null && activity.turnId !== active) continue
    return {
      id,
      kind,
      detail: oneLine(kind === 'approval' ? (field(activity, 'detail') ?? '') : questionsOf(activity)),
    }
  }
  return null
}

const requests: ReadonlyMap<string, PendingRequest['kind']> = new Map([
  ['approval.requested', 'approval'],
  ['user-input.requested', 'input'],
])

const undelivered: ReadonlySet<string> = new Set([
  'provider.approval.respond.failed',
  'provider.user-input.respond.failed',
])

const closings: ReadonlySet<string> = new Set(['approval.resolved', 'user-input.resolved', ...undelivered])

function questionsOf({ payload }: Activity): string {
  const { questions } = Object(payload) as Record<string, unknown>
  if (!Array.isArray(questions)) return ''
  const texts = questions.map((question) => (Object(question) as Record<string, unknown>)['question'])
  return texts.filter((text) => typeof text === 'string').join(' ')
}

function field({ payload }: Activity, name: string): string | null {
  const value = (Object(payload) as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : null
}
