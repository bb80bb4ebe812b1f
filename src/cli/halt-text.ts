import { nameOf } from '../app/halt.ts'
import type { Marked } from '../app/mark-halted.ts'
import type { MarkedCards } from './halt-cards.ts'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { plural } from './words.ts'

interface HaltDocument {
  readonly threads: readonly (Omit<Marked, 'mayBeginUntil'> & {
    /** A time as the JSON has it. */
    readonly mayBeginUntil: string | null
  })[]
  readonly stillWorking: number
  readonly cardsProblem: MarkedCards['problem']
}

/** `afk halt` for people. */
export function haltText(document: HaltDocument, paint: Paint): string {
  const { threads, cardsProblem } = document
  const problem =
    cardsProblem === null ? '' : `Cards could not be looked at: ${cardsProblem.why}\n  remedy: ${cardsProblem.remedy}`
  if (threads.length === 0) {
    const nothing = 'No thread of afk is at work. Nothing was done.'
    return problem === '' ? nothing : `${nothing}\n${paint('yellow', problem)}`
  }
  const unmarked = problem === '' ? unmarkedText(threads) : problem
  return [table(threads.map((thread) => row(thread, paint))), paint('yellow', unmarked), endText(document, paint)]
    .filter((part) => part !== '')
    .join('\n\n')
}

type Thread = HaltDocument['threads'][number]

function row(one: Thread, paint: Paint) {
  const { thread, state, result, stopped, mayBeginUntil, error, link, card } = one
  const what = result === 'earlier' ? 'interrupted earlier' : result
  return [
    paint('bold', nameOf(one)),
    state === 'failed' ? 'was at rest' : `was ${state}`,
    error === null ? what : paint('red', `${result}: ${error}`),
    stopped
      ? paint('green', 'stopped')
      : paint('yellow', mayBeginUntil === null ? 'still at work' : notBegun(mayBeginUntil)),
    result === 'failed' ? 'card left as it is' : cardText(card.result, paint),
    link ?? thread,
  ]
}

function cardText(result: Thread['card']['result'], paint: Paint): string {
  return result === 'failed' ? paint('yellow', cardWords.failed) : cardWords[result]
}

/** T3 knows no way to take a message back, and the interrupt of a turn that has not begun may come to nothing. */
function notBegun(until: string): string {
  return `not begun; T3 may still begin it until ${minuteText(until)}`
}

function minuteText(time: string): string {
  return `${time.slice(11, 16)} UTC`
}

const cardWords: { readonly [result in Thread['card']['result']]: string } = {
  marked: 'card marked',
  already: 'card marked before',
  none: 'no card to mark',
  failed: 'card not marked',
}

/** Each reason once, with the runs that it keeps from being marked. */
function unmarkedText(threads: HaltDocument['threads']): string {
  const reasons = new Map<string, string[]>()
  for (const one of threads) {
    const { card } = one
    if (card.result !== 'failed') continue
    const reason = `${card.why ?? ''}\n  remedy: ${card.remedy ?? ''}`
    reasons.set(reason, [...(reasons.get(reason) ?? []), nameOf(one)])
  }
  return [...reasons].map(([reason, issues]) => `${issues.join(', ')}: not marked: ${reason}`).join('\n')
}

function endText({ threads, stillWorking }: HaltDocument, paint: Paint): string {
  const interrupted = threads.filter(({ result }) => result === 'interrupted').length
  const untils = threads.flatMap(({ mayBeginUntil }) => mayBeginUntil ?? []).toSorted()
  const last = untils.at(-1)
  const working = stillWorking - untils.length
  const ends = [
    ...(stillWorking === 0
      ? [paint('green', `${plural(interrupted, 'thread')} interrupted; nothing of afk is at work any more.`)]
      : []),
    ...(working > 0
      ? [paint('yellow', `${plural(working, 'thread')} still at work: run halt again in a moment.`)]
      : []),
    ...(last === undefined
      ? []
      : [
          paint(
            'yellow',
            `${plural(untils.length, 'thread')} not begun: look again after ${minuteText(last)}, or open the link.`,
          ),
        ]),
  ]
  return `${ends.join('\n')}\nLabels are as they were: armed again, the watcher goes on with these runs and takes the marks away.`
}
