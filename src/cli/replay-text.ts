import type { Json } from '../app/report.ts'
import { oneLine } from '../core/text/escape.ts'
import type { Paint } from './paint.ts'
import type { ChangeDocument, RecordDocument, ReplayDocument } from './replay-document.ts'
import { table } from './table.ts'
import { factsText, plural } from './words.ts'

/** `afk replay` for people: what is the same is counted, what is not is shown. */
export function replayText({ totals, records, config }: ReplayDocument, paint: Paint): string {
  const { same, differs, unknown, undecided } = totals
  const parts = [
    `${same} the same`,
    paint(differs > 0 ? 'yellow' : 'dim', `${differs} would differ`),
    ...(unknown > 0 ? [paint('yellow', `${unknown} unknown`)] : []),
    ...(undecided > 0 ? [`${undecided} that the tick did not come to decide`] : []),
  ]
  return [
    `${paint('bold', plural(totals.records, 'record'))}, ${plural(same + differs + unknown + undecided, 'decision')} ${configWords(config)}: ${parts.join(', ')}.`,
    ...records.filter(({ changes }) => changes.length > 0).map((record) => recordText(record, paint)),
  ].join('\n\n')
}

function configWords({ file, environment }: ReplayDocument['config']): string {
  if (file === null && !environment) return 'with the recorded configuration'
  return `with ${[...(file === null ? [] : [shown(file)]), ...(environment ? ['the environment'] : [])].join(' and ')}`
}

function recordText({ program, tick, file, changes }: RecordDocument, paint: Paint): string {
  const rows = changes.flatMap((change) => changeRows(change, paint))
  return `${program} ${shown(tick)}  ${paint('dim', shown(file))}\n${table(rows, '  ')}`
}

function changeRows(change: ChangeDocument, paint: Paint): string[][] {
  const { repo, issue, was, now, comparison, notRecorded } = change
  const place = paint('bold', shown(`${repo}#${issue}`))
  if (comparison === 'unknown') {
    return [
      [place, `${decidedWords(was)} -> ${paint('yellow', 'unknown: not recorded')}: ${shown(notRecorded.join(', '))}`],
    ]
  }
  return [[place, `${decidedWords(was)} -> ${paint('yellow', decidedWords(now))}`], ...whyRow(now)]
}

/** Of a skip the facts of each code, a line each; of a run's decision those of the decision. */
function whyRow(now: ChangeDocument['now']): string[][] {
  const facts = Object.entries(now?.facts ?? {})
  const byCode = facts.flatMap(([code, own]) => (isFacts(own) ? [`${code}: ${factsText(own)}`] : []))
  const flat = factsText(Object.fromEntries(facts.filter(([, own]) => !isFacts(own))) as Readonly<Record<string, Json>>)
  return [...byCode, ...(flat === '' ? [] : [flat])].map((line) => ['', `  ${shown(line)}`])
}

function isFacts(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function decidedWords(one: ChangeDocument['was']): string {
  if (one === null) return 'nothing'
  const rest = factsText(one.with)
  const codes = one.codes.length === 0 ? '' : ` (${one.codes.join(', ')})`
  return shown(`${one.decision}${codes}${rest === '' ? '' : `, ${rest}`}`)
}

/** A record may come from anybody: nothing in it reaches the terminal as a command of its own. */
export function shown(text: string): string {
  return oneLine(text, 1000)
}
