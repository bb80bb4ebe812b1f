import type { RunStatus } from '../app/status.ts'
import type { Gates } from '../config/gates.ts'
import { explainOutcome } from '../core/explain/explain.ts'
import { waitWords } from '../core/explain/wait-words.ts'

/**
 * What a run waits for, or what the next watcher tick does about it, in a few words. With shut gates no tick does anything: then it is
 * the gate that is waited for.
 */
export function waitsFor(
  { next, thread }: Pick<RunStatus, 'next' | 'thread'>,
  { open, killSwitch }: Pick<Gates, 'open' | 'killSwitch'>,
): string {
  const { decision, code, facts } = next
  if (decision === 'wait') return waitWords(code, facts, thread)
  const action = actionWords(decision, code)
  if (open) return `next tick: ${action}`
  return `${killSwitch ? 'the kill switch' : 'the allowlist, which is empty'}; then: ${action}`
}

function actionWords(decision: string, code: string): string {
  if (decision === 'freeze' || decision === 'escalate') {
    const outcome = decision === 'freeze' ? 'frozen' : 'escalated'
    return `${decision}, ${explainOutcome({ kind: outcome, reason: code }).title}`
  }
  if (decision === 'cancel') return `cancel, ${explainOutcome({ kind: 'cancelled', reason: code }).title}`
  if (decision === 'finish') return `finishes its end (${code})`
  return actions[decision] ?? decision
}

const actions: { readonly [decision: string]: string } = {
  adopt: 'puts its lock and card in order',
  land: 'lands',
  'fix-forward': 'sends a corrective turn',
  'rerun-ci': 'runs the failed jobs again',
  retry: 'repeats the turn that failed',
  resend: 'sends again a turn that never arrived',
  nudge: 'reminds the agent to finish',
  'ring-waiting': 'rings: the agent asks something in T3',
  ask: 'asks people what the agent wants to know',
  answer: 'gives the answer of a person to the agent',
  review: 'has a second agent review it',
  reviewed: 'takes note of the review',
  findings: 'sends what the review found to the agent',
  'resolve-findings': 'resolves what was answered in the review',
  'ask-approval': 'asks for a yes',
  'ask-on-github': 'tells people to approve the deployment on GitHub',
  'record-approval': 'takes note of a yes or no',
  'ring-ready': 'rings: a person merges',
  merge: 'merges it',
  'allow-deployment': 'allows the deployment',
}
