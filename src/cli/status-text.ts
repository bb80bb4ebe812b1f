import { costText } from '../core/text/cost-text.ts'
import { explainOutcome } from '../core/explain/explain.ts'
import type { Paint, Style } from './paint.ts'
import { errorText } from './error-text.ts'
import type { StatusDocument } from './status-document.ts'
import { table } from './table.ts'
import { plural, span } from './words.ts'

/** `afk status` for people. */
export function statusText(status: StatusDocument, paint: Paint): string {
  return [
    gatesText(status, paint),
    ...status.assumed.allowlisted.map((repo) =>
      paint('yellow', `${repo} is not on the allowlist: nothing new starts there (add it to AFK_ALLOWLIST).`),
    ),
    runsText(status, paint),
    ...orphansText(status, paint),
    ...recentText(status, paint),
    ...status.errors.map((error) => paint('red', `could not be read: ${errorText(error)}`)),
  ].join('\n\n')
}

function gatesText({ gates, github, executor, caps }: StatusDocument, paint: Paint): string {
  const repos = gates.allowlist.length === 0 ? 'no repo allowed' : gates.allowlist.join(', ')
  const left =
    github.remaining === null ? 'unknown' : `${Math.floor(github.remaining * 100)} % left${resetText(github)}`
  const rows = [
    ['gates', gates.open ? paint(gates.drain ? 'yellow' : 'green', gates.why) : paint('yellow', `shut: ${gates.why}`)],
    ['allowlist', repos],
    [
      'GitHub limit',
      github.remaining !== null && github.remaining < 0.1
        ? paint('red', `${left}: nothing is dispatched below 10 %`)
        : left,
    ],
    ['runs', capsText(caps)],
    ['T3', executor.reachable ? 'reachable' : paint('red', 'not reachable: what agents do is not known')],
  ]
  return table(rows.map(([name = '', text = '']) => [paint('dim', name), text]))
}

/** Of all repos, whichever are shown. */
function capsText({ inFlight, maxConcurrentRuns, startedToday, maxRunsPerDay }: StatusDocument['caps']): string {
  return `${inFlight} of ${maxConcurrentRuns} in flight, ${startedToday ?? 'unknown'} of ${maxRunsPerDay} started in 24 hours`
}

function resetText({ resetsAt }: StatusDocument['github']): string {
  return resetsAt === null ? '' : `, whole again at ${resetsAt.slice(11, 16)} UTC`
}

function runsText({ runs, gates, errors }: StatusDocument, paint: Paint): string {
  if (runs.length === 0 && errors.length > 0)
    return 'No run was seen in flight, and not everything could be read: see below.'
  if (runs.length === 0) return 'No run is in flight.'
  const head = ['issue', 'phase', 'age', 'attempts', 'last sign', 'waits for'].map((word) => paint('dim', word))
  const rows = runs.map((run) => [
    paint('bold', `${run.repo}#${run.issue}`),
    run.phase,
    ms(run.ageSeconds),
    run.attempts === null ? '-' : `${run.attempts.made}/${run.attempts.max}`,
    run.lastSignSeconds === null ? '-' : `${ms(run.lastSignSeconds)} ago`,
    run.halted === null ? run.waitsFor : paint('yellow', haltedWords(run, gates)),
  ])
  const details = runs.flatMap((run) => [
    `${paint('bold', `${run.repo}#${run.issue}`)}  ${run.title}`,
    ...links(run.links).map(([name, url]) => `  ${paint('dim', name.padEnd(6))}  ${url}`),
    ...(run.tokens === 0 ? [] : [`  ${paint('dim', 'cost  ')}  ${costText(run.tokens, run.usd)} of ${run.budgetUsd}`]),
  ])
  return [`${paint('bold', plural(runs.length, 'run'))} in flight:`, table([head, ...rows]), '', ...details].join('\n')
}

/** What it would wait for is what the next tick finds, and with the switch on there is none. */
function haltedWords(
  { halted, waitsFor }: StatusDocument['runs'][number],
  { killSwitch }: StatusDocument['gates'],
): string {
  const since = `halted since ${(halted ?? '').slice(0, 16).replace('T', ' ')} UTC`
  return killSwitch ? `${since}; waits for the kill switch to be turned off` : `${since}; ${waitsFor}`
}

function orphansText({ orphans }: StatusDocument, paint: Paint): readonly string[] {
  if (orphans.length === 0) return []
  const rows = orphans.map(({ repo, issue, thread, state, link }) => [
    issue === null ? repo : `${repo}#${issue}`,
    state,
    link ?? thread,
  ])
  return [`${paint('yellow', plural(orphans.length, 'orphan'))}: a thread at work that no run claims\n${table(rows)}`]
}

const outcomeStyles: { readonly [outcome: string]: Style } = {
  landed: 'green',
  frozen: 'red',
  escalated: 'yellow',
  cancelled: 'dim',
}

function recentText({ recent, at }: StatusDocument, paint: Paint): readonly string[] {
  if (recent.length === 0) return []
  const now = Date.parse(at ?? '')
  const rows = recent.map((run) => [
    `${run.repo}#${run.issue}`,
    paint(outcomeStyles[run.outcome] ?? 'dim', run.outcome),
    run.outcome === 'landed' ? '' : explainOutcome({ kind: run.outcome, reason: run.reason }).title,
    run.at === null || Number.isNaN(now) ? '' : `${span(now - Date.parse(run.at))} ago`,
    run.links.issue,
    run.tokens === 0 ? '' : costText(run.tokens, run.usd),
  ])
  return [`Ended in the last 24 hours:\n${table(rows)}`]
}

function links(all: StatusDocument['runs'][number]['links']): readonly (readonly [string, string])[] {
  return (['issue', 'thread', 'pull', 'commit', 'ci'] as const).flatMap((name) => {
    const url = all[name]
    return url === undefined ? [] : [[name, url] as const]
  })
}

function ms(seconds: number | null): string {
  return seconds === null ? '-' : span(seconds * 1000)
}
