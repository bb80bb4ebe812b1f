import { styleText } from 'node:util'
import type { Env } from '../config/sources.ts'

export type Style = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold'

/** Text in a colour, or as it stands where nobody would see one. */
export type Paint = (style: Style, text: string) => string

/** Colours only on a terminal, and never with `NO_COLOR` (no-color.org: present and not empty) or on a dumb one. */
export function painter(isTerminal: boolean, env: Env): Paint {
  const plain = !isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  if (plain) return (_style, text) => text
  return (style, text) => styleText(style, text, { validateStream: false })
}
