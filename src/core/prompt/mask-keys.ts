/**
 * A text without PEM private keys. One whose end was cut off is masked to the text's end; of one whose beginning was cut off, as at the
 * head of a log's tail, the lines that look like it are.
 */
export function maskPrivateKeys(text: string): string {
  const parts: string[] = []
  let position = 0
  let begin = find(beginning, text, 0)
  const firstEnd = find(ending, text, 0)
  if (firstEnd !== null && (begin === null || firstEnd.at < begin.at)) {
    parts.push(withoutKeyLines(text.slice(0, firstEnd.at)), MASK)
    position = firstEnd.after
  }
  while (begin !== null) {
    parts.push(text.slice(position, begin.at), MASK)
    const end = find(ending, text, begin.after)
    position = end?.after ?? text.length
    begin = end === null ? null : find(beginning, text, position)
  }
  return parts.join('') + text.slice(position)
}

const MASK = '[masked private key]'
const beginning = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/gu
const ending = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/gu

function find(pattern: RegExp, text: string, from: number): { readonly at: number; readonly after: number } | null {
  // A copy, as a global pattern remembers where it was.
  const search = new RegExp(pattern)
  search.lastIndex = from
  const match = search.exec(text)
  return match === null ? null : { at: match.index, after: match.index + match[0].length }
}

/**
 * Without the lines at its end that end in a long word of base64, the last of which may be short (whole groups of four); what CI puts
 * before each line (a time) may stand in front.
 */
function withoutKeyLines(text: string): string {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const endsIn = (word: RegExp) => word.test((lines.at(-1) ?? '').slice(-80))
  if (endsIn(/(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{4})+[ \t\r]*$/u)) lines.pop()
  while (endsIn(/[A-Za-z0-9+/=]{16}[ \t\r]*$/u)) lines.pop()
  return [...lines, last].join('\n')
}
