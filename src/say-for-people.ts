import type { Json, Line } from './app/report.ts'

/** A line of the log for somebody who watches a terminal: one row, what and where first (SPEC 12). */
export function sayForPeople(line: Line): string {
  const { event, program, repo, issue, tick: _tick, ...all } = line
  // Thousands of characters that only `afk replay` reads.
  const rest = event === 'record' ? { record: 'only where the output is no terminal, and in AFK_RECORD_DIR' } : all
  const place = repo === undefined ? '' : issue === undefined ? `${words(repo)} ` : `${words(repo)}#${words(issue)} `
  return `${words(program).padEnd(7)} ${event.padEnd(8)} ${place}${detail(rest)}\n`
}

function detail(fields: { readonly [name: string]: Json | undefined }): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && !isEmpty(value))
    .map(([name, value]) =>
      ['decision', 'effect', 'result', 'outcome'].includes(name) ? words(value) : `${name}=${words(value)}`,
    )
    .join(' ')
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function words(value: Json | undefined): string {
  if (value === undefined || value === null) return '-'
  if (Array.isArray(value)) return value.map((item: Json) => words(item)).join(',')
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${words(item)}`)
      .join(' ')}}`
  return String(value)
}
