import type { RunFacts } from './run-facts.ts'

/**
 * What the agent reported as handed over although nothing of it counts as the run's: then it is not that it said nothing. `unsigned`: a
 * commit of the default branch without the run's trailer. `missing`: one that is not there. `unproposed`: in the work by pull request,
 * whatever it reported; none of the run's is open. `proposed`: a pull request where work lands by push.
 */
export interface UncountedReport {
  readonly kind: 'unsigned' | 'missing' | 'unproposed' | 'proposed'
  /** A commit's name, or `#` and the number of a pull request. */
  readonly what: string
}

export function uncountedReport({ thread, head, landing, reportSeen }: RunFacts): UncountedReport | null {
  const what = reportedName(thread)
  if (what === null || head !== null) return null
  if (landing.kind !== 'push') return { kind: 'unproposed', what }
  if (what.startsWith('#')) return { kind: 'proposed', what }
  return { kind: reportSeen === true ? 'unsigned' : 'missing', what }
}

/** Null where no push and no pull request was reported. */
export function reportedName({ report }: RunFacts['thread']): string | null {
  if (report?.report.kind === 'pr') return `#${report.report.number}`
  return report?.report.kind === 'pushed' ? report.report.sha : null
}
