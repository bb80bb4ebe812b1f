import { stripVTControlCharacters } from 'node:util'

/** Rows with their columns aligned, two blanks between them, no blanks at the ends of lines. Cells may be painted. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  )
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      return `${indent}${cells.join('  ')}`.trimEnd()
    })
    .join('\n')
}

/** Columns of a terminal that a text takes: combining marks take none, East Asian wide characters and emoji two. */
export function width(text: string): number {
  let columns = 0
  for (const character of stripVTControlCharacters(text)) {
    if (/\p{Mn}/u.test(character)) continue
    columns +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/u.test(
        character,
      )
        ? 2
        : 1
  }
  return columns
}
