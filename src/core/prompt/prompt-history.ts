import { oneLine } from '../text/escape.ts'

/** How an earlier run of the same issue ended, from its card. */
export interface EarlierRun {
  readonly outcome: string
  readonly reason: string
  readonly branch?: string
  /** Names of what was failing at its end. */
  readonly failing: readonly string[]
}

/** The last of the earlier runs as text, one block each, oldest first; empty when there were none. */
export function earlierText(runs: readonly EarlierRun[]): string {
  const shown = runs.slice(-RUNS_SHOWN)
  const note = runs.length > shown.length ? [`(${runs.length - shown.length} older runs are not shown)`] : []
  return [...note, ...shown.map(runText)].join('\n\n')
}

/** Names of failing checks as a list, the first `most` of them; empty when nothing fails. */
export function failingText(names: readonly string[], most: number = NAMES_SHOWN): string {
  const shown = names.slice(0, most).map((name) => `- ${oneLine(name, 150)}`)
  const more = names.length > shown.length ? [`- and ${names.length - shown.length} more`] : []
  return [...shown, ...more].join('\n')
}

const RUNS_SHOWN = 5
const NAMES_SHOWN = 50
const NAMES_A_RUN = 12

function runText(run: EarlierRun): string {
  const lines = [`outcome: ${oneLine(run.outcome, 60)}`, `reason: ${oneLine(run.reason)}`]
  if (run.branch !== undefined) lines.push(`branch: ${oneLine(run.branch, 120)}`)
  if (run.failing.length > 0) lines.push(`failing at its end:\n${failingText(run.failing, NAMES_A_RUN)}`)
  return lines.join('\n')
}
