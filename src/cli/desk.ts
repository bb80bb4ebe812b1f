import type { World } from '../app/tick.ts'
import type { Config } from '../config/load.ts'
import type { Secret } from '../config/secret.ts'
import type { Env, Files } from '../config/sources.ts'
import type { Executor } from '../ports/executor.ts'
import type { Probe } from '../ports/probe.ts'

/** Everything that a command has around it: handed in, so that a test is a desk like any other. */
export interface Desk {
  readonly env: Env
  readonly files: Files
  /** Names in a folder; null: it is none. */
  readonly list: (path: string) => readonly string[] | null
  /** The result, for people or as JSON. */
  readonly out: (text: string) => void
  /** Everything beside the result: notes, progress, problems. */
  readonly err: (text: string) => void
  readonly terminal: { readonly out: boolean; readonly err: boolean }
  /** This machine's clock, milliseconds since the epoch. */
  readonly now: () => number
  /** Rejects when `stop` comes. */
  readonly sleep: (ms: number) => Promise<void>
  /** Ctrl-C. */
  readonly stop: AbortSignal
  readonly version: string
  /** What a person types before the command, as this process was started. */
  readonly typed: string
  readonly composeDesk: (config: Config, env: Env, deadline: () => number, warn: (message: string) => void) => Clients
  readonly composeExecutor: (options: ExecutorOptions) => Executor
}

export interface Clients {
  readonly world: World
  readonly meters: {
    readonly requests: () => { readonly [port: string]: number }
    readonly points: () => { readonly used: number; readonly remaining: number | null }
  }
  readonly probe: Probe
}

export interface ExecutorOptions {
  readonly url: string
  readonly publicUrl: string
  readonly token: Secret
  readonly deadline: () => number
}

/** 0 all well, 1 something failed or needs a person, 2 usage or configuration, 3 GitHub or T3 as a whole could not be used. */
export type ExitCode = 0 | 1 | 2 | 3
