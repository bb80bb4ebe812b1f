import type { Journal, JournalEntry } from '../ports/journal.ts'
import type { Reporter } from './report.ts'
import { asPortError } from './tick.ts'

type Decision = Parameters<Reporter['decision']>[0]

/** A reporter that also remembers what of its decisions belongs into the journal. */
export function remembering(report: Reporter): {
  readonly report: Reporter
  readonly story: () => readonly JournalEntry[]
} {
  const entries: JournalEntry[] = []
  return {
    report: {
      ...report,
      decision: (decision) => {
        report.decision(decision)
        const entry = entryOf(decision)
        if (entry !== null) entries.push(entry)
      },
    },
    story: () => [...entries],
  }
}

/** Writes the story down. Its failures cost a line of the log and nothing else; after the first the rest is not tried. */
export async function tellStory(entries: readonly JournalEntry[], journal: Journal, report: Reporter): Promise<void> {
  try {
    for (const entry of entries) await journal.record(entry)
  } catch (thrown) {
    report.warn(asPortError(thrown))
  }
}

/**
 * A run's beginning and its end, once each: a decision that was held back or failed carries a second code, and is told when a later
 * tick has finished it. No text from outside, only names that the log shows too.
 */
function entryOf({ issue, run, decision, codes, facts }: Decision): JournalEntry | null {
  const what = `${issue.repo}#${issue.number}${run === undefined ? '' : ` (run ${run})`}`
  if (decision === 'dispatch') return { reason: 'Dispatched', message: `dispatched ${what}`, type: 'Normal' }
  const [code, ...held] = codes
  if (code === undefined || held.length > 0) return null
  const told = (end: keyof typeof ends, why: string) => ({ ...ends[end], message: `${end} ${what}: ${why}` })
  switch (decision) {
    case 'land':
      return told('landed', code)
    case 'cancel':
      return told('cancelled', code)
    case 'escalate':
      return told('escalated', code)
    case 'freeze':
      return told('frozen', code)
    case 'finish':
      return isEnd(code) && typeof facts['reason'] === 'string' ? told(code, facts['reason']) : null
    default:
      return null
  }
}

const ends = {
  landed: { reason: 'Landed', type: 'Normal' },
  cancelled: { reason: 'Cancelled', type: 'Normal' },
  frozen: { reason: 'Frozen', type: 'Warning' },
  escalated: { reason: 'Escalated', type: 'Warning' },
} as const

function isEnd(code: string): code is keyof typeof ends {
  return Object.hasOwn(ends, code)
}
