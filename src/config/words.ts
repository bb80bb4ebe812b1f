const TRUE_WORDS: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', '0', 'no', 'off'])

export const BOOLEAN_WORDS = 'true, false, 1, 0, yes, no, on or off'

/** A boolean of the environment (SPEC 3.3): any case, trimmed. Undefined for any other word. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (TRUE_WORDS.has(word)) return true
  return FALSE_WORDS.has(word) ? false : undefined
}

/** Strict decimal: an optional minus, digits, an optional fraction. No exponent, hex, sign +, infinity or separators. */
export function isDecimal(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text)
}
