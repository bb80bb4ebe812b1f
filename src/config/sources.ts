/** The process environment, handed in: nothing in `config/` touches `process`. */
export type Env = Readonly<Record<string, string | undefined>>

/** Reads a whole text file at once; throws what `fs.readFileSync` throws. */
export type ReadFile = (path: string) => string

export interface Files {
  readonly read: ReadFile
}

/** A variable without the white space around it; blank is unset (SPEC 3.3 says so of gates, and it holds for all). */
export function envValue(env: Env, name: string): string | undefined {
  // An own property only, so that a name like `constructor` can never come from the prototype.
  const value = Object.hasOwn(env, name) ? env[name]?.trim() : undefined
  return value === '' ? undefined : value
}

/** Why a read failed, by the system's code alone: a message could quote what it should not. */
export function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === 'ENOENT') return 'no such file (ENOENT)'
  if (code === 'EISDIR') return 'a folder, and no file (EISDIR)'
  return code === undefined ? 'a file that cannot be read' : `a file that cannot be read (${code})`
}
