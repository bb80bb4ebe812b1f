import { cleanText, cutText } from '../text/escape.ts'
import type { Commands } from '../policy.ts'

/** One quoted part of the prompt. Heading and label are afk's own words. */
export interface PromptPart {
  readonly heading: string
  readonly label: string
  readonly text: string
}

/** How the repo is worked on: its configured commands and instructions, and its own notes. Only what there is. */
export function setupText(facts: {
  readonly commands: Commands
  readonly instructions: string
  readonly repoNotes: string | null
}): readonly PromptPart[] {
  return [
    {
      heading: 'Commands of this repository',
      label: 'commands',
      text: commandsText(facts.commands),
    },
    {
      heading: 'Instructions for this repository',
      label: 'instructions',
      text: bounded(facts.instructions, LONGEST_PART),
    },
    {
      heading: 'Notes of this repository',
      label: '.github/afk.md',
      text: bounded(facts.repoNotes ?? '', LONGEST_PART),
    },
  ].filter((part) => part.text !== '')
}

/** These leave about half of the prompt to the issue, whatever the repo brings along. */
const LONGEST_PART = 15_000
const LONGEST_COMMANDS = 4000

function bounded(text: string, longest: number): string {
  const clean = cleanText(text).trim()
  if (clean.length <= longest) return clean
  return `${cutText(clean, longest)}\n(afk: cut here, ${clean.length - longest} more characters)`
}

function commandsText(commands: Commands): string {
  const lines = (['setup', 'test', 'lint'] as const).flatMap((kind) =>
    commands[kind].map((argv) => `${kind}: ${argv.map(shellWord).join(' ')}`),
  )
  return bounded(lines.join('\n'), LONGEST_COMMANDS)
}

/** An argument as a POSIX shell reads it back. */
function shellWord(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`
}
