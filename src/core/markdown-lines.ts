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
 * Where inline code cannot reach over, in rising order: blank lines, and lines that begin a block of their own (fence, list item,
 * heading, quotation). Rather one too many: what is shown by mistake blocks, and that a person sees.
 */
export function blockStarts(text: string): readonly number[] {
  const starts: number[] = []
  for (let line = 0; line < text.length;) {
    const first = firstCharacter(text, line)
    if (beginsBlock(text, line, first)) starts.push(line)
    line = lineEnd(text, first) + 1
  }
  return starts
}

/** The index of the line's end: of its line feed, or of the text's end. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
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

function firstCharacter(text: string, lineStart: number): number {
  let at = lineStart
  while (isBlank(text.charCodeAt(at))) at += 1
  return at
}

function beginsBlock(text: string, lineStart: number, first: number): boolean {
  const code = text.charCodeAt(first)
  if (Number.isNaN(code) || code === 0x0a || '-*+>#'.includes(String.fromCharCode(code))) return true
  if (code === BACKTICK || code === TILDE) return fenceAt(text, lineStart) !== null
  return isDigit(code) && /^\d{1,9}[.)]/u.test(text.slice(first, first + 10))
}

/** Space, tab, carriage return. */
function isBlank(code: number): boolean {
  return code === SPACE || code === 0x09 || code === 0x0d
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
