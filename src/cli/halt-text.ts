import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { plural } from './words.ts'

interface HaltDocument {
  readonly threads: readonly {
    readonly repo: string
    readonly issue: number
    readonly thread: string
    readonly state: string
    readonly result: string
    readonly stopped: boolean
    readonly error: string | null
    readonly link: string | null
  }[]
  readonly stillWorking: number
}

/** `afk halt` for people. */
export function haltText({ threads, stillWorking }: HaltDocument, paint: Paint): string {
  if (threads.length === 0) return 'No thread of afk is at work. Nothing was done.'
  const rows = threads.map(({ repo, issue, thread, state, result, stopped, error, link }) => [
    paint('bold', `${repo}#${issue}`),
    `was ${state}`,
    error === null ? result : paint('red', `${result}: ${error}`),
    stopped ? paint('green', 'stopped') : paint('yellow', 'still at work'),
    link ?? thread,
  ])
  const end =
    stillWorking === 0
      ? paint('green', `${plural(threads.length, 'thread')} interrupted; nothing of afk is at work any more.`)
      : paint('yellow', `${plural(stillWorking, 'thread')} still at work: run halt again in a moment.`)
  return `${table(rows)}\n\n${end}\nLabels and cards are as they were: armed again, the watcher goes on with these runs.`
}
