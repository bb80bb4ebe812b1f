import { stripVTControlCharacters } from 'node:util'
import type { Ci } from '../../src/ports/ci.ts'
import { findCheck, isComplete, showRun } from '../sandbox/github/state/checks.ts'
import type { WorkflowRun } from '../sandbox/github/state/ci-model.ts'
import type { Repo, Token } from '../sandbox/github/state/model.ts'
import { rerunWorkflow } from '../sandbox/github/state/rerun.ts'
import { nameWithOwner } from '../sandbox/github/state/repos.ts'
import { findVisible, mayWrite, notThere, visibleRepo } from './tracker-access.ts'
import type { FakeCall, Operations } from './tracker-session.ts'

/** So much of a log's end is read at all. */
const maxBytes = 512 * 1024

/** What can be had of Actions' jobs: their logs, and another attempt. */
export const jobOperations: Operations<Pick<Ci, 'logs' | 'rerun'>> = {
  logs: (call, name, failing, lines) => {
    const token = failing.some(({ job }) => job !== null) ? call.send() : null
    return failing.map((check) => {
      const log = token === null ? null : logOf(call, token, name, check.job)
      return { name: check.name, text: log === null ? '' : lastLines(log, lines) }
    })
  },

  rerun: (call, name, id) => {
    const token = call.send()
    const repo = visibleRepo(call, token, name)
    const run = repo.runs.find((candidate) => candidate.id === id)
    const suite = repo.suites.find((candidate) => candidate.id === run?.suiteId)
    if (run === undefined || suite === undefined) throw notThere(call, `${name} run ${String(id)}`)
    if (runsAgain(run, call.now)) return
    // A 403 to this means for a run that it can never be run again.
    if (!mayWrite(call.state, token, repo, 'write')) throw refusal(call, repo, 'the token may not')
    if (showRun(run, call.now).conclusion === 'success') throw refusal(call, repo, 'nothing of it failed')
    if (rerunWorkflow(call.state, run, suite, token.login, 'failed') === null) throw refusal(call, repo, 'it runs')
  },
}

function logOf(call: FakeCall, token: Token, name: string, job: number | null): string | null {
  const repo = findVisible(call.state, token, name)
  if (repo === null) return null
  const found = job === null ? null : findCheck(repo, job)
  if (found === null || found.suite.runId === null || !isComplete(found.check, call.now)) return null
  return found.check.log
}

/** The lines as a person reads them: without colours and without the time that Actions puts in front of each. */
function lastLines(log: string, lines: number): string {
  const text = Buffer.from(log).subarray(-maxBytes).toString('utf8')
  const read = stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map((line) => line.replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/, ''))
  return read.join('\n').trimEnd().split('\n').slice(-lines).join('\n')
}

function runsAgain(run: WorkflowRun, now: number): boolean {
  return run.attempts.length > 1 && showRun(run, now).status !== 'completed'
}

function refusal(call: FakeCall, repo: Repo, words: string): Error {
  return call.fail('refused', nameWithOwner(repo), words, 403)
}
