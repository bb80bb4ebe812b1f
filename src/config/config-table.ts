import { GATE_NAMES } from './gates.ts'
import { SECRET_VARIABLES } from './secrets.ts'
import { SETTING_VARIABLES } from './settings.ts'
import type { Tunable } from './tunables.ts'
import { TUNABLES } from './tunables.ts'

const GATES: Readonly<Record<(typeof GATE_NAMES)[number], readonly [byDefault: string, meaning: string]>> = {
  AFK_KILL_SWITCH: ['`true`', 'On: afk does nothing.'],
  AFK_ALLOWLIST: [
    'empty',
    'Repos that afk may touch, `owner/name`, separated by commas or spaces. Empty: afk does nothing.',
  ],
  AFK_DRAIN: ['`false`', 'Start nothing new, bring to its end what runs.'],
  AFK_GATES_DIR: [
    'none',
    'Folder with a file for each gate (a mounted ConfigMap); the variables of the gates then count for nothing, and a missing file is a shut gate (that of `AFK_DRAIN` drains).',
  ],
}

/** The configuration as Markdown tables, for the README; made of the schema, so it cannot be out of date. */
export function renderConfigTable(): string {
  const shared = TUNABLES.filter(({ scope }) => scope !== 'repo-only')
  const repoOnly = TUNABLES.filter(({ scope }) => scope === 'repo-only')
  const plain = [
    ...GATE_NAMES.map((name) => [name, ...GATES[name]] as const),
    ...SETTING_VARIABLES,
    ...SECRET_VARIABLES,
  ]
  return [
    table(
      ['variable', 'default', 'meaning'],
      plain.map(([name, byDefault, meaning]) => [`\`${name}\``, byDefault, meaning]),
    ),
    table(
      ['in the file', 'variable', 'default', 'allowed', 'meaning'],
      shared.map((tunable) => [
        `\`${tunable.name}\``,
        `\`${tunable.env}\``,
        shownDefault(tunable),
        tunable.allowed,
        meaningOf(tunable),
      ]),
    ),
    table(
      ['only under `repos."owner/name"`', 'default', 'allowed', 'meaning'],
      repoOnly.map((tunable) => [`\`${tunable.name}\``, shownDefault(tunable), tunable.allowed, tunable.description]),
    ),
  ].join('\n\n')
}

function meaningOf({ scope, description }: Tunable): string {
  return scope === 'global' ? `${description} Global only.` : description
}

function shownDefault({ byDefault }: Tunable): string {
  const value = Array.isArray(byDefault) ? byDefault.join(', ') : byDefault
  if (value === '' || typeof value === 'object') return 'empty'
  return `\`${JSON.stringify(value).replaceAll('"', '')}\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
