import type { RepoName } from '../core/model.ts'
import type { Examined } from './doctor/examine.ts'
import type { Paint, Style } from './paint.ts'
import { width } from './table.ts'
import { iso } from './words.ts'

/** The JSON of `afk doctor`. Names are stable; new checks may come. */
export function doctorDocument(findings: readonly Examined[], repos: readonly RepoName[] | null, now: number) {
  const count = (wanted: Examined['verdict']) => findings.filter(({ verdict }) => verdict === wanted).length
  return {
    command: 'doctor',
    at: iso(now),
    /** Null: the configuration does not tell which. */
    repos,
    findings: findings.map(({ check, area, verdict, subject, message, remedy }) => ({
      check,
      area,
      verdict,
      subject,
      message,
      remedy,
    })),
    counts: { ok: count('ok'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') },
  }
}

const styles: { readonly [verdict in Examined['verdict']]: Style } = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  skipped: 'dim',
}

/** `afk doctor` for people: one row a finding, its remedy below. */
export function doctorText({ findings, counts, repos }: ReturnType<typeof doctorDocument>, paint: Paint): string {
  const column = Math.max(...findings.map(({ check }) => width(check)))
  const lines = findings.flatMap(({ check, verdict, subject, message, remedy }) => {
    const words = `${subject === '' ? '' : `${paint('bold', subject)}: `}${message}`
    const row = `${paint(styles[verdict], verdict.padEnd(7))}  ${check.padEnd(column)}  ${words}`
    const indent = ' '.repeat(7 + 2 + column + 2)
    return remedy === null ? [row] : [row, `${indent}${paint('cyan', '->')} ${remedy}`]
  })
  const { ok, warn, fail, skipped } = counts
  const sum = `${ok} ok, ${warn} to know, ${fail} to mend, ${skipped} skipped`
  const unseen = repos?.length === 0 ? '; no repo was looked at: name some in AFK_ALLOWLIST, or one with --repo' : ''
  const style = fail > 0 ? 'red' : warn > 0 || unseen !== '' ? 'yellow' : 'green'
  return [...lines, '', paint(style, `${sum}${unseen}`)].join('\n')
}
