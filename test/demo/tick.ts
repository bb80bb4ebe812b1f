import { spawn } from 'node:child_process'
import type { Line } from '../../src/app/report.ts'
import { builtProgram } from '../tools/built-programs.ts'

export interface TickResult {
  readonly program: 'poller' | 'watcher'
  readonly code: number | null
  readonly lines: readonly Line[]
  /** All that it wrote, for the search for secrets. */
  readonly output: string
}

/** Runs one program once, as Kubernetes would: a process of its own that gets an environment, and short pauses. */
export function runTick(program: 'poller' | 'watcher', env: Record<string, string>): Promise<TickResult> {
  const preload = new URL('../tools/short-pauses.ts', import.meta.url).href
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, builtProgram(program)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ program, code, lines: parse(out), output: out + err }))
  })
}

function parse(out: string): readonly Line[] {
  return out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
}
