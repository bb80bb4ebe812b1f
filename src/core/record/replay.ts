import type { Decided } from './record.ts'

/** One recorded decision beside what this build decides of the same facts. */
export interface Replayed {
  readonly repo: string
  readonly issue: number
  /** Null: the tick said nothing of it, or did not come to decide. */
  readonly was: Decided | null
  readonly now: Now
}

export type Now =
  | { readonly kind: 'decided'; readonly decided: Decided; readonly facts: { readonly [name: string]: unknown } }
  /** Nothing is to be said of it. */
  | { readonly kind: 'nothing' }
  /** It rests on what the tick never asked. In words, without doubles. */
  | { readonly kind: 'unknown'; readonly missing: readonly string[] }

export type Comparison = 'same' | 'differs' | 'unknown' | 'undecided'

/** `undecided`: the tick itself did not come to decide it (its deadline, a failed request), so there is nothing to compare with. */
export function compare({ was, now }: Replayed): Comparison {
  if (now.kind === 'unknown') return was === null ? 'undecided' : 'unknown'
  if (now.kind === 'nothing') return was === null ? 'same' : 'differs'
  return was !== null && isSame(comparable(was), comparable(now.decided)) ? 'same' : 'differs'
}

/** Equal as data, whatever the order of the keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted)
}

function comparable({ decision, codes, run, with: rest }: Decided) {
  return { decision, codes, run, rest }
}

function sorted(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value
}
