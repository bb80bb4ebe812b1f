import { blockStarts, fenceAt, lineEnd, runLength } from './markdown-lines.ts'

/**
 * A Markdown text without what its readers do not see or do not mean: fenced code (to the end when it is never closed), inline code,
 * HTML comments (likewise). Lines stay lines. A hidden part leaves a character behind, one that is no space where it was code, so that
 * no new words come about. Linear; block quotes and lists are not looked into, as only `blocked by` clauses are read here.
 */
export function visibleText(markdown: string): string {
  const closerAfter = backtickRuns(markdown)
  let visible = ''
  let from = 0
  let position = 0
  let lineStart = true

  let newline = -1

  const hide = (end: number, mark: string): void => {
    // Looked for once a line, however many parts of it are hidden.
    if (newline < position) newline = lineEnd(markdown, position)
    visible += markdown.slice(from, position) + (newline < end ? '\n' : mark)
    from = position = end
  }

  while (position < markdown.length) {
    if (lineStart) {
      lineStart = false
      const end = fenceEnd(markdown, position)
      if (end !== null) {
        hide(end, '\n')
        lineStart = true
        continue
      }
    }
    const code = markdown.charCodeAt(position)
    if (code === BACKTICK) {
      const length = runLength(markdown, position)
      const closer = closerAfter(position + length, length)
      if (closer === null) position += length
      else hide(closer + length, CODE)
    } else if (code === LESS_THAN && markdown.startsWith('<!--', position)) {
      // The browser ends `<!-->` at once, hence the overlap.
      const end = markdown.indexOf('-->', position + 2)
      hide(end === -1 ? markdown.length : end + 3, ' ')
    } else {
      lineStart = code === LINE_FEED
      position += code === BACKSLASH && markdown.charCodeAt(position + 1) === BACKTICK ? 2 : 1
    }
  }
  return visible + markdown.slice(from)
}

const LINE_FEED = 0x0a
const LESS_THAN = 0x3c
const BACKSLASH = 0x5c
const BACKTICK = 0x60

/** Stands for inline code: no space, no word, and of the characters that engines store in one byte. */
const CODE = '¤'

/** Where the fenced block that opens at this line's start ends (after its last line), or null when none opens here. */
function fenceEnd(markdown: string, start: number): number | null {
  const opener = fenceAt(markdown, start)
  if (opener === null) return null
  let line = lineEnd(markdown, start) + 1
  // CommonMark: a backtick in the info string means inline code.
  if (opener.mark === BACKTICK && markdown.slice(opener.after, line).includes('`')) return null
  while (line < markdown.length) {
    const closer = fenceAt(markdown, line)
    const end = lineEnd(markdown, line)
    const closes =
      closer !== null && closer.mark === opener.mark && closer.after - closer.at >= opener.after - opener.at
    if (closes && markdown.slice(closer.after, end).trim() === '') return Math.min(end + 1, markdown.length)
    line = end + 1
  }
  return markdown.length
}

/**
 * Finds the run of exactly `length` backticks that closes inline code: the next one, in the same block. All runs are collected once and
 * each list is walked once, so that no text of unmatched runs makes it slow. Ask in rising order.
 */
function backtickRuns(markdown: string): (from: number, length: number) => number | null {
  const runs = new Map<number, { readonly at: number[]; next: number }>()
  for (let at = markdown.indexOf('`'); at !== -1;) {
    const length = runLength(markdown, at)
    const known = runs.get(length)
    if (known === undefined) runs.set(length, { at: [at], next: 0 })
    else known.at.push(at)
    at = markdown.indexOf('`', at + length)
  }
  let starts: readonly number[] | null = null
  let block = 0
  return (from, length) => {
    starts ??= blockStarts(markdown)
    const run = runs.get(length)
    if (run === undefined) return null
    while ((run.at[run.next] ?? Infinity) < from) run.next += 1
    while ((starts[block] ?? Infinity) < from) block += 1
    const closer = run.at[run.next] ?? Infinity
    return closer < (starts[block] ?? Infinity) ? closer : null
  }
}
