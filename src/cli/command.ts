import type { Desk, ExitCode } from './desk.ts'

/** One word after `afk`: what it is called, what it takes, what it does. */
export interface Command {
  readonly name: string
  /** One line of the overview. */
  readonly summary: string
  /** Words beside the options, one at least; absent: it takes none. */
  readonly operands?: { readonly value: string; readonly about: string }
  readonly options: readonly OptionSpec[]
  /** What `--help` says below the options: paragraphs, the shape of `--json`, exit codes. */
  readonly details: string
  readonly run: (desk: Desk, options: Options) => Promise<ExitCode>
}

export interface OptionSpec {
  readonly name: string
  /** The placeholder of its value; none: a switch. */
  readonly value?: string
  readonly about: string
}

/** What was typed: switches that are on have an empty text. */
export interface Options {
  readonly has: (name: string) => boolean
  readonly value: (name: string) => string | undefined
  readonly operands: readonly string[]
}

/** What every command takes. */
export const commonOptions: readonly OptionSpec[] = [
  { name: 'json', about: 'one JSON document on standard output, for programs; {error: {category, ...}} when refused' },
  { name: 'help', about: 'this text' },
]
