import type { IssueRef } from '../core/model.ts'
import type { PortError } from '../ports/errors.ts'
import { remedyOf } from './remedy-of.ts'

export type Program = 'poller' | 'watcher'
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }
export type Line = { readonly event: string; readonly [key: string]: Json | undefined }

/** What a tick says, one object a line, stable names, no secret and no text of an issue (SPEC 12). */
export interface Reporter {
  /** Names this execution. */
  readonly tick: string
  readonly decision: (decision: {
    readonly issue: IssueRef
    readonly run?: string | undefined
    readonly decision: string
    readonly codes: readonly string[]
    readonly facts: { readonly [name: string]: Json | undefined }
  }) => void
  readonly effect: (effect: {
    readonly issue: IssueRef | null
    readonly run?: string | undefined
    readonly effect: string
    readonly result: 'done' | 'replayed' | 'failed' | 'refused'
    readonly error?: PortError | undefined
    readonly why?: string | undefined
  }) => void
  /** Anything else worth a line: a warning, an orphan, a repo that could not be read. */
  readonly note: (event: string, fields: { readonly [name: string]: Json | undefined }) => void
  readonly error: (what: string, error: PortError, issue?: IssueRef) => void
  /** What an operator should know and the tick can do without: said once a tick, however many runs meet it, and no failure of it. */
  readonly warn: (error: PortError) => void
  readonly summary: (summary: {
    readonly outcome: 'inert' | 'ok' | 'partial' | 'failed' | 'locked' | 'drained'
    readonly [name: string]: Json | undefined
  }) => void
  /** How often each decision was taken and each effect ended how, so far. */
  readonly counts: () => { readonly [name: string]: number }
}

/** `tick` names this execution in every line of it; `write` gets one object a call. */
export function createReporter(program: Program, tick: string, write: (line: Line) => void): Reporter {
  const counts: { [name: string]: number } = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  const warned = new Set<string>()
  const base = (event: string) => ({ event, program, tick })
  const place = (issue: IssueRef | null | undefined, run: string | undefined) => ({
    ...(issue ? { repo: issue.repo, issue: issue.number } : {}),
    ...(run === undefined ? {} : { run }),
  })
  return {
    tick,
    decision: ({ issue, run, decision, codes, facts }) => {
      count(decision)
      write({ ...base('decision'), ...place(issue, run), decision, codes, facts })
    },
    effect: ({ issue, run, effect, result, error, why }) => {
      count(`effects.${result}`)
      write({
        ...base('effect'),
        ...place(issue, run),
        effect,
        result,
        ...errorFields(error),
        ...(why === undefined ? {} : { why }),
      })
    },
    note: (event, fields) => write({ ...base(event), ...fields }),
    error: (what, error, issue) => {
      count('errors')
      write({ ...base('error'), ...place(issue, undefined), what, ...errorFields(error), remedy: remedyOf(error) })
    },
    warn: (error) => {
      if (warned.has(error.message)) return
      warned.add(error.message)
      write({ ...base('warning'), ...errorFields(error) })
    },
    summary: (summary) => write({ ...base('summary'), ...summary }),
    counts: () => ({ ...counts }),
  }
}

function errorFields(error: PortError | undefined): { [name: string]: Json | undefined } {
  if (error === undefined) return {}
  return { category: error.category, port: error.port, operation: error.operation, message: error.message }
}
