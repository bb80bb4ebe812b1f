import { createHash } from 'node:crypto'

export interface Ids {
  uuid(): string
  /** 32 hex digits, like the `traceId` of T3's errors. */
  trace(): string
}

/** Ids that look random and sort like random ones (T3 orders rows of one instant by id), yet are the same in every run. */
export function createIds(seed: string): Ids {
  let count = 0
  const hex = (): string => {
    count += 1
    return createHash('sha256').update(`${seed}:${count}`).digest('hex')
  }
  return {
    uuid: () => {
      const h = hex()
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`
    },
    trace: () => hex().slice(0, 32),
  }
}
