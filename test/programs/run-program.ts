import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Line } from '../../src/app/report.ts'
import { builtProgram } from '../tools/built-programs.ts'

export type Program = 'poller' | 'watcher'
export type Env = Readonly<Record<string, string>>

/** What a program left behind when it was gone. */
export interface Ran {
  readonly program: Program
  /** Null when it had to be killed. */
  readonly code: number | null
  /** Its log; a line that is no JSON object makes the whole run fail. */
  readonly lines: readonly Line[]
  readonly summary: Line
  /** Both streams as they came, for the search for what must not be there. */
  readonly output: string
  readonly stderr: string
}

/** What the watching preload saw in the process, in order. */
export interface Seen {
  readonly connections: readonly string[]
  readonly lookups: readonly string[]
  /** URLs of modules beyond Node's own. */
  readonly modules: readonly string[]
  readonly files: readonly string[]
}

/** Longer than any tick (SPEC 10: 45 s): whoever hangs is killed, and its code is null. */
const patienceMs = 50_000

/** Runs one program once, as Kubernetes would: an environment and nothing else. */
export async function runProgram(program: Program, env: Env, onStart?: (pid: number) => void): Promise<Ran> {
  const child = start(program, env, [], onStart)
  const [stdout, stderr, code] = await Promise.all([text(child.out), text(child.err), child.code])
  return ranOf(program, code, stdout, stderr)
}

/** The same under {@link Seen}: a preload counts connections, lookups, modules and files, and tells them on a fourth descriptor. */
export async function runWatched(program: Program, env: Env, patience = patienceMs): Promise<Ran & { seen: Seen }> {
  const preload = new URL('watch-process.ts', import.meta.url).href
  const child = start(program, env, ['--import', preload], undefined, patience)
  const [stdout, stderr, told, code] = await Promise.all([
    text(child.out),
    text(child.err),
    text(child.told),
    child.code,
  ])
  if (told === '') throw new Error(`the preload told nothing; the ${program} ended with ${code}: ${stderr}`)
  return { ...ranOf(program, code, stdout, stderr), seen: JSON.parse(told) as Seen }
}

function start(
  program: Program,
  env: Env,
  options: readonly string[],
  onStart?: (pid: number) => void,
  patience = patienceMs,
) {
  // A watched process is the sources: what it loads is told by the names of their modules.
  const file =
    options.length === 0 ? builtProgram(program) : fileURLToPath(new URL(`../../src/${program}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...(options.length === 0 ? ['--import', shortPauses] : options), file], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: patience,
    killSignal: 'SIGKILL',
  })
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [, out, err, told] = child.stdio
  if (out === null || err === null || told === null || told === undefined) throw new Error('the child has no pipes')
  if (child.pid !== undefined) onStart?.(child.pid)
  return { out, err, told: told as typeof out, code }
}

/** Nothing here is about time. */
const shortPauses = new URL('../tools/short-pauses.mjs', import.meta.url).href

function ranOf(program: Program, code: number | null, stdout: string, stderr: string): Ran {
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      if (!line.startsWith('{')) throw new Error(`the ${program} printed a line that is no JSON object`)
      return JSON.parse(line) as Line
    })
  const summary = lines.at(-1)
  if (summary?.event !== 'summary') {
    throw new Error(`the ${program} (exit ${code}) ended without a summary:\n${stdout}\n${stderr}`)
  }
  return { program, code, lines, summary, output: stdout + stderr, stderr }
}
