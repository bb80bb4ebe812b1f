import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Line } from '../../src/app/report.ts'
import { builtProgram } from '../tools/built-programs.ts'

export interface TickResult {
  readonly program: 'poller' | 'watcher'
  readonly code: number | null
  readonly lines: readonly Line[]
  /** All that it wrote, for the search for secrets. */
  readonly output: string
}

/**
 * Runs one program once, as Kubernetes would: a process of its own that gets an environment, and short pauses. `said` is told of each
 * line of its log at once: what two programs say at the same time is then told in its order.
 */
export function runTick(
  program: 'poller' | 'watcher',
  env: Record<string, string>,
  said: (line: Line) => void,
): Promise<TickResult> {
  const preload = new URL('../tools/short-pauses.mjs', import.meta.url).href
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, builtProgram(program)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const lines: Line[] = []
    let output = ''
    createInterface({ input: child.stdout }).on('line', (text) => {
      output += `${text}\n`
      if (!text.startsWith('{')) return
      const line = JSON.parse(text) as Line
      lines.push(line)
      said(line)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ program, code, lines, output }))
  })
}
