import type { Facts } from '../dispatch/eligibility.ts'
import type { Identified } from './identify.ts'

/** Why the watcher leaves an issue alone whose run it does not advance. */
export interface Standing {
  readonly code: 'lock-without-run' | 'dispatching' | 'card-newer' | 'card-broken'
  readonly facts: Facts
  readonly run: string | null
}

/** What is to be said of an issue without a run to advance; null: nothing, it is nobody's business. `locked`: it carries the lock label. */
export function standingOf(identified: Exclude<Identified, { kind: 'run' }>, locked: boolean): Standing | null {
  switch (identified.kind) {
    case 'over':
      return null
    case 'none':
      return locked ? { code: 'lock-without-run', facts: { why: identified.why }, run: null } : null
    case 'dispatching':
      return { code: 'dispatching', facts: {}, run: identified.runId }
    case 'newer':
      return { code: 'card-newer', facts: { version: identified.version }, run: null }
    case 'broken':
      return {
        code: 'card-broken',
        facts: { why: identified.why, remedy: 'delete the damaged comment of afk, and its card is written again' },
        run: null,
      }
  }
}
