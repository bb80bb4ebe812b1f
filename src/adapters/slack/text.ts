/**
 * Text from outside as one line of code: at most 300 characters between the quotes, after escaping. No ping, link, emoji or
 * formatting can be formed in it: `& < >` are escaped, backticks replaced, every control and invisible character is gone.
 * Empty when nothing readable is left.
 */
export function quoted(text: string, max: number): string {
  const line = oneLine(text).replaceAll('`', "'")
  return line === '' ? '' : `\`${cut(line, max, escaped)}\``
}

/** afk's own words for a mrkdwn text, cut to `max` characters after escaping. Safe even if someone else's text slipped into them. */
export function prose(text: string, max: number): string {
  const lines = text.split('\n').map(oneLine).join('\n').trim()
  // Backticks could pair with those of a quote that follows: the words of afk need none.
  return cut(lines.replaceAll('`', "'"), max, escaped)
}

/**
 * For `plain_text`, where Slack knows no markup and shows entities as they stand in some clients: look-alikes instead of escapes,
 * so that the same string is harmless wherever it is rendered.
 */
export function plain(text: string, max: number): string {
  return cut(oneLine(text), max, (piece) => piece.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆'))
}

/** Slack's three control characters (docs.slack.dev, *Formatting message text*, escaping). */
function escaped(text: string): string {
  // Asked of every character of a text that is cut.
  if (!/[&<>]/.test(text)) return text
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Lone surrogates would make the client's form encoder throw; `Cf` holds the marks that reverse the direction of what follows. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll(/\p{Cf}+/gu, '')
    .trim()
}

/** Cuts between characters, never inside an escape or a surrogate pair, so that the encoded text with its ellipsis fits. */
function cut(text: string, max: number, encode: (piece: string) => string): string {
  // Encoding never shortens: what is beyond `max` can never be shown, and a huge text costs no more than a long one.
  const whole = encode(text.length > max ? text.slice(0, max + 1) : text)
  if (text.length <= max && whole.length <= max) return whole
  let out = ''
  for (const character of text.slice(0, max)) {
    const next = encode(character)
    if (out.length + next.length > max - 1) break
    out += next
  }
  return `${out.toWellFormed().trimEnd()}…`
}
