import { fstatSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { createReporter, type Line, type Program, type Reporter } from './app/report.ts'
import { gateReader, readGates } from './config/gates.ts'
import type { Problem } from './config/problems.ts'
import { sayForPeople } from './say-for-people.ts'
import { silent, tickProgress, type TickProgress } from './tick-progress.ts'

/** Where Kubernetes reads the last words of a container (SPEC 12). */
const terminationLog = '/dev/termination-log'

/**
 * One tick of one program, from gates to exit code (SPEC 3, 10, 12). With shut gates it stops after one line: whatever costs anything
 * (configuration, secrets, clients, connections) is loaded only behind them.
 */
export async function runProgram(program: Program): Promise<0 | 1 | 2 | 3> {
  // Since the process began. Not `performance`, which Node loads when it is first touched: an inert tick does without.
  const started = process.uptime() * 1000
  const progress = isDevice(2) && process.stderr.isTTY ? tickProgress(process.stderr, process.env) : silent
  const report = createReporter(program, new Date().toISOString(), lineWriter(openOutput(progress)))
  const files = { read: (path: string) => readFileSync(path, 'utf8') }
  const gates = readGates(process.env, files)
  if (!gates.ok) return refuse(report, gates.problems)
  if (!gates.open) {
    report.summary({ outcome: 'inert', why: gates.why, ...nothingSpent() })
    return 0
  }
  try {
    return await behindOpenGates(program, report, files, started, progress)
  } catch (thrown) {
    progress.end()
    // Not even the tick could be set up: a fault of afk's own, told by its kind alone, since its words may hold anything.
    report.note('error', {
      category: 'bug',
      what: program,
      name: thrown instanceof Error ? thrown.name : typeof thrown,
    })
    report.summary({ outcome: 'failed', why: 'a fault of afk itself', ...nothingSpent() })
    return 1
  }
}

async function behindOpenGates(
  program: Program,
  report: Reporter,
  files: { readonly read: (path: string) => string },
  started: number,
  progress: TickProgress,
): Promise<0 | 1 | 2 | 3> {
  const { loadConfig } = await import('./config/load.ts')
  const loaded = await loadConfig(process.env, files)
  if (!loaded.ok) return refuse(report, loaded.problems)
  for (const { message } of loaded.warnings) report.note('warning', { message })
  const { runTick } = await import('./run-tick.ts')
  return runTick(program, loaded.config, gateReader(process.env, files.read), report, started, progress)
}

function refuse(report: Reporter, problems: readonly Problem[]): 2 {
  for (const { path, expected, got, remedy, source } of problems) {
    report.note('error', { category: 'config', path, expected, got, remedy, source })
  }
  report.summary({ outcome: 'failed', why: `${problems.length} problem(s) in the configuration`, ...nothingSpent() })
  return 2
}

/** A summary has the same fields however early a tick ends (SPEC 12). */
function nothingSpent() {
  return { counts: {}, requests: {}, points: {}, ms: Math.round(process.uptime() * 1000) }
}

/** Lines that each level leaves out; the summary is always told. A level that is none is a problem of the configuration, told later. */
const leftOut: { readonly [level: string]: readonly string[] } = {
  warn: ['decision', 'effect'],
  error: ['decision', 'effect', 'warning', 'orphan'],
}

/** One JSON object a line; on a terminal the same for people. The summary is also the container's last word. */
function lineWriter(write: (line: Line) => void): (line: Line) => void {
  const unwanted = leftOut[process.env['AFK_LOG_LEVEL']?.trim() ?? ''] ?? []
  return (line) => {
    if (unwanted.includes(line.event)) return
    write(line)
    if (line.event !== 'summary') return
    try {
      const words = Buffer.from(JSON.stringify(line).slice(0, 4096))
      writeFileSync(terminationLog, words, { flag: 'r+' })
      // What a tick before said there may have been longer.
      truncateSync(terminationLog, words.length)
    } catch {
      // Outside a cluster there is no such file, and nothing is lost without it.
    }
  }
}

/** On a terminal for people. `process.stdout` costs an inert tick a tenth of its CPU, so that pipes and files do without. */
function openOutput(progress: TickProgress): (line: Line) => void {
  const asJson = (line: Line) => `${JSON.stringify(line)}\n`
  const write = isDevice(1)
    ? (line: Line) => standardOutput().write(process.stdout.isTTY ? sayForPeople(line) : asJson(line))
    : (line: Line) => writeWhole(asJson(line))
  return (line) => {
    progress.hide()
    write(line)
  }
}

/** A terminal, or no file and no pipe at least. */
function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice()
  } catch {
    // Closed by whoever began this process.
    return false
  }
}

function writeWhole(text: string): void {
  let left = Buffer.from(text)
  try {
    while (left.length > 0) left = left.subarray(writeSync(1, left))
  } catch (error) {
    // A pipe that somebody else made non-blocking, and that is full: as Node has it for its own streams.
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') standardOutput().write(left)
  }
}

/** Whoever read it may be gone: nobody is left to be told, and a tick is not cut in its middle for that. */
function standardOutput(): typeof process.stdout {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => {})
  return process.stdout
}
