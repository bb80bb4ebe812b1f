import { haltAll } from '../app/halt.ts'
import { remedyOf } from '../app/remedy-of.ts'
import { readEndpoint } from '../config/endpoint.ts'
import { readGates, type Gates } from '../config/gates.ts'
import { describeValue, renderProblems, type Problem } from '../config/problems.ts'
import { readSecret, TOKEN } from '../config/read-secret.ts'
import type { Secret } from '../config/secret.ts'
import { envValue } from '../config/sources.ts'
import { PortError } from '../ports/errors.ts'
import type { Command, Options } from './command.ts'
import type { Desk, ExitCode } from './desk.ts'
import { markCards, type MarkedCards } from './halt-cards.ts'
import { haltText } from './halt-text.ts'
import { painter } from './paint.ts'
import { gatesDocument } from './plan-document.ts'
import { progressOn } from './progress.ts'
import { refuseUsage } from './refuse-usage.ts'
import { patienceSeconds } from './session.ts'
import { iso } from './words.ts'

export const halt: Command = {
  name: 'halt',
  summary: 'interrupts every agent of afk at work and marks its card; only while the kill switch is on',
  options: [{ name: 'wait', value: 'SECONDS', about: 'how long agents are given to end, from 0 to 60; default 10' }],
  details: `
Throw the kill switch first (AFK_KILL_SWITCH=true, where the CronJobs read it): without it the next tick would send
the agents on. Then halt interrupts the running turn of every thread of afk's in T3, in every repo, those of reviewers
too, and looks whether they ended. That needs AFK_T3_URL and AFK_T3_TOKEN and nothing else, and comes first. Then it
marks the card of each of these runs as halted. That needs GitHub and the whole configuration, and afk's own GitHub
token: an edit of a card by another account, such as yours by "gh auth token", would end the run as tampered with, so
nothing is written then, and halt says so.

Repeat it as often as you like: a tick that was under way when the switch was thrown may have begun one more turn, and
cards that are not marked yet are marked. Threads, worktrees and labels stay as they are. When afk is armed again the
watcher goes on with the runs: it tells each interrupted agent to continue, which costs none of its retries, and takes
the mark away. To end a run for good take its ready label off.

--json: {command, gates, threads: [{repo, issue: number | null, thread, state, result: interrupted | failed | earlier,
stopped, mayBeginUntil: time | null, error, link, card: {result: marked | already | none | failed, why, remedy}}],
stillWorking, unmarked, cardsProblem: {why, remedy} | null}. issue: null for a thread that somebody has renamed.
"earlier": found at rest, interrupted by a halt before this one and not marked by it. mayBeginUntil: its turn has not
begun, and T3 may begin it until then.

Exit codes: 0 nothing is at work any more, and the cards say so; 1 something still is at work, could not be interrupted,
or a card could not be marked; 2 the kill switch is off, usage or configuration; 3 T3 could not be used.`,
  run: runHalt,
}

async function runHalt(desk: Desk, options: Options): Promise<ExitCode> {
  const wait = options.value('wait') ?? '10'
  if (!/^\d{1,2}$/.test(wait) || Number(wait) > 60) {
    const message = `--wait: expected seconds from 0 to 60, got ${describeValue(wait)}`
    return refuseUsage(desk, options.has('json'), message)
  }
  const gates = readGates(desk.env, desk.files)
  if (!gates.ok) return refuseProblems(desk, options, gates.problems.map(forHalt))
  if (!gates.killSwitch) return refuseArmed(desk, options)
  if (isUnset(desk)) {
    desk.err(
      'afk: AFK_KILL_SWITCH is not set here, which counts as on: make sure that it is on where the CronJobs read it\n',
    )
  }
  const t3 = readT3(desk)
  if ('problems' in t3) return refuseProblems(desk, options, t3.problems)
  const started = performance.now()
  const deadline = () => patienceSeconds * 1000 - (performance.now() - started)
  const progress = progressOn(desk)
  try {
    const halted = await haltAll({
      executor: desk.composeExecutor({ ...t3, deadline }),
      waitSeconds: Number(wait),
      sleep: (ms) => desk.sleep(ms),
      say: progress.say,
    })
    const marked = await markCards(desk, halted, progress.say)
    progress.done()
    return tell(desk, options, gates, marked)
  } catch (error) {
    progress.done()
    if (!(error instanceof PortError)) throw error
    const { category } = error
    const message = category === 'unavailable' ? `T3 (AFK_T3_URL) does not answer: ${error.message}` : error.message
    const remedy = `${remedyOf(error)}; then run halt again`
    if (options.has('json'))
      desk.out(`${JSON.stringify({ command: 'halt', error: { category, message, remedy, meanwhile } })}\n`)
    desk.err(`afk: nothing was interrupted: ${message}\n  remedy: ${remedy}\n  meanwhile: ${meanwhile}\n`)
    return 3
  }
}

