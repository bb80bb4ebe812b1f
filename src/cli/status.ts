import { lookAtRuns } from '../app/status.ts'
import { readOnly } from '../app/plan-read-only.ts'
import { describeValue } from '../config/problems.ts'
import type { Command, Options } from './command.ts'
import type { Desk, ExitCode } from './desk.ts'
import { errorText } from './error-text.ts'
import { helpHint } from './help-text.ts'
import { painter } from './paint.ts'
import { progressOn } from './progress.ts'
import { refuseUsage } from './refuse-usage.ts'
import { readScope, type Scope } from './scope.ts'
import { openSession } from './session.ts'
import { settle, type Settled } from './settle.ts'
import { statusDocument } from './status-document.ts'
import { statusText } from './status-text.ts'

export const status: Command = {
  name: 'status',
  summary: 'runs in flight, what each waits for, what ended lately, orphans; reads only',
  options: [
    { name: 'repo', value: 'OWNER/NAME', about: 'this repo alone' },
    { name: 'watch', about: 'again and again until Ctrl-C; with --json one document a line' },
    { name: 'every', value: 'SECONDS', about: 'pause of --watch, from 2 to 3600; default 15' },
  ],
  details: `
Finds and judges the runs with the code of the watcher, so that "waits for" is what its next tick would find, and
applies nothing. Repos that left the allowlist are shown while a thread of theirs is there. Ended runs are those of
the last 24 hours whose threads T3 still shows.

--json: {command, at, gates, assumed: {allowlisted}, github: {remaining: 0..1 | null, resetsAt}, executor: {reachable},
caps: {inFlight, maxConcurrentRuns, startedToday: number | null, maxRunsPerDay}, runs: [{repo, issue, title, run,
phase, thread, attempts: {made, max} | null, tokens, usd, budgetUsd, pull, links: {issue, thread?, pull?, commit?,
ci?}, ageSeconds, lastSignSeconds, halted: time | null, waitsFor, next: {decision, code, facts}}], recent: [{repo,
issue, run, outcome, reason, tokens, usd, links, at}], orphans: [{repo, issue: number | null, thread, state, link}],
errors: [{what, category, message, remedy, ...}]}

Exit codes: 0 looked; 1 something could not be read; 2 usage or configuration; 3 GitHub or T3 could not be used.
With --watch: 0 after Ctrl-C.`,
  run: runStatus,
}

async function runStatus(desk: Desk, options: Options): Promise<ExitCode> {
  const pause = readPause(options.value('every'))
  if (pause === null) {
    const message = `--every: expected seconds from 2 to 3600, got ${describeValue(options.value('every'))}`
    const code = refuseUsage(desk, options.has('json'), message)
    desk.err(helpHint('status', desk))
    return code
  }
  if (options.has('every') && !options.has('watch')) desk.err('afk: --every has no effect without --watch\n')
  const settled = await settle(desk, options.has('json'))
  if (settled === null) return 2
  const scope = readScope(options, settled.gates)
  if ('wrong' in scope) return refuseUsage(desk, options.has('json'), scope.wrong)
  if (!options.has('watch')) return look(desk, options, settled, scope)
  const home = desk.terminal.out && !options.has('json') ? '\u001B[H\u001B[2J' : ''
  for (;;) {
    await look({ ...desk, out: (text) => desk.out(`${home}${text}`) }, options, settled, scope)
    if (desk.stop.aborted || !(await waited(desk, pause))) return 0
    if (home === '' && !options.has('json')) desk.out('\n')
  }
}

function readPause(text = '15'): number | null {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return seconds >= 2 && seconds <= 3600 ? seconds : null
}

async function waited(desk: Desk, seconds: number): Promise<boolean> {
  try {
    await desk.sleep(seconds * 1000)
    return !desk.stop.aborted
  } catch (error) {
    if (desk.stop.aborted) return false
    throw error
  }
}

async function look(desk: Desk, options: Options, settled: Settled, scope: Scope): Promise<ExitCode> {
  const session = openSession(desk, settled, scope.repos, readOnly)
  const progress = progressOn(desk)
  const found = await lookAtRuns(session.tick, progress.say)
  progress.done()
  // Ctrl-C in the middle: half a look is worth nothing.
  if (options.has('watch') && desk.stop.aborted) return 0
  const json = (document: unknown) => desk.out(`${JSON.stringify(document, null, options.has('watch') ? 0 : 2)}\n`)
  if (found === null) {
    const errors = session.errors()
    if (options.has('json')) json({ command: 'status', errors })
    for (const error of errors) desk.err(`afk: ${errorText(error)}\n`)
    return session.tick.failures.exitCode()
  }
  const document = statusDocument(found, scope, settled.gates, session)
  if (options.has('json')) json(document)
  else desk.out(`${statusText(document, painter(desk.terminal.out, desk.env))}\n`)
  return session.tick.failures.exitCode()
}
