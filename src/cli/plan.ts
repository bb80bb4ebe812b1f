import { planTick } from '../app/plan.ts'
import { readOnly } from '../app/plan-read-only.ts'
import type { Command, Options } from './command.ts'
import type { Desk, ExitCode } from './desk.ts'
import { painter } from './paint.ts'
import { planDocument } from './plan-document.ts'
import { planText } from './plan-text.ts'
import { progressOn } from './progress.ts'
import { readScope } from './scope.ts'
import { openSession } from './session.ts'
import { settle } from './settle.ts'
import { factsText } from './words.ts'

export const plan: Command = {
  name: 'plan',
  summary: 'what the next poller tick would do and why, for every labelled issue; reads only',
  options: [
    { name: 'repo', value: 'OWNER/NAME', about: 'this repo alone; it need not be on the allowlist' },
    {
      name: 'issue',
      value: 'OWNER/NAME#N',
      about: 'this issue alone, closely: who labelled and edited it, blockers, runs, prompt',
    },
  ],
  details: `
Decides with the code of the poller and shows the very effects that a tick would apply, in order. For the skipped it
asks every rule, those that cost requests too. Nothing is written, and no lease is taken. With shut gates it shows
what would happen if you armed afk now; with an empty allowlist name a repo.

--json: {command, at, gates: {open, killSwitch, drain, allowlist, why}, assumed: {armed, allowlisted}, issues: [{repo,
issue, title, url, decision: dispatch | skip, resume, cancel, priority, labelledBy, labelledAt, run, failing: [{code,
title, since, facts, unblock}], effects: [{effect, target, detail}] | null, explains: {inMinutes, effects} | null,
closer?}], errors, spent}

Exit codes: 0 planned; 1 something could not be read; 2 usage or configuration; 3 GitHub or T3 could not be used.`,
  run: runPlan,
}

async function runPlan(desk: Desk, options: Options): Promise<ExitCode> {
  const settled = await settle(desk, options.has('json'))
  if (settled === null) return 2
  const scope = readScope(options, settled.gates)
  if ('wrong' in scope) {
    desk.err(`afk: ${scope.wrong}\n`)
    return 2
  }
  if (scope.repos.length === 0) {
    desk.err('afk: the allowlist is empty: name what to look at with --repo owner/name\n')
    return 2
  }
  const session = openSession(desk, settled, scope.repos, readOnly)
  const progress = progressOn(desk)
  const found = await planTick(session.tick, progress.say)
  progress.done()
  if (found === null) {
    const errors = session.errors()
    if (options.has('json')) desk.out(`${JSON.stringify({ command: 'plan', errors })}\n`)
    for (const error of errors) desk.err(`afk: nothing would be dispatched: ${factsText(error)}\n`)
    return session.tick.failures.exitCode()
  }
  const document = planDocument(found, scope, settled.gates, settled.config.policy, session)
  if (options.has('json')) desk.out(`${JSON.stringify(document, null, 2)}\n`)
  else {
    desk.out(`${planText(document, painter(desk.terminal.out, desk.env))}\n`)
    if (scope.issue !== null && document.issues.length === 0) {
      const { ready } = settled.config.policy.repo(scope.issue.repo).labels
      desk.out(`${scope.issue.repo}#${scope.issue.number} does not carry ${ready}, or is closed, or is no issue.\n`)
    }
  }
  return session.tick.failures.exitCode()
}
