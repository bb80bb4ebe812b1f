/** What the beginning of a line says in Markdown, by character codes: bodies of a megabyte are read within milliseconds. */

export interface Fence {
  /** Character code of its mark. */
  readonly mark: number
  readonly at: number
  readonly after: number
}

/** The run of three or more backticks or tildes at the beginning of a line, at most three spaces in. */
export function fenceAt(text: string, lineStart: number): Fence | null {
  let at = lineStart
  while (at < lineStart + 3 && text.charCodeAt(at) === SPACE) at += 1
  const mark = text.charCodeAt(at)
  if (mark !== BACKTICK && mark !== TILDE) return null
  const after = at + runLength(text, at)
  return after - at >= 3 ? { mark, at, after } : null
}

/**
 * Whether inline code cannot reach over this line's start: the line is blank, or begins a block of its own (fence, list item, heading,
 * quotation). Rather once too often: what is shown by mistake blocks, and that a person sees.
 */
export function beginsBlock(text: string, lineStart: number): boolean {
  let first = lineStart
  while (isBlank(text.charCodeAt(first))) first += 1
  const code = text.charCodeAt(first)
  if (Number.isNaN(code) || blockMarks.has(code)) return true
  if (code === BACKTICK || code === TILDE) return fenceAt(text, lineStart) !== null
  return isDigit(code) && /^\d{1,9}[.)]/u.test(text.slice(first, first + 10))
}

/** The index of the line's end: of its line feed, or of the text's end. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** Whether nothing but white space stands between the two. */
export function isBlankTo(text: string, from: number, end: number): boolean {
  let at = from
  while (at < end && isBlank(text.charCodeAt(at))) at += 1
  return at >= end
}

/** How often the character here is repeated, once at least. */
export function runLength(text: string, at: number): number {
  const code = text.charCodeAt(at)
  let end = at + 1
  while (text.charCodeAt(end) === code) end += 1
  return end - at
}

const SPACE = 0x20
const BACKTICK = 0x60
const TILDE = 0x7e

/** A blank line's end, `#`, `*`, `+`, `-`, `>`. */
const blockMarks: ReadonlySet<number> = new Set([0x0a, 0x23, 0x2a, 0x2b, 0x2d, 0x3e])

/** Space, tab, carriage return. */
function isBlank(code: number): boolean {
  return code === SPACE || code === 0x09 || code === 0x0d
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
