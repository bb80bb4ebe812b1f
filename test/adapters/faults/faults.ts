import type { Category } from '../../../src/ports/errors.ts'

/** One thing that goes wrong between a service and afk. */
export interface Fault {
  /** How many requests it strikes before all is well again. */
  readonly times: number
  readonly does:
    | {
        readonly kind: 'answer'
        readonly status: number
        readonly headers?: Readonly<Record<string, string>>
        /** Instead of the service's own words. */
        readonly says?: { readonly type: string; readonly body: string }
      }
    | { readonly kind: 'moved'; readonly to: 'here' | 'elsewhere' }
    /** `reset`: nothing was done. `lost`: all was done, the connection breaks without an answer. `half`: it breaks in the body. */
    | { readonly kind: 'hang' | 'reset' | 'lost' | 'half' }
    /** A whole answer with half of its text. */
    | { readonly kind: 'cut' }
    | { readonly kind: 'clock'; readonly aheadMs: number }
}

/** What a call comes to: it is `done` as if nothing had been, it throws a category, or it answers this. */
export type Expected = 'done' | Category | { readonly value: unknown }

/**
 * `again`: reads, and writes that may be sent twice. `once`: writes that are sent once, because twice is two; nothing tells whether one
 * without an answer was done.
 */
export type Manner = 'again' | 'once'

/** What a proxy shows to whoever is not logged in. */
export const signIn = { type: 'text/html; charset=utf-8', body: '<!doctype html><title>Sign in</title>' }
const limited = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
const secondary = { type: 'application/json', body: JSON.stringify({ message: limited }) }
const tenMinutes = 600_000

const answer = (status: number, more: object = {}) => ({ kind: 'answer', status, ...more }) as const
const wait = (seconds: number) => ({ headers: { 'retry-after': String(seconds) } })

/** SPEC 10 as a table: the fault, and what a call comes to in either manner. */
const table = [
  ['401', Infinity, answer(401), 'auth', 'auth'],
  ['403', Infinity, answer(403), 'forbidden', 'forbidden'],
  ['404', Infinity, answer(404), 'not-found', 'not-found'],
  ['409', Infinity, answer(409), 'conflict', 'conflict'],
  ['422', Infinity, answer(422), 'refused', 'refused'],
  ['429 for a minute', Infinity, answer(429, wait(60)), 'rate', 'rate'],
  ['429 for a second', 1, answer(429, wait(1)), 'done', 'done'],
  ['secondary limit for a minute', Infinity, answer(403, { ...wait(60), says: secondary }), 'rate', 'rate'],
  ['secondary limit for a second', 1, answer(403, { ...wait(1), says: secondary }), 'done', 'done'],
  ['500', Infinity, answer(500), 'unavailable', 'unavailable'],
  ['500 once', 1, answer(500), 'done', 'unavailable'],
  ['502', Infinity, answer(502, { says: signIn }), 'unavailable', 'unavailable'],
  ['502 once', 1, answer(502, { says: signIn }), 'done', 'unavailable'],
  ['hang', Infinity, { kind: 'hang' }, 'unavailable', 'unavailable'],
  ['reset', Infinity, { kind: 'reset' }, 'unavailable', 'unavailable'],
  ['reset once', 1, { kind: 'reset' }, 'done', 'unavailable'],
  ['reset in the body', Infinity, { kind: 'half' }, 'unavailable', 'unavailable'],
  ['reset in the body once', 1, { kind: 'half' }, 'done', 'unavailable'],
  ['done, answers lost', Infinity, { kind: 'lost' }, 'unavailable', 'unavailable'],
  ['done, one answer lost', 1, { kind: 'lost' }, 'done', 'unavailable'],
  ['truncated JSON', Infinity, { kind: 'cut' }, 'contract', 'contract'],
  ['HTML', Infinity, answer(200, { says: signIn }), 'contract', 'contract'],
  ['301 on the same host', 1, { kind: 'moved', to: 'here' }, 'done', 'done'],
  ['301 to another host', Infinity, { kind: 'moved', to: 'elsewhere' }, 'refused', 'refused'],
  ['clock 10 minutes ahead', Infinity, { kind: 'clock', aheadMs: tenMinutes }, 'done', 'done'],
  ['clock 10 minutes behind', Infinity, { kind: 'clock', aheadMs: -tenMinutes }, 'done', 'done'],
] as const satisfies readonly (readonly [string, number, Fault['does'], Expected, Expected])[]

export type FaultName = (typeof table)[number][0]

/** What another service, or one operation, makes of some faults. */
export type Exceptions = { readonly [name in FaultName]?: Expected }

/** What begins or lets in agent work is not sent again after a pause: a gate may have been shut meanwhile (SPEC 3.5). */
export const gated: Exceptions = { '429 for a second': 'rate', 'secondary limit for a second': 'rate' }

export interface FaultRow extends Fault {
  readonly name: FaultName
  readonly expected: { readonly [manner in Manner]: Expected }
}

export const faults: readonly FaultRow[] = table.map(([name, times, does, again, once]) => ({
  name,
  times,
  does,
  expected: { again, once },
}))

/** The same for every fault but the service's clock. */
export function always(expected: Expected): Exceptions {
  return Object.fromEntries(faults.flatMap(({ name, does }) => (does.kind === 'clock' ? [] : [[name, expected]])))
}

/** How often a struck request is sent at most, where the category says that it was not done, or may be. */
export function mostTries(category: Expected, manner: Manner): number {
  if (category === 'unavailable' && manner === 'again') return 3
  // Once more with a token that was read again.
  return category === 'auth' ? 2 : 1
}
