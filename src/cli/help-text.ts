import { commonOptions, type Command } from './command.ts'
import type { Desk } from './desk.ts'
import { table } from './table.ts'

/** What `afk --help` says. */
export function overviewText(commands: readonly Command[], { typed }: Pick<Desk, 'typed'>): string {
  const rows = commands.map(({ name, summary }) => [name, summary])
  return `afk: label a GitHub issue, go away, come back to landed code or to one clear message.

Usage: ${typed} <command> [options]

${table(rows, '  ')}

Everything is configured by the environment, as for the poller and the watcher. On a laptop, where that is not set,
the GitHub token is the one of \`gh auth token\` and the cluster the current context of ~/.kube/config; each is said.
With another account than afk's own, plan and status do not see afk's cards, and that account's labels count for nothing.
Colours only on a terminal, and not with NO_COLOR. More: ${typed} <command> --help.

${exitCodes}
`
}

/** After a message that something was typed wrongly; null: not even the command is known. */
export function helpHint(command: string | null, { typed }: Pick<Desk, 'typed'>): string {
  return `Try ${typed} ${command === null ? '' : `${command} `}--help.\n`
}

/** What `afk <command> --help` says. */
export function commandText({ name, summary, operands, options, details }: Command): string {
  const rows = [...options, ...commonOptions].map((option) => [
    `--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option.about,
  ])
  const words = operands === undefined ? [] : [[operands.value, operands.about]]
  return `afk ${name}: ${summary}\n\nOptions:\n${table([...words, ...rows], '  ')}\n\n${details.trim()}\n`
}

const exitCodes = `Exit codes: 0 all well; 1 something failed or could not be read (for doctor: at least one finding is a failure);
2 wrong usage or configuration (for halt also: the kill switch is off); 3 GitHub or T3 as a whole could not be used.`
