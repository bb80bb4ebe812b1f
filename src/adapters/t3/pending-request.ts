import type { PendingRequest } from '../../core/model.ts'
import { oneLine } from './one-line.ts'
import type { Activity, Thread } from './schemas.ts'

/**
 * The oldest thing that the thread's running turn asks a person, or null. The pending flags are only in the shell; a thread's detail
 * tells it by its activities. A request whose answer could not be delivered is over too: nobody listens behind it any more.
 */
export function pendingRequestOf({ activities, session, latestTurn }: Thread): PendingRequest | null {
  const active = session?.activeTurnId ?? latestTurn?.turnId ?? null
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

const closings: ReadonlySet<string> = new Set([
  'approval.resolved',
  'user-input.resolved',
  'provider.approval.respond.failed',
  'provider.user-input.respond.failed',
])

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
