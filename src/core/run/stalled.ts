import { age } from '../label-history.ts'
import type { ThreadView } from '../model.ts'
import type { RunFacts } from './run-facts.ts'

/** A turn that is shown at work, or as something that this build does not know, and gave no sign for `stallSeconds` (SPEC 6.4, row 3). */
export function isStalled(facts: Pick<RunFacts, 'thread' | 'now' | 'policy'>): boolean {
  const { state } = facts.thread
  return (state === 'working' || state === 'unknown') && isQuiet(facts)
}

/** No sign for `stallSeconds`, by the executor's clock. */
export function isQuiet({ thread, now, policy }: Pick<RunFacts, 'thread' | 'now' | 'policy'>): boolean {
  const sign = lastSign(thread)
  return now.executor !== null && sign > 0 && age(now.executor, sign) > policy.stallSeconds * 1000
}

/** 0: none at all. */
export function lastSign({ lastSignAt, messages, createdAt }: ThreadView): number {
  return Math.max(lastSignAt ?? 0, messages.at(-1)?.at ?? 0, createdAt ?? 0)
}
