import { readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { runCli } from './cli/run-cli.ts'
import { composeDesk, composeExecutor } from './compose-desk.ts'
import { version } from './version.ts'

/** The operator's desk: `npm run -s afk -- <command>` (SPEC 14). */
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())
// `afk plan | head` is no fault of anybody's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

void runCli(process.argv.slice(2), {
  env: process.env,
  files: { read: (path) => readFileSync(path, 'utf8') },
  list: (path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : null),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminal: { out: process.stdout.isTTY, err: process.stderr.isTTY && process.env['TERM'] !== 'dumb' },
  now: () => Date.now(),
  sleep: (ms) => pause(ms, undefined, { signal: stop.signal }),
  stop: stop.signal,
  version: version(),
  // By npm from the sources; the bundle is a program of its own.
  typed: process.argv[1]?.endsWith('.ts') ? 'npm run -s afk --' : 'afk',
  composeDesk,
  composeExecutor,
}).then((code) => {
  process.exitCode = code
})
