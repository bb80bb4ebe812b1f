import type { Category } from '../../src/ports/errors.ts'
import type { PortFault } from './fault-life.ts'

/** How a life ends when it does not end as without the fault. */
interface Otherwise {
  readonly ends?: readonly string[]
  readonly turns?: number
}

interface Design {
  readonly categories: readonly Category[]
  /** Where the operation was not done. */
  readonly before?: Otherwise
}

/** What this account may not do, a person can: nothing failed, and afk goes on in another way. */
const denied: readonly Category[] = ['forbidden', 'not-found', 'refused']
/** The executor will never take this id: another is tried at once. */
const anotherId: Design = { categories: ['refused'] }
/** More files than the service lists may hold a protected path (SPEC 6.3). */
const tooMany: Design = {
  categories: ['refused'],
  before: { ends: ['frozen (protected-path)'], turns: 1 },
}

/** Categories that are no failure of the tick, by operation, and that is meant: exit 0. */
const designs: Readonly<Record<string, Design>> = {
  // Each run asks for itself then.
  'ci.closeUp': { categories: ['forbidden', 'not-found', 'unavailable', 'contract', 'conflict', 'refused'] },
  // Who labelled nobody can tell: nobody trusted, as far as afk knows (SPEC 5.1).
  'tracker.labelledVia': { categories: ['not-found'] },
  'ci.files': tooMany,
  'pulls.files': tooMany,
  // The agent is asked to look instead, twice.
  'ci.rerun': { categories: denied, before: { turns: 3 } },
  // As a pull request that is not there.
  'pulls.view': { categories: ['not-found'] },
  // A person is asked, and merges.
  'pulls.merge': { categories: ['forbidden', 'refused'] },
  // It stays open, and counts until its run ends (SPEC 15.4).
  'pulls.resolveThread': { categories: denied, before: { ends: ['frozen (stagnant)'], turns: 3 } },
  // A person is asked, and releases it on GitHub.
  'pulls.decideDeployment': { categories: denied },
  'executor.createProject': anotherId,
  'executor.createThread': anotherId,
  'executor.startTurn': anotherId,
  'executor.interrupt': anotherId,
  // A message that somebody has deleted needs no edit.
  'notifier.update': { categories: ['not-found', 'refused'] },
  // GitHub alone still works (SPEC 16.2).
  'notifier.reactions': { categories: ['forbidden', 'not-found'] },
}

/** What this fault is meant to come to; null: the tick fails, and the life ends as if nothing had been. */
export function designOf({ port, operation, category, how }: PortFault): Otherwise | null {
  const design = designs[`${port}.${operation}`]
  if (design === undefined || !design.categories.includes(category)) return null
  return how === 'before' ? (design.before ?? {}) : {}
}
