import { commands } from './commands.ts'
import type { Desk, ExitCode } from './desk.ts'
import { commandText, helpHint, overviewText } from './help-text.ts'
import { parseCommandLine } from './parse-command-line.ts'
import { refuseUsage } from './refuse-usage.ts'

/** One command from its words to its exit code. Never rejects but for a fault of afk's own. */
export async function runCli(argv: readonly string[], desk: Desk): Promise<ExitCode> {
  const line = parseCommandLine(argv, commands)
  switch (line.kind) {
    case 'version':
      desk.out(`afk ${desk.version}\n`)
      return 0
    case 'help':
      desk.out(line.command === null ? overviewText(commands, desk) : commandText(line.command))
      return 0
    case 'wrong': {
      const code = refuseUsage(desk, argv.includes('--json'), line.message)
      desk.err(helpHint(line.command?.name ?? null, desk))
      return code
    }
    case 'run':
      return line.command.run(plainSpoken(desk), line.options)
  }
}

/**
 * JSON leaves what begins a terminal's command in eight bits as it stands, such as in the name of a file; as an escape it says the same.
 * afk's own colours have none of these characters.
 */
function plainSpoken(desk: Desk): Desk {
  const plain = (text: string) =>
    text.replaceAll(/[\u007F-\u009F]/g, (one) => String.raw`\u00` + one.charCodeAt(0).toString(16))
  return { ...desk, out: (text) => desk.out(plain(text)), err: (text) => desk.err(plain(text)) }
}
