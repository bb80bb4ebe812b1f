import type { Card, Outcome } from '../card/card.ts'
import { caseOf } from './explain-cases.ts'
import { cancelReasons, stopReasons } from './explain-outcomes.ts'
import { skipReasons } from './explain-skips.ts'

/** A code in plain words. afk's own sentences: they need no escaping and name nothing from outside. */
export interface Explanation {
  /** A few words, no full stop. */
  readonly title: string
  /** What happened, in whole sentences. */
  readonly meaning: string
  /** What a person does next, in whole sentences. */
  readonly remedy: string
}

/**
 * How a run ended, in plain words. Total: a code of another version of afk is explained by its kind alone. Without the details and the
 * card it says what is true of every end with this code.
 */
export function explainOutcome(
  outcome: Pick<Outcome, 'kind' | 'reason'> & { readonly detail?: string },
  card: Pick<Card, 'pull'> = {},
): Explanation {
  const { kind, reason } = outcome
  if (kind === 'landed') return landed
  const table: { readonly [code: string]: Explanation } = kind === 'cancelled' ? cancelReasons : stopReasons
  const usual = (Object.hasOwn(table, reason) ? table[reason] : undefined) ?? unknownCode
  return kind === 'cancelled' ? usual : { ...usual, ...caseOf(outcome, card) }
}

/** Why an issue is not dispatched, in plain words. Total, as above. */
export function explainSkip(code: string): Explanation {
  const table: { readonly [code: string]: Explanation } = skipReasons
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? unknownCode
}

const landed: Explanation = {
  title: 'landed',
  meaning: 'The work is on the default branch, its checks are green, and it is rolled out where that is configured.',
  remedy: 'Nothing to do.',
}

const unknownCode: Explanation = {
  title: 'for a reason this version cannot explain',
  meaning: 'The reason was recorded by another version of afk.',
  remedy: 'Look at the details on the card, or run the version of afk that wrote it.',
}
