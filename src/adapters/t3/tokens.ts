import { sha256 } from '../../core/ids.ts'
import type { TurnUsage } from '../../core/model.ts'
import type { Activity } from './schemas.ts'

/**
 * Tokens that a thread's turns used, by turn, the oldest turn first. T3 reports no money, and a turn's own total only with its last `context-window.updated`
 * (`totalProcessedTokens`, also not when it failed); before that there is only the size of the last call, `usedTokens`.
 *
 * A turn that follows another in the same process repeats that one's total with its early updates (thread-two-turns). Those are told
 * by `outputTokens`, which a turn's last update never has, and count as `usedTokens`. T3 keeps a thread's newest 500 activities: of
 * turns before those nothing is left, and whoever needs to know keeps it (`core/run/usage.ts`).
 */
export function usageOf(activities: readonly Activity[]): readonly TurnUsage[] {
  const byTurn = new Map<string | null, Usage>()
  for (const { kind, payload, turnId } of activities) {
    if (kind !== 'context-window.updated') continue
    const usage = readUsage(payload)
    // Two updates of one turn can share a millisecond and come in any order: the one with the total is the last.
    if (usage.final || byTurn.get(turnId)?.final !== true) byTurn.set(turnId, usage)
  }
  return [...byTurn].map(([turnId, { tokens }]) => ({ turn: sha256(turnId ?? '').slice(0, nameLength), tokens }))
}

/** The ids are T3's, of any length and form, and afk keeps these names for as long as a run lasts. */
const nameLength = 12

interface Usage {
  readonly tokens: number
  readonly final: boolean
}

function readUsage(payload: unknown): Usage {
  const { usedTokens, totalProcessedTokens, outputTokens } = Object(payload) as Record<string, unknown>
  if (isCount(totalProcessedTokens) && outputTokens === undefined) return { tokens: totalProcessedTokens, final: true }
  return { tokens: isCount(usedTokens) ? usedTokens : 0, final: false }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
