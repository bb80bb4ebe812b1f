import { cutText, oneLine, REPORT_CHARACTERS } from '../../core/text/escape.ts'
import type { Instant, Report, ThreadView } from '../../core/model.ts'
import type { ReviewReport } from '../../core/pull-model.ts'

export interface Speech {
  readonly text: string
  readonly at: Instant
  /** Its last line may still grow, so it is not read yet. */
  readonly streaming: boolean
}

/** The last phase and the last report in these messages (oldest first): whole lines outside code fences alone count (SPEC 5.3). */
export function readReports(messages: readonly Speech[]): Pick<ThreadView, 'phase' | 'report'> {
  let phase: ThreadView['phase'] = null
  let report: ThreadView['report'] = null
  for (const { text, at, streaming } of messages) {
    for (const line of wholeLines(text, streaming)) {
      phase = readPhase(line) ?? phase
      const said = readReport(line)
      if (said !== null) report = { report: said, at }
    }
  }
  return { phase, report }
}

/** A reviewer's last word, with the whole message that it stands in (SPEC 15.4); null when none of these messages holds one. */
export function readReview(messages: readonly Speech[]): ReviewReport | null {
  for (const { text, streaming } of messages.toReversed()) {
    const said = wholeLines(text, streaming).findLast((line) => reviewLine.test(line))
    if (said === undefined) continue
    const clean = said.trim().endsWith('clean')
    return clean ? { kind: 'clean', findings: '' } : { kind: 'issues', findings: cutText(text.trim(), findingsLength) }
  }
  return null
}

const reviewLine = /^AFK-REVIEW:[ \t]+(?:clean|issues)$/

/** More than any review that helps; it is quoted in one turn. */
const findingsLength = 40_000

/** Every commit that these messages report as pushed, in their order. */
export function readPushedShas(messages: readonly Speech[]): readonly string[] {
  return messages
    .flatMap(({ text, streaming }) => wholeLines(text, streaming))
    .flatMap((line) => {
      const report = readReport(line)
      return report?.kind === 'pushed' ? [report.sha] : []
    })
}

/** Lines outside code fences (CommonMark 4.5; one that is never closed runs to the end), trimmed at the right. Linear. */
function wholeLines(text: string, streaming: boolean): readonly string[] {
  // Most messages say nothing to afk, and need not be taken apart.
  if (!text.includes('AFK-')) return []
  const lines = text.split(/\r\n|\n|\r/)
  if (streaming) lines.pop()
  const outside: string[] = []
  let fence: string | null = null
  for (const raw of lines) {
    const line = raw.trimEnd()
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
    const [, run = '', rest = ''] = mark ?? []
    if (fence !== null) {
      if (mark !== null && rest === '' && run.startsWith(fence)) fence = null
    } else if (mark !== null && !(run.startsWith('`') && rest.includes('`'))) {
      fence = run
    } else {
      outside.push(line)
    }
  }
  return outside
}

function readPhase(line: string): ThreadView['phase'] {
  const [, phase] = /^AFK-PHASE:[ \t]+(\S+)$/.exec(line) ?? []
  return phases.find((known) => known === phase) ?? null
}

const phases = ['worktree', 'tests-red', 'green', 'pushed'] as const

function readReport(line: string): Report | null {
  const [, kind, rest = ''] = /^AFK-RESULT:[ \t]+([a-z-]+)[ \t]+(\S.*)$/s.exec(line) ?? []
  if (kind === 'pushed') return /^[0-9a-f]{7,40}$/i.test(rest) ? { kind, sha: rest.toLowerCase() } : null
  if (kind === 'pr') return /^#?[1-9]\d{0,9}$/.test(rest) ? { kind, number: Number(rest.replace('#', '')) } : null
  if (kind === 'blocked' || kind === 'needs-clarification' || kind === 'no-change')
    return { kind, words: oneLine(rest, REPORT_CHARACTERS) }
  return null
}
