import { parseArgs } from 'node:util'
import { nearestName } from '../config/nearest.ts'
import { describeValue } from '../config/problems.ts'
import { commonOptions, type Command, type OptionSpec, type Options } from './command.ts'

export type CommandLine =
  | { readonly kind: 'run'; readonly command: Command; readonly options: Options }
  /** Null: about all of them. */
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string; readonly command: Command | null }

/** What the words after `afk` ask for. Never throws; what it does not know it answers with the nearest that it does. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): CommandLine {
  const [word, ...rest] = argv
  if (word === undefined || word === '--help' || word === '-h') return { kind: 'help', command: null }
  if (word === 'help') return helpFor(rest[0], commands)
  if (word === '--version') return { kind: 'version' }
  const command = commands.find(({ name }) => name === word)
  if (command === undefined) return wrongWord(word, commands)
  const wrong = (message: string): CommandLine => ({ kind: 'wrong', message, command })

  const known = [...commonOptions, ...command.options]
  const given = new Map<string, string>()
  const operands: string[] = []
  const { tokens } = parseArgs({
    args: rest.map((argument) => (argument === '-h' ? '--help' : argument)),
    options: Object.fromEntries(known.map(({ name, value }) => [name, { type: value ? 'string' : 'boolean' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (command.operands === undefined)
        return wrong(`${describeValue(token.value)} is too much: afk ${command.name} takes options only`)
      operands.push(token.value)
      continue
    }
    const spec = known.find(({ name }) => name === token.name)
    const problem = spec === undefined ? unknownOption(token.rawName, known) : valueProblem(spec, token.value, given)
    if (problem !== null) return wrong(problem)
    given.set(token.name, token.value ?? '')
  }
  if (given.has('help')) return { kind: 'help', command }
  if (command.operands !== undefined && operands.length === 0)
    return wrong(`name at least one: afk ${command.name} ${command.operands.value}`)
  const options: Options = { has: (name) => given.has(name), value: (name) => given.get(name), operands }
  return { kind: 'run', command, options }
}

function helpFor(word: string | undefined, commands: readonly Command[]): CommandLine {
  if (word === undefined) return { kind: 'help', command: null }
  const command = commands.find(({ name }) => name === word)
  return command === undefined ? wrongWord(word, commands) : { kind: 'help', command }
}

function wrongWord(word: string, commands: readonly Command[]): CommandLine {
  const names = commands.map(({ name }) => name)
  const message = word.startsWith('-')
    ? `expected a command before ${named(word)}: one of ${names.join(', ')}`
    : `there is no command ${describeValue(word)}${suggestion(meant(word, names)) || `: there are ${names.join(', ')}`}`
  return { kind: 'wrong', message, command: null }
}

function unknownOption(rawName: string, known: readonly OptionSpec[]): string {
  const near = meant(
    rawName.replace(/^-+/, ''),
    known.map(({ name }) => name),
  )
  return `there is no option ${named(rawName)}${suggestion(near === undefined ? undefined : `--${near}`)}`
}

/** Nearest by edits; letters in another order (`plna`) and beginnings (`stat`) are typing errors too. */
function meant(word: string, names: readonly string[]): string | undefined {
  const letters = (text: string) => Array.from(text.toLowerCase()).toSorted().join('')
  return (
    nearestName(word, names) ??
    names.find((name) => name.length === word.length && letters(name) === letters(word)) ??
    names.find((name) => word.length >= 2 && name.startsWith(word.toLowerCase()))
  )
}

/** A name as it was typed; what was pasted may be anything. */
function named(word: string): string {
  return /^[\w-]{1,60}$/.test(word) ? word : describeValue(word)
}

function suggestion(near: string | undefined): string {
  return near === undefined ? '' : `; did you mean ${near}?`
}

function valueProblem(
  { name, value }: OptionSpec,
  got: string | undefined,
  given: ReadonlyMap<string, string>,
): string | null {
  if (given.has(name)) return `--${name} is given twice`
  if (value === undefined) return got === undefined ? null : `--${name} takes no value`
  // Without `strict`, the parser takes a missing value for a switch.
  return got === undefined || got === '' || got.startsWith('--') ? `--${name} needs a value: --${name} ${value}` : null
}
