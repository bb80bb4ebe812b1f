import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** One process from start to end. */
export interface Spent {
  /** Null for one that was killed. */
  readonly code: number | null
  /** User and system time of all its threads. */
  readonly cpuMs: number
  /** Peak of its resident memory. */
  readonly rssMiB: number
  readonly wallMs: number
  readonly stdout: string
  readonly stderr: string
}

const preload = fileURLToPath(new URL('spent.cjs', import.meta.url))

/** Runs a CommonJS file in a Node of its own, with this environment and no other. Whoever hangs is killed after a minute. */
export async function runMeasured(file: string, env: Readonly<Record<string, string>> = {}): Promise<Spent> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--require', preload, file], {
    env,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [, out, err, told] = child.stdio
  if (!out || !err || !told) throw new Error('the measured process has no pipes')
  const [stdout, stderr, spent, code] = await Promise.all([text(out), text(err), text(told as typeof out), ended])
  const wallMs = performance.now() - began
  if (spent === '') throw new Error(`${file} told nothing of what it spent; it ended with ${code}: ${stderr}`)
  return { ...(JSON.parse(spent) as Pick<Spent, 'cpuMs' | 'rssMiB'>), code, wallMs, stdout, stderr }
}
