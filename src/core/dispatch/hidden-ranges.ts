import { beginsBlock, fenceAt, isBlankTo, lineEnd, runLength } from './markdown-lines.ts'

/**
 * The parts of a Markdown text that its readers do not see or do not mean: fenced code (to the end when it is never closed), inline
 * code, HTML comments (likewise). As pairs of start and end, flat, in rising order. Linear, and no string is made on the way: a body of
 * a megabyte is read within milliseconds, whoever wrote it. Block quotes and lists are not looked into.
 */
export function hiddenRanges(markdown: string): readonly number[] {
  const closerAfter = closerFinder(markdown)
  const ranges: number[] = []
  let position = 0
  let lineStart = true
  while (position < markdown.length) {
    const fenced = lineStart ? fenceEnd(markdown, position) : -1
    const code = markdown.charCodeAt(position)
    let end = position
    lineStart = false
    if (fenced !== -1) {
      end = fenced
      lineStart = true
    } else if (code === BACKTICK) {
      const length = runLength(markdown, position)
      const closer = closerAfter(position + length, length)
      if (closer === -1) position += length
      else end = closer + length
    } else if (code === LESS_THAN && markdown.startsWith('<!--', position)) {
      // The browser ends `<!-->` at once, hence the overlap.
      const closer = markdown.indexOf('-->', position + 2)
      end = closer === -1 ? markdown.length : closer + 3
    } else {
      lineStart = code === LINE_FEED
      position += code === BACKSLASH && markdown.charCodeAt(position + 1) === BACKTICK ? 2 : 1
    }
    if (end > position) {
      ranges.push(position, end)
      position = end
    }
  }
  return ranges
}

const LINE_FEED = 0x0a
const LESS_THAN = 0x3c
const BACKSLASH = 0x5c
const BACKTICK = 0x60

/** Where the fenced block that opens at this line's start ends (after its last line), or -1 when none opens here. */
function fenceEnd(markdown: string, start: number): number {
  const opener = fenceAt(markdown, start)
  if (opener === null) return -1
  let line = lineEnd(markdown, start) + 1
  if (opener.mark === BACKTICK) {
    // CommonMark: a backtick in the info string means inline code. The search never goes beyond the block, which ends with backticks.
    const next = markdown.indexOf('`', opener.after)
    if (next !== -1 && next < line) return -1
    if (next === -1) return markdown.length
  }
  while (line < markdown.length) {
    const closer = fenceAt(markdown, line)
    const end = lineEnd(markdown, line)
    const closes =
      closer !== null &&
      closer.mark === opener.mark &&
      closer.after - closer.at >= opener.after - opener.at &&
      isBlankTo(markdown, closer.after, end)
    if (closes) return Math.min(end + 1, markdown.length)
    line = end + 1
  }
  return markdown.length
}

/**
 * Finds the run of exactly `length` backticks that closes inline code: the next one, in the same block, or -1. Ask in rising order.
 * What a search reads in vain it reads once: at the block's end it knows where the last run of each length in it is. What it reads
 * with success is hidden, and not read again.
 */
function closerFinder(markdown: string): (from: number, length: number) => number {
  const last = new Map<number, number>()
  let blockEnd = 0
  return (from, length) => {
    if (from < blockEnd && (last.get(length) ?? -1) < from) return -1
    let at = from
    while (at < markdown.length) {
      const code = markdown.charCodeAt(at)
      if (code === BACKTICK) {
        const found = runLength(markdown, at)
        if (found === length) return at
        last.set(found, at)
        at += found
      } else {
        at += 1
        if (code === LINE_FEED && beginsBlock(markdown, at)) break
      }
    }
    blockEnd = at
    return -1
  }
}
