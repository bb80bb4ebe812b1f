import type { Policy } from '../core/policy.ts'
import { renderProblems } from '../config/problems.ts'
import type { Command, Options } from './command.ts'
import type { Desk, ExitCode } from './desk.ts'
import { painter } from './paint.ts'
import { progressOn } from './progress.ts'
import { readRecords } from './read-records.ts'
import { replayDocument } from './replay-document.ts'
import { replayText, shown } from './replay-text.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'decides recorded ticks again, with this build or another configuration, and shows what would differ',
  operands: { value: 'FILE...', about: 'decision records, folders of them, or logs at debug level' },
  options: [
    { name: 'config', value: 'FILE', about: 'decide with the tunables of this file, over the defaults' },
    { name: 'env', about: 'decide with the AFK_* tunables of this environment, over the file and the defaults' },
  ],
  details: `
With AFK_RECORD_DIR set, each tick of poller and watcher writes what it saw and decided into a file of its own, and at
AFK_LOG_LEVEL=debug into the log. Replay takes nothing but these files: no request, no gate, no secret. Without --config
and --env every record is decided with the configuration that it was made with. Of the texts of issues records hold only
hashes. What another configuration would have had to ask for, and the tick did not, is "unknown: not recorded".

--json: {command, version, config: {file, environment}, totals: {records, same, differs, unknown, undecided,
unreadable}, records: [{file, program, tick, version, same, differs, unknown, undecided, changes: [{repo, issue,
comparison: differs | unknown, was: {decision, codes, run, with} | null, now: {decision, codes, run, with, facts} |
null, notRecorded}]}], unreadable: [{file, why}]}

Exit codes: 0 all the same; 1 something would differ or is unknown; 2 something is unreadable, or wrong usage or
configuration.`,
  run: runReplay,
}

async function runReplay(desk: Desk, options: Options): Promise<ExitCode> {
  const policies = await readPolicies(desk, options)
  if (policies === null) return 2
  const progress = progressOn(desk)
  progress.say('reading the records')
  const files = readRecords(options.operands, desk)
  progress.say('deciding again')
  const config = { file: options.value('config') ?? null, environment: options.has('env') }
  const document = replayDocument(files, policies, desk.version, config)
  progress.done()
  if (options.has('json')) desk.out(`${JSON.stringify(document, null, 2)}\n`)
  else {
    // Nothing was decided: what is to be told is why.
    if (document.totals.records > 0) desk.out(`${replayText(document, painter(desk.terminal.out, desk.env))}\n`)
    for (const { file, why } of document.unreadable) desk.err(`afk: ${shown(`${file}: ${why}`)}\n`)
  }
  const { unreadable, differs, unknown } = document.totals
  return unreadable > 0 ? 2 : differs + unknown > 0 ? 1 : 0
}

/** The tunables to decide with; null: they are wrong, as said. */
async function readPolicies(
  desk: Desk,
  options: Options,
): Promise<{ readonly defaults: Policy; readonly policy: Policy | null } | null> {
  const { loadPolicy } = await import('../config/load-policy.ts')
  const defaults = (await loadPolicy(undefined, {}, desk.files)).policy()
  const file = options.value('config')
  if (file === undefined && !options.has('env')) return { defaults, policy: null }
  const loaded = await loadPolicy(file, options.has('env') ? desk.env : {}, desk.files, '--config')
  const { problems } = loaded
  if (problems.length === 0) return { defaults, policy: loaded.policy() }
  if (options.has('json')) desk.out(`${JSON.stringify({ error: { category: 'config', problems } })}\n`)
  else desk.err(`afk: the configuration has ${problems.length} problem(s)\n${renderProblems(problems)}\n`)
  return null
}
