import { phases, type Card, type Red, type Turn } from './card.ts'
import { findingsRows, reviewRows } from './card-reviews.ts'
import { codeQuote } from '../text/escape.ts'
import { instantText } from '../text/instant-text.ts'
import type { Phase } from '../model.ts'

/** The folded part of the card: every turn, what failed after which, when each phase was reached. Long lists keep their newest. */
export function detailsText(card: Card, hasRollout: boolean): readonly string[] {
  return [
    turnsTable(card),
    failuresTable(card),
    longTable('Reviews', '| asked | review | result |', reviewRows(card)),
    longTable('Findings sent to the agent', '| sent | what |', findingsRows(card)),
    timesList(card, hasRollout),
  ].filter((part) => part !== '')
}

const ROWS = 12

function longTable(name: string, head: string, rows: readonly string[]): string {
  if (rows.length === 0) return ''
  const line = head.replaceAll(/[^|]+/gu, '---')
  return folded(`${name} (${rows.length})`, [cutNote(rows.length), [head, line, ...rows.slice(-ROWS)].join('\n')])
}

function turnsTable({ turns }: Card): string {
  if (turns.length === 0) return ''
  const from = Math.max(0, turns.length - ROWS)
  const rows = turns
    .slice(from)
    .map((turn, row) => `| ${instantText(turn.at)} | ${turnWords(turns.slice(0, from + row), turn)} |`)
  return folded(`Turns (${turns.length})`, [
    cutNote(turns.length),
    ['| sent | what for |', '|---|---|', ...rows].join('\n'),
  ])
}

/** Numbers are those of this list: the executor's own count refused ids, too. */
function turnWords(before: readonly Turn[], turn: Turn): string {
  const time = before.filter(({ purpose }) => purpose === turn.purpose).length + 1
  return `${purposeWords(before, turn, time)}${turn.refused ? ', refused by T3' : ''}`
}

function purposeWords(before: readonly Turn[], { purpose, retry, halted }: Turn, time: number): string {
  const [kind = '', subject = ''] = splitOnce(purpose)
  switch (kind) {
    case 'start':
      return time > 1 ? `start (${ordinal(time)} try)` : 'start'
    case 'continue':
      return halted === true ? 'continued after a halt' : `continued after an error${again(time)}`
    case 'nudge':
      return `asked again for a result${again(time)}`
    case 'fix': {
      const corrections = before.filter((turn) => turn.purpose.startsWith('fix:') && !turn.retry).length
      const number = retry ? Math.max(1, corrections) : corrections + 1
      return `correction ${number} for ${codeQuote(subject.slice(0, 10))}${retry ? ', sent again' : ''}`
    }
    case 'review':
      return `${subject === '0' || subject.startsWith('0.') ? 'conversations of people' : `findings of review ${codeQuote(subject.slice(0, 10))}`}${again(time)}`
    default:
      return subject === '' ? kind : `${kind} ${codeQuote(subject.slice(0, 10))}`
  }
}

function again(time: number): string {
  return time > 1 ? ` (${ordinal(time)} time)` : ''
}

function ordinal(number: number): string {
  const teen = number % 100 > 10 && number % 100 < 14
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`
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
    ['| commit | corrections before | what failed |', '|---|---|---|', ...rows].join('\n'),
  ])
}

const NAMES = 4

function failingWords({ failing }: Red): string {
  const shown = failing.slice(0, NAMES).map((name) => codeQuote(name, 60))
  return [...shown, ...(failing.length > NAMES ? [`and ${failing.length - NAMES} more`] : [])].join(', ')
}

/** Every phase that the task list ticks has its line here: what came and went between two looks, or was not to be waited for, says so. */
function timesList(card: Card, hasRollout: boolean): string {
  const lines = phases.flatMap((phase) => {
    const at = card.phases[phase]
    if (phase === 'deployed' && !hasRollout)
      return isBehind(phase, card) ? ['- deployed: – (no rollout configured)'] : []
    if (at !== undefined) return [`- ${phase}: ${instantText(at)}`]
    return isBehind(phase, card) ? [`- ${phase}: – (passed between two looks)`] : []
  })
  return folded('Times', [[`- started: ${instantText(card.startedAt)}`, ...lines].join('\n')])
}

function isBehind(phase: Phase, { phase: current }: Card): boolean {
  return phases.indexOf(phase) < phases.indexOf(current)
}

function cutNote(count: number): string {
  return count > ROWS ? `Only the newest ${ROWS} of ${count}.` : ''
}

function folded(summary: string, parts: readonly string[]): string {
  const body = parts.filter((part) => part !== '').join('\n\n')
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`
}
