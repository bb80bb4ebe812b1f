import { commands } from './commands.ts'
import type { Desk, ExitCode } from './desk.ts'
import { commandText, helpHint, overviewText } from './help-text.ts'
import { parseCommandLine } from './parse-command-line.ts'

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
    case 'wrong':
      desk.err(`afk: ${line.message}\n`)
      desk.err(helpHint(line.command?.name ?? null, desk))
      return 2
    case 'run':
      return line.command.run(desk, line.options)
  }
}
