import type { CloserLook } from './closer-look.ts'
import type { Paint } from './paint.ts'
import { errorText } from './error-text.ts'
import type { IssueDocument, PlanDocument } from './plan-document.ts'
import { table } from './table.ts'
import { factsText, plural, span } from './words.ts'

/** `afk plan` for people. */
export function planText(plan: PlanDocument, paint: Paint): string {
  const { issues, errors, absent } = plan
  const age = agesFrom(plan.at)
  const starting = issues.filter(({ decision }) => decision === 'dispatch').length
  const blocks = issues.map((issue) => issueText(issue, age, paint))
  return [
    heading(plan, starting, paint),
    ...(absent === undefined ? blocks : [absentText(absent, paint)]),
    ...(issues.length > 0 || absent !== undefined || errors.length > 0
      ? []
      : ['No open issue carries the ready label there.']),
    ...errors.map((error) => paint('red', `could not be read: ${errorText(error)}`)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function absentText({ message, remedy }: NonNullable<PlanDocument['absent']>, paint: Paint): string {
  return `${message}.\n  ${paint('cyan', '->')} ${remedy}`
}

function heading(plan: PlanDocument, starting: number, paint: Paint): string {
  const { gates, assumed } = plan
  const lines = countText(plan, starting).map((line) => paint('bold', line))
  if (assumed.armed) {
    lines.push(paint('yellow', `The gates are shut (${gates.why}): this is what a tick would do if you armed it now.`))
  }
  for (const repo of assumed.allowlisted) {
    lines.push(paint('yellow', `${repo} is not on the allowlist: it is shown as if it were (add it to AFK_ALLOWLIST).`))
  }
  if (gates.drain) lines.push(paint('yellow', 'AFK_DRAIN is on: nothing new starts.'))
  return lines.join('\n')
}

/** Nothing is counted where nothing was seen. */
function countText({ issues, errors, absent }: PlanDocument, starting: number): readonly string[] {
  if (absent !== undefined) return []
  if (issues.length === 0 && errors.length > 0)
    return ['No labelled issue was seen, and not everything could be read: see below.']
  return [`${plural(issues.length, 'labelled issue')}: ${starting} would start, ${issues.length - starting} would not.`]
}

type Age = (at: string | null) => string

function agesFrom(now: string | null): Age {
  return (at) => (at === null || now === null ? 'unknown' : span(Date.parse(now) - Date.parse(at)))
}

function issueText(issue: IssueDocument, age: Age, paint: Paint): string {
  const { decision, resume, cancel } = issue
  const verdict =
    decision === 'dispatch'
      ? paint('green', resume ? 'DISPATCH (finishes one that died half way)' : 'DISPATCH')
      : paint(cancel === null ? 'yellow' : 'red', cancel === null ? 'skip' : `CANCEL (${cancel})`)
  const name = paint('bold', `${issue.repo}#${issue.issue}`)
  const by = issue.labelledBy === null ? '' : ` by ${issue.labelledBy}`
  return [
    `${verdict}  ${name}  ${issue.title ?? ''}`.trimEnd(),
    paint(
      'dim',
      `  labelled ${age(issue.labelledAt)} ago${by}, priority ${issue.priority}${issue.url === null ? '' : `, ${issue.url}`}`,
    ),
    ...issue.failing.map((rule) => ruleText(rule, age, paint)),
    ...effectsText(issue, paint),
    ...explainsText(issue, paint),
    ...('closer' in issue && issue.closer !== undefined ? [closerText(issue.closer, age, paint)] : []),
  ].join('\n')
}

function ruleText(rule: IssueDocument['failing'][number], age: Age, paint: Paint): string {
  const { at: _at, ...facts } = rule.facts
  const words = factsText(facts)
  return [
    `  ${paint('yellow', rule.code)}: ${rule.title}${words === '' ? '' : ` (${words})`}, for ${age(rule.since)}`,
    `    ${paint('cyan', '->')} ${rule.unblock}`,
  ].join('\n')
}

function effectsText({ effects }: IssueDocument, paint: Paint): readonly string[] {
  if (effects === null) return [paint('red', '  its effects could not be composed: see the errors below')]
  if (effects.length === 0) return []
  const rows = effects.map(({ effect, target, detail }, index) => [
    `${index + 1}.`,
    paint('cyan', effect),
    target,
    detail,
  ])
  return [table(rows, '  ')]
}

/** Of what the next tick does itself its effects tell. */
function explainsText({ explains }: IssueDocument, paint: Paint): readonly string[] {
  if (explains === null || explains.inMinutes === 0) return []
  const when = paint('dim', `  in ${explains.inMinutes} min:`)
  return explains.effects.map(({ effect, detail }) => `${when} ${paint('cyan', effect)} ${detail}`)
}

function closerText(look: CloserLook, age: Age, paint: Paint): string {
  const { labelled, thread, base } = look
  const who = (one: { by: string | null; role: string | null; trust: string }) =>
    `${one.by ?? 'nobody known'} (${one.role ?? 'permission not asked'}, ${one.trust})`
  const rows: string[][] = [
    [
      'labelled',
      labelled === null ? 'never' : `${age(labelled.at)} ago by ${who(labelled)}${viaWords(labelled.viaApp)}`,
    ],
    ['labels', look.labels.join(', ')],
    ...look.labelEvents.map(({ action, label, by, at }) => [
      'event',
      `${action} ${label} by ${by ?? 'nobody known'}, ${age(at)} ago`,
    ]),
    ...look.edits.map((edit) => [
      'edit',
      `${edit.what} by ${who(edit)}, ${age(edit.at)} ago${edit.afterLabel ? ', after the label' : ''}`,
    ]),
    ...look.blockers.map(({ repo, issue, state, named }) => ['blocker', `${repo}#${issue} ${state} (named ${named})`]),
    ...look.runs.map(({ run, outcome, reason }) => [
      'run',
      `${run} ${outcome === null ? 'in flight' : `${outcome}: ${reason}`}`,
    ]),
    ...(thread === null ? [] : [['thread', `${thread.id} ${thread.state}, ${age(thread.createdAt)} old`]]),
    ...(base === null ? [] : [['base', `${base.branch} at ${base.head.slice(0, 8)}, checks: ${base.rollup}`]]),
    ...(look.prompt === null ? [] : [['prompt', `${look.prompt.length} characters (in full with --json)`]]),
  ]
  return table(
    rows.map(([name = '', text = '']) => [paint('dim', name), text]),
    '  ',
  )
}

function viaWords(app: string | null): string {
  return app === null ? '' : ` through the app ${app}`
}
