import type { Lock } from '../ports/lock.ts'

/** Always taken, nobody kept out (`AFK_LOCK=none`, SPEC 11): what starts nothing twice then are the derived ids alone. The caller warns. */
export function noLock(): Lock {
  return { acquire: async () => ({ held: true, release: async () => {} }) }
}