/** T3 is the only way to an agent. */
const meanwhile =
  "agents may still be at work: stop them on T3's machine, or take the right to push from the account that they push with"

/** On by default (SPEC 3): true of this environment, and it says nothing of the one that the programs run in. */
function isUnset({ env }: Desk): boolean {
  return envValue(env, 'AFK_KILL_SWITCH') === undefined && envValue(env, 'AFK_GATES_DIR') === undefined
}

function tell(desk: Desk, options: Options, gates: Gates, { marked, problem }: MarkedCards): ExitCode {
  const threads = marked.map(({ repo, issue, thread, state, result, stopped, mayBeginUntil, error, link, card }) => ({
    repo,
    issue,
    thread,
    state,
    result,
    stopped,
    mayBeginUntil: iso(mayBeginUntil),
    error,
    link,
    card,
  }))
  const stillWorking = threads.filter(({ stopped }) => !stopped).length
  const unmarked = threads.filter(({ card }) => card.result === 'failed').length
  const document = { command: 'halt', ...gatesDocument(gates), threads, stillWorking, unmarked, cardsProblem: problem }
  if (options.has('json')) desk.out(`${JSON.stringify(document, null, 2)}\n`)
  else desk.out(`${haltText(document, painter(desk.terminal.out, desk.env))}\n`)
  return stillWorking > 0 || unmarked > 0 || problem !== null ? 1 : 0
}

function refuseArmed(desk: Desk, options: Options): 2 {
  const remedy =
    'set AFK_KILL_SWITCH=true where the CronJobs read it (the gates ConfigMap), and here; then run halt again'
  const why = 'the kill switch is off: the next tick would start the agents again'
  if (options.has('json'))
    desk.out(`${JSON.stringify({ command: 'halt', error: { category: 'config', message: why, remedy } })}\n`)
  desk.err(`afk: ${why}\n  remedy: ${remedy}\n`)
  return 2
}

/** `false` would open the gate, and halt refuses then: here there is one right word. */
function forHalt(problem: Problem): Problem {
  if (problem.path !== 'AFK_KILL_SWITCH') return problem
  return {
    ...problem,
    remedy: 'write true, here and where the CronJobs read it: halt works only while the switch is on',
  }
}

function refuseProblems(desk: Desk, options: Options, problems: readonly Problem[]): 2 {
  if (options.has('json')) desk.out(`${JSON.stringify({ command: 'halt', error: { category: 'config', problems } })}\n`)
  else desk.err(`afk: the configuration has ${problems.length} problem(s)\n${renderProblems(problems)}\n`)
  return 2
}

type T3Access = { readonly url: string; readonly publicUrl: string; readonly token: Secret }

/** The two settings that halt needs; whatever else is wrong must not keep a person from stopping agents. */
function readT3({ env, files }: Desk): T3Access | { readonly problems: readonly Problem[] } {
  const url = readEndpoint(env, 'AFK_T3_URL')
  const publicUrl = envValue(env, 'AFK_T3_PUBLIC_URL') === undefined ? url : readEndpoint(env, 'AFK_T3_PUBLIC_URL')
  const { secret, problem } = readSecret(env, files, 'AFK_T3_TOKEN', TOKEN)
  const problems = [...('problem' in url ? [url.problem] : []), ...(problem === undefined ? [] : [problem])]
  if ('value' in url && secret !== undefined) {
    return { url: url.value, publicUrl: 'value' in publicUrl ? publicUrl.value : url.value, token: secret }
  }
  if (secret === undefined && problem === undefined) {
    problems.push({
      path: 'AFK_T3_TOKEN',
      expected: 'a token for T3',
      got: 'nothing',
      remedy: 'issue one in T3 and set AFK_T3_TOKEN_FILE or AFK_T3_TOKEN',
      source: 'env AFK_T3_TOKEN',
    })
  }
  return { problems }
}
