import { cleanText } from '../text/escape.ts'

/**
 * A terminal's output as the text that a reader of it saw: no colours, titles, hyperlinks or cursor moves, of a line that was drawn
 * again and again (progress bars) only its last state, no control characters. Linear.
 */
export function cleanTerminal(text: string): string {
  return cleanText(
    text
      .replaceAll(stringSequence, '')
      .replaceAll(controlSequence, '')
      .replaceAll(otherEscape, '')
      .replaceAll(/(?<!\r)\r+\n/gu, '\n')
      .split('\n')
      .map(lastDrawn)
      .join('\n'),
  )
}

/* ECMA-48: ESC, or one 8-bit character in its place. Each pattern ends before the next ESC, so that no open sequence is read twice. */
const ESC = String.raw`\u{1B}`
/** OSC, DCS, SOS, PM, APC: up to BEL or ST. */
const stringSequence = new RegExp(
  String.raw`(?:${ESC}[\]PX^_]|[\u{9D}\u{90}\u{98}\u{9E}\u{9F}])[^\u{7}\u{1B}\u{9C}\n]*(?:\u{7}|${ESC}\\|\u{9C})?`,
  'gu',
)
/** CSI: colours, cursor moves. */
const controlSequence = new RegExp(String.raw`(?:${ESC}\[|\u{9B})[0-?]*[ -\/]*[@-~]?`, 'gu')
const otherEscape = new RegExp(String.raw`${ESC}[ -\/]*[0-~]?`, 'gu')

/** What a line shows that a carriage return began anew; one at its end hides nothing. */
function lastDrawn(line: string): string {
  if (!line.includes('\r')) return line
  return line.split('\r').findLast((drawn) => drawn.trim() !== '') ?? ''
}
