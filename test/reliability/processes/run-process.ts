import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Line } from '../../../src/app/report.ts'
import { builtProgram } from '../../tools/built-programs.ts'

export interface Exit {
  /** Null for one that was killed. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly Line[]
  readonly stderr: string
  /** Milliseconds from start to end. */
  readonly ms: number
}

/** One program as a process of its own, as Kubernetes runs it: an environment and nothing else. Whoever hangs is killed after a minute. */
export function runProcess(
  program: 'poller' | 'watcher',
  env: Readonly<Record<string, string>>,
): { readonly exit: Promise<Exit>; readonly kill: (signal: NodeJS.Signals) => void } {
  const started = performance.now()
  const child = spawn(process.execPath, ['--import', shortPauses, builtProgram(program)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const exit = Promise.all([text(child.stdout), text(child.stderr), closed]).then(([out, stderr, end]) => ({
    ...end,
    lines: out.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Line] : [])),
    stderr,
    ms: performance.now() - started,
  }))
  return { exit, kill: (signal) => void child.kill(signal) }
}

/** The pause between two writes to GitHub is no matter of these: a life of many writes would take minutes. */
const shortPauses = new URL('../../tools/short-pauses.mjs', import.meta.url).href
