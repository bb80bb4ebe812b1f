import { planTick, type TickPlan } from '../app/plan.ts'
import { readOnly } from '../app/plan-read-only.ts'
import { sameName, type IssueRef } from '../core/model.ts'
import { whyAbsent, type Absent } from './absent.ts'
import type { Command, Options } from './command.ts'
import type { Desk, ExitCode } from './desk.ts'
import { errorText } from './error-text.ts'
import { painter } from './paint.ts'
import { planDocument } from './plan-document.ts'
import { planText } from './plan-text.ts'
import { progressOn } from './progress.ts'
import { refuseUsage } from './refuse-usage.ts'
import { readScope, type Scope } from './scope.ts'
import { openSession, type Session } from './session.ts'
import { settle } from './settle.ts'

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
closer?}], absent?: {code: not-found | closed | escalated | in-progress | not-labelled, message, remedy}, errors:
[{what, category, message, remedy, ...}], spent}. "absent": why --issue names an issue that is not in the plan.

Exit codes: 0 planned; 1 something could not be read, or there is no such issue; 2 usage or configuration; 3 GitHub or
T3 could not be used.`,
  run: runPlan,
}

async function runPlan(desk: Desk, options: Options): Promise<ExitCode> {
  const settled = await settle(desk, options.has('json'))
  if (settled === null) return 2
  const scope = readScope(options, settled.gates)
  if ('wrong' in scope) return refuseUsage(desk, options.has('json'), scope.wrong)
  if (scope.repos.length === 0) {
    const message = 'the allowlist is empty: name what to look at with --repo owner/name'
    return refuseUsage(desk, options.has('json'), message)
  }
  const session = openSession(desk, settled, scope.repos, readOnly)
  const progress = progressOn(desk)
  const found = await planTick(session.tick, progress.say)
  if (found === null) {
    progress.done()
    const errors = session.errors()
    if (options.has('json')) desk.out(`${JSON.stringify({ command: 'plan', errors })}\n`)
    for (const error of errors) desk.err(`afk: nothing would be dispatched: ${errorText(error)}\n`)
    return session.tick.failures.exitCode()
  }
  const absent = await absentOf(found, scope, session)
  progress.done()
  const document = planDocument(found, scope, settled.gates, settled.config.policy, session, absent)
  if (options.has('json')) desk.out(`${JSON.stringify(document, null, 2)}\n`)
  else desk.out(`${planText(document, painter(desk.terminal.out, desk.env))}\n`)
  const code = session.tick.failures.exitCode()
  return code === 0 && absent?.code === 'not-found' ? 1 : code
}

/** Of a repo that could not be read nothing more is asked. */
async function absentOf({ issues }: TickPlan, { issue }: Scope, session: Session): Promise<Absent | null> {
  if (issue === null || issues.some(({ decision }) => isSameIssue(decision.issue, issue))) return null
  return session.errors().some(({ repo }) => repo === issue.repo) ? null : whyAbsent(issue, session)
}

function isSameIssue(one: IssueRef, other: IssueRef): boolean {
  return sameName(one.repo, other.repo) && one.number === other.number
}
