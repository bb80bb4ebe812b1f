import { phases, type Card, type Red, type Turn } from './card.ts'
import { codeQuote } from './escape.ts'
import { instantText } from './instant-text.ts'

/** The folded part of the card: every turn, what failed after which, when each phase was reached. Long lists keep their newest. */
export function detailsText(card: Card): readonly string[] {
  return [turnsTable(card), failuresTable(card), timesList(card)].filter((part) => part !== '')
}

const ROWS = 12

function turnsTable({ turns }: Card): string {
  if (turns.length === 0) return ''
  const rows = turns.slice(-ROWS).map((turn) => `| ${instantText(turn.at)} | ${turnWords(turn)} |`)
  return folded(`Turns (${turns.length})`, [
    cutNote(turns.length),
    ['| sent | what for |', '|---|---|', ...rows].join('\n'),
  ])
}

function turnWords({ purpose, attempt, retry, refused }: Turn): string {
  const [kind = '', subject = ''] = splitOnce(purpose)
  const words = subject === '' ? kind : `${kind} ${codeQuote(subject.slice(0, 10))}`
  const notes = [attempt > 1 ? `number ${attempt}` : '', retry ? 'again' : '', refused ? 'refused by T3' : '']
  return [words, ...notes.filter((note) => note !== '')].join(', ')
}

function splitOnce(purpose: string): readonly string[] {
  const colon = purpose.indexOf(':')
  return colon === -1 ? [purpose] : [purpose.slice(0, colon), purpose.slice(colon + 1)]
}

function failuresTable({ reds }: Card): string {
  if (reds.length === 0) return ''
  const rows = reds
    .slice(-ROWS)
    .map((red) => `| ${codeQuote(red.head.slice(0, 10))} | ${red.after} | ${failingWords(red)} |`)
  return folded(`Failures (${reds.length})`, [
    cutNote(reds.length),
    ['| commit | corrective turns before | what failed |', '|---|---|---|', ...rows].join('\n'),
  ])
}

const NAMES = 4

function failingWords({ failing }: Red): string {
  const shown = failing.slice(0, NAMES).map((name) => codeQuote(name, 60))
  return [...shown, ...(failing.length > NAMES ? [`and ${failing.length - NAMES} more`] : [])].join(', ')
}

function timesList({ startedAt, phases: seen }: Card): string {
  const lines = phases.flatMap((phase) => {
    const at = seen[phase]
    return at === undefined ? [] : [`- ${phase}: ${instantText(at)}`]
  })
  return folded('Times', [[`- started: ${instantText(startedAt)}`, ...lines].join('\n')])
}

function cutNote(count: number): string {
  return count > ROWS ? `Only the newest ${ROWS} of ${count}.` : ''
}

function folded(summary: string, parts: readonly string[]): string {
  const body = parts.filter((part) => part !== '').join('\n\n')
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`
}
