import type { Card } from './card.ts'

/** What every marker of any version begins with. */
export const MARKER_START = '<!-- afk:v'
export const MARKER_END = ' -->'
/** The version of the card's data that this build writes and reads. */
export const MARKER_VERSION = 1

/**
 * The hidden marker: the card as JSON in an HTML comment. Characters that could end the comment, begin another marker, or look like a
 * mention or a reference to whatever scans raw text are written as JSON escapes; JSON itself has none of them outside of strings.
 */
export function renderMarker(card: Card): string {
  return `${MARKER_START}${MARKER_VERSION} ${escapeJson(JSON.stringify(card))}${MARKER_END}`
}

function escapeJson(json: string): string {
  return json.replaceAll(/[<>@#\u007F-\u009F\u2028\u2029\uFEFF]|-(?=-)/gu, (character) => {
    return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0')
  })
}
