/** How much of a text from outside is shown to people at once (SPEC 9). */
const SHOWN_CHARACTERS = 300

/** Of what an agent reports to people, such as a question. All of it stands on the issue (SPEC 16.1), where Slack has its beginning. */
export const REPORT_CHARACTERS = 4000

/**
 * Text from outside as one line of at most `max` UTF-16 units, an ellipsis included where it was cut: white space of any kind becomes
 * one space; control, invisible and direction-changing characters and lone surrogates go. Still live in any markup: escape it for the
 * place where it will stand.
 */
export function oneLine(text: string, max: number = SHOWN_CHARACTERS): string {
  // Cut roughly first: nobody pays for the megabyte that is not shown.
  const start = text.slice(0, 4 * max + 200)
  const line = cleanText(start)
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length <= max && start.length === text.length ? line : `${cutText(line, max - 1)}…`
}

/**
 * Text from outside for Markdown: one shortened line as inline code, in which GitHub sees no mention, link, reference, image or HTML.
 * (A backslash or an entity would not stop a mention: those are looked for after Markdown is rendered.) Safe in a table's cell and
 * never the beginning of an HTML comment, so that it cannot look like afk's marker.
 */
export function codeQuote(text: string, max: number = SHOWN_CHARACTERS): string {
  const line = oneLine(text, max).replaceAll('`', "'").replaceAll('|', '¦').replaceAll('<!', '< !')
  return line === '' ? '(empty)' : `\`${line}\``
}

/** A link, or just its words when the address is not plain `http(s)`. The words are afk's own, or a {@link codeQuote}. */
export function markdownLink(words: string, url: string): string {
  const plain = /^https?:\/\/[^\s<>\\`"|\p{Cc}]{1,1000}$/iu.test(url) && url.isWellFormed()
  if (!plain) return words
  return `[${words}](${url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('[', '%5B').replaceAll(']', '%5D')})`
}

/** The first `max` UTF-16 units, or one less where that would halve a character. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  const end = Math.max(0, max)
  return isHighSurrogate(text.charCodeAt(end - 1)) ? text.slice(0, end - 1) : text.slice(0, end)
}

/** The last `max` UTF-16 units, or one less where that would halve a character. */
export function cutToTail(text: string, max: number): string {
  if (text.length <= max) return text
  const start = text.length - Math.max(0, max)
  return isHighSurrogate(text.charCodeAt(start - 1)) ? text.slice(start + 1) : text.slice(start)
}

/** Text as data that every program takes: lone surrogates replaced, line ends as `\n`, no control characters but tab and line feed. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/(?![\t\n])\p{Cc}/gu, '')
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
