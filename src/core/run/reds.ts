import type { Red } from '../card/card.ts'
import type { RunFacts } from './run-facts.ts'
import { fixAttempts, isDelivered } from './turns.ts'

/**
 * The red verdicts that count, the present one included: one for the first red, and one for each red that is reached after a delivered
 * fix-forward turn, with or without a new push (SPEC 6.4).
 */
export function countReds({ card, run, thread, head, verdict }: RunFacts): readonly Red[] {
  if (head === null || verdict?.kind !== 'red') return card.reds
  const after = fixAttempts(card).filter((turn) => isDelivered(run.runId, turn, thread)).length
  if (card.reds.some((red) => red.after >= after)) return card.reds
  return [...card.reds, { head: head.commit.sha, signature: verdict.signature, failing: verdict.failing, after }]
}
